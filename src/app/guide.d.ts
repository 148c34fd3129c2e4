declare module "*.md?guide" {
  /** The document as HTML, without its pictures. */
  export const html: string;
}
