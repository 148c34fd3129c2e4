/** Turns a sound's path in a manifest into its address. */

/** Each segment is escaped, so that names such as "C#4.flac" or "50%.wav" stay whole. `folder` ends in "/". */
export function soundAddress(folder: string, file: string): string {
  return new URL(file.split("/").map(encodeURIComponent).join("/"), folder).href;
}
