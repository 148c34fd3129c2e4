/** The sounds of a preset as the page knows them, and the columns that a preset is written with. */

import { type Segment, type Sound, contentKey } from "../library/sound.ts";
import type { ColumnValues } from "./embedding-preset.ts";
import { isRelativePath } from "./fields.ts";

/** Text columns beside `file`, in the order in which they are written. */
export const TEXT_COLUMNS = ["name", "family", "instrument", "technique", "mute", "pitch", "dynamics"] as const;

/** Where the audio of a row is to be sought when the preset carries none: its own file, or the part of another. */
export interface RowOrigin {
  readonly path: string;
  readonly segment: Segment | null;
  /** Of the file at `path`; empty where it is not known. */
  readonly sha256: string;
}

/** `carried`: the preset carries the audio of each row, so that a row that is part of a file is a file of its own. */
export function soundsOfPreset(name: string, columns: ReadonlyMap<string, ColumnValues>, carried: boolean): readonly Sound[] {
  const files = columns.get("file") as readonly string[];
  const text = (column: string, row: number) => String(columns.get(column)?.[row] ?? "");
  const keys = new Set<string>();
  return files.map((file, row) => {
    const { path, segment, sha256 } = originOf(columns, row);
    const own = sha256 === "" ? `${name}:${file}` : contentKey(sha256, segment ?? undefined);
    // The same content twice is two sounds.
    const key = keys.has(own) ? `${own}:${file}` : own;
    keys.add(key);
    const seconds = columns.get("durationSeconds")?.[row];
    return {
      key,
      file: carried ? file : path,
      name: text("name", row) || stemOf(file),
      family: text("family", row),
      instrument: text("instrument", row),
      technique: text("technique", row),
      mute: text("mute", row) || "none",
      pitch: text("pitch", row),
      dynamics: text("dynamics", row),
      durationSeconds: typeof seconds === "number" && seconds > 0 ? seconds : 1,
      ...(segment && !carried ? { segment } : {}),
    };
  });
}

export function originOf(columns: ReadonlyMap<string, ColumnValues>, row: number): RowOrigin {
  const [file, source, start, end, sha256] = ["file", "source", "startSeconds", "endSeconds", "sha256"].map((column) => columns.get(column)?.[row]);
  const part = typeof source === "string" && isRelativePath(source) && typeof start === "number" && typeof end === "number" && end > start && start >= 0;
  return { path: part ? source : String(file), segment: part ? { startSeconds: start, endSeconds: end } : null, sha256: typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : "" };
}

/** The columns of these sounds, `file` first. A sound that is part of a file gets a name of its own there, and tells the file and the part. */
export function columnsOfSounds(sounds: readonly Sound[]): ReadonlyMap<string, ColumnValues> {
  const taken = new Set<string>();
  const files = sounds.map(({ file, segment }) => {
    const own = segment ? `${file}@${Math.round(segment.startSeconds * 1000)}.wav` : file;
    let name = own;
    for (let i = 2; taken.has(name); i++) name = own.replace(/(\.[^./]*)?$/, ` (${i})$1`);
    taken.add(name);
    return name;
  });
  const parts = sounds.some(({ segment }) => segment);
  return new Map<string, ColumnValues>([
    ["file", files],
    ...TEXT_COLUMNS.map((column): [string, ColumnValues] => [column, sounds.map((sound) => sound[column])]),
    ["durationSeconds", sounds.map(({ durationSeconds }) => durationSeconds)],
    ["sha256", sounds.map(({ key }) => /^[0-9a-f]{64}(?=@|:|$)/.exec(key)?.[0] ?? "")],
    ...(parts
      ? ([
          ["source", sounds.map(({ file, segment }) => (segment ? file : ""))],
          ["startSeconds", sounds.map(({ segment }) => segment?.startSeconds ?? null)],
          ["endSeconds", sounds.map(({ segment }) => segment?.endSeconds ?? null)],
        ] as [string, ColumnValues][])
      : []),
  ]);
}

function stemOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.[^.]*$/, "") || path;
}
