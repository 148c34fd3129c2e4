/** Folders of sounds made on the fly in the page's own files, the library worker on them, and an embedding that the tests can compute. */

import { type Remote, proxy, wrap } from "comlink";
import { simile } from "../../src/core/features/simile.ts";
import { writeWav } from "../../src/core/kits/wav.ts";
import type { ImportHost, ImportReport, LibraryApi, LibraryEvent, LibraryOrigin, ListedFile } from "../../src/protocol/library.ts";
import { noise, pluck } from "../signals.ts";

export const RATE = 44_100;
export const SIZE = 4;
export const ORIGIN: LibraryOrigin = { model: "lab", modelVersion: 1, weightsSha256: "1".repeat(64), feature: simile.name, featureVersion: simile.version, featureSize: simile.size, size: SIZE };

/** The first numbers of the feature. */
export function embedLab(features: Float32Array, rows: number): Float32Array {
  const embeddings = new Float32Array(rows * SIZE);
  for (let row = 0; row < rows; row++) embeddings.set(features.subarray(row * simile.size, row * simile.size + SIZE), row * SIZE);
  return embeddings;
}

export const wav = (samples: Float32Array, rate = RATE): Uint8Array<ArrayBuffer> => writeWav({ sampleRate: rate, channels: [samples] }, 16) as Uint8Array<ArrayBuffer>;
/** A short note that no other seed gives. */
export const note = (seed: number, seconds = 0.4): Uint8Array<ArrayBuffer> => {
  const samples = pluck(110 * 2 ** (seed / 12), seconds, RATE);
  const grain = noise(seconds, RATE, 0.001, seed + 1);
  return wav(samples.map((sample, i) => sample + grain[i]!));
};

export async function folder(name: string): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  await root.removeEntry(name, { recursive: true }).catch(() => {});
  return root.getDirectoryHandle(name, { create: true });
}

export async function put(root: FileSystemDirectoryHandle, path: string, content: BlobPart): Promise<void> {
  const parts = path.split("/");
  const name = parts.pop()!;
  let here = root;
  for (const part of parts) here = await here.getDirectoryHandle(part, { create: true });
  const writable = await (await here.getFileHandle(name, { create: true })).createWritable();
  await writable.write(content as FileSystemWriteChunkType);
  await writable.close();
}

export async function take(root: FileSystemDirectoryHandle, path: string): Promise<void> {
  const parts = path.split("/");
  const name = parts.pop()!;
  let here = root;
  for (const part of parts) here = await here.getDirectoryHandle(part);
  await here.removeEntry(name, { recursive: true });
}

export interface LibraryLab {
  readonly api: Remote<LibraryApi>;
  /** By a port of their own, which nothing orders among the answers of `api`: they are waited for. */
  readonly events: LibraryEvent[];
  /** Rows embedded so far: what was analysed. */
  embedded(): number;
  import(id: string, files?: readonly ListedFile[] | null, host?: Partial<ImportHost>, origin?: LibraryOrigin): Promise<ImportReport>;
  /** As a killed tab. */
  kill(): void;
}

const labs: LibraryLab[] = [];

/** `name` is the database's; the same name again is the same storage. */
export async function openLab(name: string): Promise<LibraryLab> {
  const worker = new Worker(new URL("./library-lab.worker.ts", import.meta.url), { type: "module", name: `${crypto.randomUUID()} ${name}` });
  const api = wrap<LibraryApi>(worker);
  const events: LibraryEvent[] = [];
  let rows = 0;
  const lab: LibraryLab = {
    api,
    events,
    embedded: () => rows,
    import: (id, files = null, host = {}, origin = ORIGIN) =>
      api.import(
        id,
        files,
        origin,
        proxy({
          embed: async (features: Float32Array, count: number) => {
            rows += count;
            return embedLab(features, count);
          },
          decode: async () => null,
          ...host,
        }),
      ),
    kill: () => worker.terminate(),
  };
  labs.push(lab);
  await api.open(proxy((event: LibraryEvent) => void events.push(event)));
  return lab;
}

export function closeLabs(): void {
  for (const lab of labs.splice(0)) lab.kill();
}
