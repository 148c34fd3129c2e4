/** Keeps the user's libraries: rows in files, all else in the database, and both together or not at all, however the page ends. */

import { MissingError, UnsupportedError, messageOf } from "../../core/errors.ts";
import { describeSound } from "../../core/library/describe-sound.ts";
import { contentKey } from "../../core/library/sound.ts";
import { KNOWN_PATTERNS, type PathPattern, parsePathPattern } from "../../core/metadata/path-pattern.ts";
import { type CutSettings, DEFAULT_CUT } from "../../core/onset/segment-cutter.ts";
import type { LibraryInfo, LibraryOrigin, LibrarySound, SoundEdit } from "../../protocol/library.ts";
import { DATABASE_NAME, type EditRecord, type FileRecord, type LibraryDatabase, type LibraryRecord, openDatabase, rangeOf } from "./library-database.ts";
import { RowFiles } from "./row-files.ts";

/** Files that were analysed, with the rows of their sounds one after the other. */
export interface Batch {
  readonly files: readonly Omit<FileRecord, "firstRow">[];
  readonly features: Float32Array;
  readonly embeddings: Float32Array;
  /** Keys of sounds whose file was changed, before and now: what the user said of the one holds for the other. */
  readonly heirs: readonly (readonly [string, string])[];
}

/** A library whose rows are not worth their room: more than half of them are of no sound. */
const WASTE = 0.5;
/** Paths by which a folder without a handle is known again. */
const COMPARED_PATHS = 200;
/** Rows rewritten at a time. */
const CHUNK = 1024;

/**
 * The order of a commit: rows are written behind those that are committed, and flushed; then one transaction counts them and puts the records that speak of them. A kill before the
 * transaction leaves bytes that nothing counts, and that the next commit writes over; after it all is there.
 */
