/** A page with the library worker as it ships and nothing else, so that it can be killed often: a folder of notes, the import of it, and what is kept of it. */

import type { ImportReport } from "../../../../src/protocol/library.ts";
import { ORIGIN, SIZE, folder, note, openLab, put } from "../../../browser/library-lab.ts";

const NAME = "simile-kill";
const FOLDER = "kill-samples";

export interface KillPage {
  /** Makes the folder anew, with so many notes. */
  make(count: number): Promise<void>;
  /** Imports the folder; `name` is the database. */
  import(name?: string): Promise<ImportReport>;
  /** Files done so far, by the last progress. */
  done(): number;
  /** Sounds by path, with their embeddings, and the rows that are committed. */
  kept(name?: string): Promise<{ readonly sounds: Readonly<Record<string, readonly number[]>>; readonly rows: number }>;
}

const labs = new Map<string, ReturnType<typeof openLab>>();
const labOf = (name: string) => {
  const lab = labs.get(name) ?? openLab(name);
  labs.set(name, lab);
  return lab;
};

const page: KillPage = {
  async make(count) {
    const root = await folder(FOLDER);
    for (let i = 0; i < count; i++) await put(root, `${i % 5}/${i}.wav`, note(i, 0.1));
  },
  async import(name = NAME) {
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER);
    const { api, import: run } = await labOf(name);
    return run(await api.add("Kill", root, ORIGIN));
  },
  done: () => progress,
  async kept(name = NAME) {
    const { api } = await labOf(name);
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER);
    const id = await api.add("Kill", root, ORIGIN);
    const sounds = await api.sounds(id);
    const rows = await api.embeddings(id, Uint32Array.from(sounds, ({ row }) => row));
    return {
      sounds: Object.fromEntries(sounds.map(({ file }, i) => [file, [...rows.subarray(i * SIZE, (i + 1) * SIZE)]])),
      rows: (await featureBytes(id)) / (4 * ORIGIN.featureSize),
    };
  },
};

/** Bytes of feature rows, committed or not; 0 before the first. */
async function featureBytes(id: string): Promise<number> {
  try {
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle("simile");
    return (await (await (await root.getDirectoryHandle(id)).getFileHandle("features.0.f32")).getFile()).size;
  } catch {
    return 0;
  }
}

let progress = 0;
setInterval(async () => {
  const events = (await labs.get(NAME))?.events ?? [];
  const last = events.findLast((event) => event.kind === "progress");
  if (last?.kind === "progress") progress = last.progress.done;
}, 5);

Object.assign(window, { kill: page });
