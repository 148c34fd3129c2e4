/** Lists the libraries that ship with a page, `libraries/index.json`: written when the page is built, read by the page. */

import { type Place, readList, readRecord, readText, readWhole, within } from "./fields.ts";

/** A library that ships. */
export interface BuiltInPreset {
  /** Relative to the index: a folder that ends in "/", or a file `NAME.simile`. */
  readonly address: string;
  readonly title: string;
  readonly sounds: number;
  readonly licence: string;
  readonly author: string;
  /** Of a file. */
  readonly sha256?: string;
}

/** Throws FormatError that begins with `name`. */
export function parsePresetIndex(value: unknown, name: string): readonly BuiltInPreset[] {
  const place: Place = { name, remedy: "build the page again" };
  return readList(value, place).map((item, i): BuiltInPreset => {
    const own = within(place, String(i));
    const fields = readRecord(item, own);
    const text = (key: string, least = 0) => readText(fields.get(key), within(own, key), least);
    const sha256 = fields.get("sha256") === undefined ? {} : { sha256: text("sha256", 64) };
    return { address: text("address", 1), title: text("title"), sounds: readWhole(fields.get("sounds"), within(own, "sounds")), licence: text("licence"), author: text("author"), ...sha256 };
  });
}