export class LibraryStore {
  readonly #database: LibraryDatabase;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(database: LibraryDatabase) {
    this.#database = database;
  }

  /** Rejects with UnsupportedError. `onVersionChange`: another tab opened a later release, and this one can no longer read. */
  static async open(onVersionChange: () => void = () => {}, name = DATABASE_NAME): Promise<LibraryStore> {
    return new LibraryStore(await openDatabase(name, onVersionChange));
  }

  close(): void {
    this.#database.close();
  }

  async libraries(): Promise<readonly LibraryInfo[]> {
    const records = await this.#database.getAll("libraries");
    return records.map(({ id, title, root, cut, patterns, unfinished, origin, sounds, dropped }) => ({ id, title, root, audio: root ? "folder" : "copies", cut, patterns, unfinished, origin, sounds, dropped }));
  }

  async library(id: string): Promise<LibraryRecord> {
    const record = await this.#database.get("libraries", id);
    if (!record) throw new MissingError("Library: expected one that is kept here, got none of that name; open its folder again.");
    return record;
  }

  files(id: string): Promise<FileRecord[]> {
    return this.#database.getAll("files", rangeOf(id));
  }

  async add(name: string, root: FileSystemDirectoryHandle | null, origin: LibraryOrigin, paths: readonly string[] = []): Promise<string> {
    const libraries = await this.#database.getAll("libraries");
    for (const known of libraries) {
      if (root ? await known.root?.isSameEntry(root) : known.root === null && isNamed(known.title, name) && (await this.#holdsSome(known.id, paths))) return known.id;
    }
    const id = crypto.randomUUID();
    const namesakes = libraries.filter(({ title }) => isNamed(title, name)).length;
    const title = namesakes > 0 ? `${name} ${namesakes + 1}` : name;
    await this.#database.put("libraries", { id, title, root, origin, cut: DEFAULT_CUT, patterns: KNOWN_PATTERNS, generation: 0, rows: 0, sounds: 0, dropped: 0, unfinished: false });
    return id;
  }

  /** Whether a library has some of these files, or none at all yet. */
  async #holdsSome(id: string, paths: readonly string[]): Promise<boolean> {
    if (paths.length === 0 || (await this.#database.count("files", rangeOf(id))) === 0) return true;
    const step = Math.max(1, Math.floor(paths.length / COMPARED_PATHS));
    for (let i = 0; i < paths.length; i += step) if ((await this.#database.getKey("files", [id, paths[i]!])) !== undefined) return true;
    return false;
  }

  async change(id: string, change: Partial<Pick<LibraryRecord, "title" | "cut" | "patterns" | "unfinished" | "root">>): Promise<void> {
    for (const pattern of change.patterns ?? []) parsePathPattern(pattern);
    const transaction = this.#database.transaction("libraries", "readwrite");
    const record = await transaction.store.get(id);
    if (record) await transaction.store.put({ ...record, ...change });
    await transaction.done;
  }

  /** The sounds of a library, in the order of their rows. */
  async sounds(id: string): Promise<readonly LibrarySound[]> {
    const transaction = this.#database.transaction(["libraries", "files", "edits"]);
    const [record, files, edits] = await Promise.all([
      transaction.objectStore("libraries").get(id),
      transaction.objectStore("files").getAll(rangeOf(id)),
      transaction.objectStore("edits").getAll(rangeOf(id)),
    ]);
    if (!record) return [];
    return soundsOf(files, compile(record.patterns), edits);
  }

  /** The same of records that were just committed. */
  async describe(id: string, files: readonly FileRecord[]): Promise<readonly LibrarySound[]> {
    return soundsOf(files, compile((await this.library(id)).patterns), await this.#database.getAll("edits", rangeOf(id)));
  }

  /** `[rows.length, size]`. */
  async embeddings(id: string, rows: Uint32Array): Promise<Float32Array> {
    const { generation, origin, rows: count } = await this.library(id);
    const all = await new RowFiles(id).read("embeddings", generation, 0, count, origin.size);
    const chosen = new Float32Array(rows.length * origin.size);
    for (const [i, row] of rows.entries()) chosen.set(all.subarray(row * origin.size, (row + 1) * origin.size), i * origin.size);
    return chosen;
  }

  /** Keeps a batch whole; gives its records. Rejects with UnsupportedError where there is no room left, and then nothing has changed. */
  commit(id: string, batch: Batch): Promise<readonly FileRecord[]> {
    return this.#alone(async () => {
      const { generation, rows, origin } = await this.library(id);
      const files = new RowFiles(id);
      let next = rows;
      const records = batch.files.map((file): FileRecord => {
        const firstRow = next;
        next += file.sounds.length;
        return { ...file, firstRow };
      });
      try {
        if (next > rows) {
          await files.write("features", generation, rows, origin.featureSize, batch.features);
          await files.write("embeddings", generation, rows, origin.size, batch.embeddings);
        }
        const transaction = this.#database.transaction(["libraries", "files", "edits"], "readwrite");
        const table = transaction.objectStore("files");
        const edits = transaction.objectStore("edits");
        for (const [from, to] of batch.heirs) {
          const edit = await edits.get([id, from]);
          if (edit) await edits.put({ ...edit, key: to });
        }
        const libraries = transaction.objectStore("libraries");
        const record = (await libraries.get(id))!;
        await Promise.all([
          libraries.put({ ...record, rows: next, sounds: record.sounds + next - rows }),
          ...records.map((file) => table.put(file)),
          transaction.done,
        ]);
      } catch (cause) {
        throw roomFault(cause);
      }
      return records;
    });
  }

  /** Puts records whose rows stay: renamed, gone and back again. */
  put(id: string, records: readonly FileRecord[], removed: readonly string[] = []): Promise<void> {
    return this.#alone(async () => {
      const transaction = this.#database.transaction("files", "readwrite");
      await Promise.all([...removed.map((path) => transaction.store.delete([id, path])), ...records.map((file) => transaction.store.put(file)), transaction.done]);
    });
  }

  /** Says something of sounds; what says nothing is kept no longer. */
  edit(id: string, keys: readonly string[], { favourite, ...fields }: SoundEdit): Promise<void> {
    return this.#alone(async () => {
      const transaction = this.#database.transaction("edits", "readwrite");
      for (const key of keys) {
        const before = await transaction.store.get([id, key]);
        const said = Object.entries({ ...before?.fields, ...fields }).filter(([, word]) => word !== null);
        const record: EditRecord = { library: id, key, favourite: favourite ?? before?.favourite ?? false, fields: Object.fromEntries(said) };
        if (record.favourite || said.length > 0) await transaction.store.put(record);
        else await transaction.store.delete([id, key]);
      }
      await transaction.done;
    });
  }

  /** Counts a library's sounds again, after records were changed or replaced. */
  recount(id: string): Promise<void> {
    return this.#alone(async () => {
      const transaction = this.#database.transaction(["libraries", "files"], "readwrite");
      const files = await transaction.objectStore("files").getAll(rangeOf(id));
      const record = await transaction.objectStore("libraries").get(id);
      const count = (state: FileRecord["state"]) => files.reduce((sum, file) => sum + (file.state === state ? file.sounds.length : 0), 0);
      if (record) await transaction.objectStore("libraries").put({ ...record, sounds: count("held"), dropped: count("gone") });
      await transaction.done;
    });
  }

  /** Mends what a kill or a lost disk left behind: files whose rows are not there are forgotten, so that they are analysed again; strays go. Gives whether any were. */
  recover(id: string): Promise<boolean> {
    return this.#alone(async () => {
      const record = await this.library(id);
      const { generation, origin, rows } = record;
      const files = new RowFiles(id);
      const there = Math.min(await files.count("embeddings", generation, origin.size), await files.count("features", generation, origin.featureSize));
      if (there < rows) {
        const transaction = this.#database.transaction(["libraries", "files"], "readwrite");
        const table = transaction.objectStore("files");
        for (const file of await table.getAll(rangeOf(id))) if (file.firstRow + file.sounds.length > there) await table.delete([id, file.path]);
        await transaction.objectStore("libraries").put({ ...record, rows: there });
        await transaction.done;
      }
      await files.tidy(generation);
      if (!record.root && record.unfinished) await files.tidyAudio(new Set((await this.files(id)).map(({ sha256 }) => sha256)));
      return there < rows;
    });
  }

  /** Writes the rows anew without those of no sound, where they are many, or all embeddings by another model. Gives whether anything was written. */
  rewrite(id: string, anew?: { readonly origin: LibraryOrigin; embed(features: Float32Array, rows: number): Promise<Float32Array> }): Promise<boolean> {
    return this.#alone(async () => {
      const record = await this.library(id);
      const held = (await this.files(id)).filter(({ sounds }) => sounds.length > 0).sort((a, b) => a.firstRow - b.firstRow);
      const count = held.reduce((sum, { sounds }) => sum + sounds.length, 0);
      if (!anew && count >= WASTE * record.rows) return false;
      const files = new RowFiles(id);
      const { generation: from, origin: before } = record;
      const origin = anew?.origin ?? before;
      const generation = from + 1;
      let row = 0;
      const records: FileRecord[] = [];
      const rows = held.flatMap(({ firstRow, sounds }) => sounds.map((_, i) => firstRow + i));
      for (const file of held) {
        records.push({ ...file, firstRow: row });
        row += file.sounds.length;
      }
      try {
        for (let at = 0; at < rows.length; at += CHUNK) {
          const chunk = rows.slice(at, at + CHUNK);
          const features = await gather(files, "features", from, chunk, before.featureSize);
          await files.write("features", generation, at, before.featureSize, features);
          await files.write("embeddings", generation, at, origin.size, anew ? await anew.embed(features, chunk.length) : await gather(files, "embeddings", from, chunk, before.size));
        }
        const transaction = this.#database.transaction(["libraries", "files"], "readwrite");
        await Promise.all([
          transaction.objectStore("libraries").put({ ...record, generation, rows: count, origin }),
          ...records.map((file) => transaction.objectStore("files").put(file)),
          transaction.done,
        ]);
      } catch (cause) {
        throw roomFault(cause);
      }
      await files.tidy(generation);
      return true;
    });
  }

  /** Starts a library's rows over: nothing of another feature can stay. */
  startOver(id: string, origin: LibraryOrigin): Promise<void> {
    return this.#alone(async () => {
      const record = await this.library(id);
      const transaction = this.#database.transaction(["libraries", "files"], "readwrite");
      await Promise.all([
        transaction.objectStore("libraries").put({ ...record, origin, rows: 0, sounds: 0, dropped: 0, generation: record.generation + 1 }),
        transaction.objectStore("files").delete(rangeOf(id)),
        transaction.done,
      ]);
      await new RowFiles(id).tidy(record.generation + 1);
    });
  }

  remove(id: string): Promise<void> {
    return this.#alone(async () => {
      const transaction = this.#database.transaction(["libraries", "files", "edits"], "readwrite");
      await Promise.all([
        transaction.objectStore("libraries").delete(id),
        ...(["files", "edits"] as const).map((table) => transaction.objectStore(table).delete(rangeOf(id))),
        transaction.done,
      ]);
      await new RowFiles(id).remove();
    });
  }

  /** One writing after the other. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}

/** "Drums", "Drums 2". */
function isNamed(title: string, name: string): boolean {
  return title === name || (title.startsWith(`${name} `) && /^\d+$/.test(title.slice(name.length + 1)));
}

