/** WebAssembly as every host has it, in the few words that are used here, and bytes out of base64: an audio worklet has no `atob`. */

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  /** Adds pages of 65,536 bytes; views made before are void after it. */
  grow(pages: number): number;
}

interface WasmHost {
  readonly Memory: new (shape: { readonly initial: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Record<string, unknown> };
}

export const WASM_PAGE = 65_536;

/** The global of that name, which the language's own library does not declare. */
export const wasm: WasmHost = (globalThis as unknown as { readonly WebAssembly: WasmHost }).WebAssembly;

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export function decodeBase64(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.floor((text.replace(/=+$/, "").length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    held = ((held << 6) | DIGITS.indexOf(text[i]!)) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = held >> bits;
    }
  }
  return bytes;
}