/** How a file of that length is cut: the same words, the same sounds. */
export function cutKey(seconds: number, cut: CutSettings): string {
  return seconds > cut.fromSeconds ? `${cut.sensitivity} ${cut.leastSeconds} ${cut.mostSeconds}` : "";
}

function compile(patterns: readonly string[]): readonly PathPattern[] {
  return patterns.map(parsePathPattern);
}

function soundsOf(files: readonly FileRecord[], patterns: readonly PathPattern[], edits: readonly EditRecord[]): LibrarySound[] {
  const said = new Map(edits.map((edit) => [edit.key, edit]));
  const held = files.filter(({ state }) => state === "held").sort((a, b) => a.firstRow - b.firstRow);
  return held.flatMap(({ path, sha256, firstRow, sounds }) =>
    sounds.map(({ segment, durationSeconds, loudness, pitch }, i): LibrarySound => {
      const key = contentKey(sha256, segment);
      const edit = said.get(key);
      const { entry, estimated } = describeSound({ path, durationSeconds, pitch, ...(segment ? { segment } : {}) }, patterns, edit?.fields);
      return { ...entry, key, row: firstRow + i, loudness, estimated, favourite: edit?.favourite ?? false, ...(segment ? { segment } : {}) };
    }),
  );
}

/** Rows of those numbers, ascending. */
async function gather(files: RowFiles, kind: "features" | "embeddings", generation: number, rows: readonly number[], size: number): Promise<Float32Array> {
  const first = rows[0]!;
  const all = await files.read(kind, generation, first, rows.at(-1)! + 1, size);
  const chosen = new Float32Array(rows.length * size);
  for (const [i, row] of rows.entries()) chosen.set(all.subarray((row - first) * size, (row - first + 1) * size), i * size);
  return chosen;
}

/** A write that failed, as a sentence. */
export function roomFault(cause: unknown): Error {
  if ((cause as Error).name !== "QuotaExceededError") return cause instanceof Error ? cause : new Error(messageOf(cause));
  return new UnsupportedError("Library: expected room in the browser's storage, got a full one; what was kept stays: free disk space or remove a library, and go on.");
}
