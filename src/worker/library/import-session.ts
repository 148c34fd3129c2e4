/** Brings a library up to what its folder holds: analyses what is new or changed, once, keeps it batch by batch, follows renames and drops what is gone. */

import { proxy } from "comlink";
import { MissingError, UnsupportedError, messageOf } from "../../core/errors.ts";
import { featureNamed } from "../../core/features/families.ts";
import { sameVectors } from "../../core/library/same-vectors.ts";
import type { FileAnalysis, FileNote, ImportHost, ImportProgress, ImportReport, LibraryEvent, LibraryOrigin, ListedFile } from "../../protocol/library.ts";
import { type AnalysisPool, createAnalysisPool } from "./analysis-pool.ts";
import { type FolderWalk, type FoundFile, rootFault, walkFolder, walkList } from "./folder-walk.ts";
import type { FileRecord, LibraryRecord } from "./library-database.ts";
import { type LibraryStore, cutKey, roomFault } from "./library-store.ts";
import { RowFiles } from "./row-files.ts";

export interface ImportOptions {
  readonly store: LibraryStore;
  readonly library: string;
  /** Null: by the library's handle. */
  readonly files: readonly ListedFile[] | null;
  readonly origin: LibraryOrigin;
  readonly host: ImportHost;
  report(event: LibraryEvent): void;
}

export interface ImportSession {
  readonly done: Promise<ImportReport>;
  pause(): void;
  resume(): void;
  cancel(): void;
}

/** A batch is kept once it has so many sounds, or its first has waited so long. */
const BATCH_SOUNDS = 64;
const BATCH_MILLISECONDS = 400;
/** Most sentences that a report carries. */
const MOST_NOTES = 1000;
/** Share of the free room from which copies are worth a warning. */
const ROOM_WARNING = 0.5;
const PROGRESS_MILLISECONDS = 100;

/** What became of one file: to be kept with the next batch. */
interface Outcome {
  readonly record: Omit<FileRecord, "firstRow">;
  readonly features: Float32Array;
  /** Its audio, where it is to be copied. */
  readonly copy: Blob | null;
  /** Digest of what the file held before, where it was changed. */
  readonly former?: string;
}

export function startImport(options: ImportOptions): ImportSession {
  const session = new Session(options);
  return {
    done: session.run(),
    pause: () => session.pause(),
    resume: () => session.resume(),
    cancel: () => session.cancel(),
  };
}

class Session {
  readonly #options: ImportOptions;
  readonly #abort = new AbortController();
  #pool: AnalysisPool | null = null;
  /** Resolves when work may go on. */
  #gate: Promise<void> = Promise.resolve();
  #open: (() => void) | null = null;
  #record!: LibraryRecord;
  /** Paths that the folder holds, and those whose record was written in this import. */
  readonly #there = new Set<string>();
  readonly #written = new Set<string>();
  /** Files of known content by their digest. */
  readonly #byDigest = new Map<string, FileRecord>();
  /** Digests that are being analysed. */
  readonly #inFlight = new Map<string, Promise<void>>();
  readonly #faults: FileNote[] = [];
  readonly #notes: FileNote[] = [];
  #faulty = 0;
  #analysed = 0;
  #unchanged = 0;
  #renamed = 0;
  #added = 0;
  #dropped = 0;
  #done = 0;
  #all = 0;
  #phase: ImportProgress["phase"] = "looking";
  /** Milliseconds spent analysing before the last pause, and when it went on. */
  #spent = 0;
  #since = 0;
  #told = 0;
  #pending: Outcome[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #keeping: Promise<void> = Promise.resolve();
  /** Something happened that ids of loaded sounds do not follow by growing. */
  #moved = false;
  /** Why the import cannot go on. */
  #stop: Error | null = null;

  constructor(options: ImportOptions) {
    this.#options = options;
  }

  pause(): void {
    if (this.#open || this.#abort.signal.aborted) return;
    this.#gate = new Promise((resolve) => {
      this.#open = resolve;
    });
    this.#spent += performance.now() - this.#since;
    this.#tell("paused");
  }

  resume(): void {
    if (!this.#open) return;
    this.#since = performance.now();
    this.#open();
    this.#open = null;
    this.#tell("analysing");
  }

  cancel(): void {
    this.#abort.abort();
    this.#pool?.close();
    this.#open?.();
    this.#open = null;
  }

  async run(): Promise<ImportReport> {
    const { store, library } = this.#options;
    try {
      await store.change(library, { unfinished: true });
      await this.#bringUp();
      if (this.#stop) throw this.#stop;
      const cancelled = this.#abort.signal.aborted;
      await store.change(library, { unfinished: false });
      return this.#report(cancelled ? "cancelled" : "done");
    } catch (cause) {
      if (this.#abort.signal.aborted && !this.#stop) {
        await store.change(library, { unfinished: false });
        return this.#report("cancelled");
      }
      return this.#report("stopped", this.#stop ?? (cause as Error));
    } finally {
      this.#pool?.close();
      clearTimeout(this.#timer);
      await store.recount(library).catch(() => {});
      if (this.#moved) this.#options.report({ kind: "changed", library });
    }
  }

  async #bringUp(): Promise<void> {
    const { store, library, origin, host } = this.#options;
    this.#tell("looking");
    const feature = featureNamed(origin.feature);
    if (feature.version !== origin.featureVersion) throw new UnsupportedError(`Import: expected feature ${feature.name} ${feature.version}, got a model of version ${origin.featureVersion}; load the page again.`);
    this.#record = await store.library(library);
    const before = this.#record.origin;
    if (!sameVectors(before, origin)) {
      await store.startOver(library, origin);
      this.#moved = true;
    } else if (before.weightsSha256 !== origin.weightsSha256) {
      this.#moved = await store.rewrite(library, { origin, embed: (features, rows) => host.embed(features, rows) });
    }
    this.#record = await store.library(library);
    const walk = await this.#walk();
    const known = new Map((await store.files(library)).map((record) => [record.path, record]));
    const fresh = this.#sort(walk, known);
    await this.#checkRoom(fresh);
    // Records whose file went away, or now has other content, which may be another's old one.
    const gone = new Map<string, FileRecord>();
    const changed = new Set(fresh.map(({ path }) => path));
    for (const record of known.values()) if (!this.#there.has(record.path) || changed.has(record.path)) gone.set(record.path, record);
    this.#since = performance.now();
    this.#tell("analysing");
    const decode = proxy((bytes: ArrayBuffer) => host.decode(bytes));
    const pool = createAnalysisPool((worker) => worker.prepare({ name: origin.feature, version: origin.featureVersion, contextSeconds: origin.contextSeconds }, this.#record.cut, decode));
    this.#pool = pool;
    let next = 0;
    const lane = async () => {
      while (next < fresh.length && !this.#abort.signal.aborted && !this.#stop) {
        await this.#gate;
        const found = fresh[next++];
        if (!found || this.#abort.signal.aborted || this.#stop) break;
        await this.#take(found, known, gone, pool);
      }
    };
    await Promise.all(Array.from({ length: pool.size }, lane));
    await this.#flush();
    if (!this.#abort.signal.aborted && !this.#stop) await this.#part(walk, gone, known);
  }

  async #walk(): Promise<FolderWalk> {
    const { files } = this.#options;
    const { root } = this.#record;
    if (!root && !files) throw new MissingError(`${this.#record.title}: expected the folder to be chosen again, since this browser does not remember it; choose it, and what was analysed is not analysed again.`);
    const walk = files ? await walkList(files) : await walkFolder(root!, this.#abort.signal);
    for (const fault of walk.faults) this.#fault(fault.path, fault.sentence);
    this.#all = walk.files.length;
    return walk;
  }

  /** What is new or changed; the rest is done. */
  #sort(walk: FolderWalk, known: ReadonlyMap<string, FileRecord>): FoundFile[] {
    for (const { path } of walk.files) this.#there.add(path);
    for (const record of known.values()) {
      if (record.state === "held" || record.state === "gone") this.#byDigest.set(record.sha256, record);
    }
    return walk.files.filter(({ path, file }) => {
      const record = known.get(path);
      const same = record && record.state !== "gone" && record.size === file.size && record.modified === file.lastModified && this.#isCutAlike(record);
      // A twin whose other has gone, or was changed, is looked at again.
      const original = record?.state === "twin" ? this.#byDigest.get(record.sha256) : undefined;
      if (!same || (record.state === "twin" && !(original?.state === "held" && this.#there.has(original.path)))) return true;
      if (record.state === "faulty") this.#fault(path, record.note);
      this.#unchanged++;
      this.#done++;
      return false;
    });
  }

  #isCutAlike({ state, seconds, cut }: FileRecord): boolean {
    return (state !== "held" && state !== "gone") || cut === cutKey(seconds, this.#record.cut);
  }

  /** Copies need room: none is begun that cannot end. */
  async #checkRoom(fresh: readonly FoundFile[]): Promise<void> {
    if (this.#record.root) return;
    const needed = fresh.reduce((sum, { file }) => sum + file.size, 0);
    const { quota = 0, usage = 0 } = await navigator.storage.estimate();
    const free = quota - usage;
    const size = (bytes: number) => `${(bytes / 2 ** 20).toLocaleString("en", { maximumFractionDigits: bytes < 2 ** 24 ? 1 : 0 })} MiB`;
    if (needed > free) {
      throw new UnsupportedError(`${this.#record.title}: expected ${size(needed)} of room in the browser's storage for copies, got ${size(free)}; free disk space, choose a smaller folder, or use Chrome or Edge, which read the folder where it is.`);
    }
    if (needed > ROOM_WARNING * free) {
      this.#options.report({ kind: "warning", sentence: `${this.#record.title}: expected copies to leave half of the browser's storage free, got ${size(needed)} of the ${size(free)} that are left; cancel to keep them, or use Chrome or Edge, which read the folder where it is.` });
    }
  }

  async #take(found: FoundFile, known: ReadonlyMap<string, FileRecord>, gone: Map<string, FileRecord>, pool: AnalysisPool): Promise<void> {
    const { path, file } = found;
    const before = known.get(path);
    const base = { library: this.#options.library, path, size: file.size, modified: file.lastModified };
    /** Ends the wait of files of the same content. */
    let settle: (() => void) | null = null;
    let sha256 = "";
    try {
      const outcome = await pool.run(async (worker): Promise<Outcome | null> => {
        sha256 = await worker.digest(file);
        while (this.#inFlight.has(sha256)) await this.#inFlight.get(sha256);
        const same = this.#byDigest.get(sha256);
        if (same && this.#isCutAlike(same)) {
          await this.#recognise(same, base, gone);
          return null;
        }
        this.#inFlight.set(sha256, new Promise((resolve) => (settle = resolve)));
        return this.#outcome(base, sha256, await worker.analyse(path), this.#record.root ? null : file);
      });
      if (outcome) {
        if (before && before.sounds.length > 0) this.#moved = true;
        this.#byDigest.set(sha256, { ...outcome.record, firstRow: -1 });
        this.#analysed++;
        if (outcome.record.note) this.#note(path, outcome.record.note);
        this.#keep(before?.state === "held" && before.sha256 !== sha256 ? { ...outcome, former: before.sha256 } : outcome);
      }
    } catch (cause) {
      if (!this.#abort.signal.aborted) await this.#fail(base, sha256, cause as Error);
    } finally {
      if (settle) this.#inFlight.delete(sha256);
      (settle as (() => void) | null)?.();
      this.#done++;
      this.#tell(this.#phase === "paused" ? "paused" : "analysing");
    }
  }

  /** The same content as a file that is known: that file renamed, or taken back, or a second one. */
  async #recognise(same: FileRecord, base: Pick<FileRecord, "library" | "path" | "size" | "modified">, gone: Map<string, FileRecord>): Promise<void> {
    // What is not kept yet has no row to keep.
    if (same.firstRow < 0) await this.#flush();
    if (this.#stop) return;
    const current = this.#byDigest.get(same.sha256) ?? same;
    const { store, library } = this.#options;
    if (gone.delete(current.path) || current.state === "gone") {
      const moved = { ...current, ...base, state: "held" as const };
      await store.put(library, [moved], this.#written.has(current.path) || current.path === base.path ? [] : [current.path]);
      this.#written.add(base.path);
      this.#byDigest.set(same.sha256, moved);
      if (current.path === base.path && current.state === "held") this.#unchanged++;
      else {
        if (current.path !== base.path) this.#renamed++;
        this.#moved = true;
      }
      return;
    }
    const sentence = `${base.path}: has the same content as ${current.path}, which stands for both.`;
    await store.put(library, [{ ...base, sha256: same.sha256, state: "twin", note: sentence, firstRow: 0, sounds: [], seconds: 0, cut: "" }]);
    this.#written.add(base.path);
    this.#note(base.path, sentence);
  }

  #outcome(base: Pick<FileRecord, "library" | "path" | "size" | "modified">, sha256: string, { sounds, features, seconds, note }: FileAnalysis, copy: Blob | null): Outcome {
    return { record: { ...base, sha256, state: "held", note: note ?? "", sounds, seconds, cut: cutKey(seconds, this.#record.cut) }, features, copy };
  }

  /** One file's fault is a sentence in the report, unless it is that of the whole folder. */
  async #fail(base: Pick<FileRecord, "library" | "path" | "size" | "modified">, sha256: string, cause: Error): Promise<void> {
    const { root } = this.#record;
    const vanished = cause.name === "NotFoundError" || cause.name === "NotReadableError";
    if (vanished && root) {
      try {
        await root.keys().next();
      } catch (lost) {
        this.#stop ??= rootFault(root.name, lost);
        return;
      }
    }
    if (vanished) {
      this.#fault(base.path, `${base.path}: expected the file as it was listed, got a change; it was moved, changed or removed under way: open the library again.`);
      this.#there.delete(base.path);
      return;
    }
    const named = cause.name === "FormatError" || cause.name === "UnsupportedError";
    const sentence = named ? cause.message : `${base.path}: expected audio that can be analysed, got "${messageOf(cause)}"; leave it out, or convert it.`;
    this.#fault(base.path, sentence);
    // A worker that failed may do better next time; a file that is bad stays so until it changes.
    if (named) this.#keep({ record: { ...base, sha256, state: "faulty", note: sentence, sounds: [], seconds: 0, cut: "" }, features: new Float32Array(), copy: null });
  }

  /** Puts an outcome to the next batch. */
  #keep(outcome: Outcome): void {
    this.#pending.push(outcome);
    const sounds = this.#pending.reduce((sum, { record }) => sum + Math.max(1, record.sounds.length), 0);
    if (sounds >= BATCH_SOUNDS) void this.#flush();
    else this.#timer ??= setTimeout(() => void this.#flush(), BATCH_MILLISECONDS);
  }

  /** Keeps what is pending for good. Resolves when all that was pending before is kept, too. */
  #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const outcomes = this.#pending.splice(0);
    if (outcomes.length > 0) this.#keeping = this.#keeping.then(() => this.#commit(outcomes));
    return this.#keeping;
  }

  async #commit(outcomes: readonly Outcome[]): Promise<void> {
    if (this.#stop) return;
    const { store, library, host, origin, report } = this.#options;
    const { featureSize } = origin;
    const rows = outcomes.reduce((sum, { record }) => sum + record.sounds.length, 0);
    const features = new Float32Array(rows * featureSize);
    let at = 0;
    for (const { features: some } of outcomes) {
      features.set(some, at);
      at += some.length;
    }
    try {
      const copies = new RowFiles(library);
      for (const { record, copy } of outcomes) if (copy) await copies.copyAudio(record.sha256, copy);
      const embeddings = rows > 0 ? await host.embed(features, rows) : new Float32Array();
      if (embeddings.length !== rows * origin.size) throw new Error(`Import: expected ${rows} embeddings of ${origin.size} numbers, got ${embeddings.length} numbers; open the library again.`);
      const records = await store.commit(library, {
        files: outcomes.map(({ record }) => record),
        features,
        embeddings,
        heirs: outcomes.flatMap(({ record, former }) => (former ? [[former, record.sha256] as const] : [])),
      });
      for (const { path } of records) this.#written.add(path);
      for (const record of records) if (record.state === "held") this.#byDigest.set(record.sha256, record);
      this.#added += rows;
      const sounds = await store.describe(library, records);
      if (sounds.length > 0 && !this.#moved) report({ kind: "kept", library, sounds, embeddings });
    } catch (cause) {
      this.#stop ??= roomFault(cause);
    }
  }

  /** What was not found, in folders that could be read, is gone; its sounds can be taken back. */
  async #part(walk: FolderWalk, left: ReadonlyMap<string, FileRecord>, known: ReadonlyMap<string, FileRecord>): Promise<void> {
    const { store, library } = this.#options;
    if (walk.whole) {
      const gone = [...left.values()].filter(({ path }) => !this.#there.has(path));
      const parting = gone.filter(({ state }) => state === "held");
      const forgotten = gone.filter(({ state }) => state === "faulty" || state === "twin").map(({ path }) => path);
      if (parting.length > 0 || forgotten.length > 0) await store.put(library, parting.map((record) => ({ ...record, state: "gone" })), forgotten);
      this.#dropped = parting.reduce((sum, { sounds }) => sum + sounds.length, 0);
      if (parting.length > 0) this.#moved = true;
    }
    if (known.size > 0 && (await store.rewrite(library))) this.#moved = true;
  }

  #fault(path: string, sentence: string): void {
    this.#faulty++;
    if (this.#faults.length < MOST_NOTES) this.#faults.push({ path, sentence });
  }

  #note(path: string, sentence: string): void {
    if (this.#notes.length < MOST_NOTES) this.#notes.push({ path, sentence });
  }

  #tell(phase: ImportProgress["phase"]): void {
    const now = performance.now();
    if (phase === this.#phase && now - this.#told < PROGRESS_MILLISECONDS && this.#done < this.#all) return;
    this.#phase = phase;
    this.#told = now;
    const seconds = (this.#spent + (phase === "paused" ? 0 : now - this.#since)) / 1000;
    const taken = this.#done - this.#unchanged;
    const rate = phase !== "looking" && taken > 0 && seconds > 0 ? taken / seconds : 0;
    this.#options.report({
      kind: "progress",
      progress: { library: this.#options.library, phase, done: this.#done, all: this.#all, rate, secondsLeft: rate > 0 ? (this.#all - this.#done) / rate : null },
    });
  }

  #report(ended: ImportReport["ended"], fault?: Error): ImportReport {
    return {
      library: this.#options.library,
      ended,
      ...(fault ? { fault: { name: fault.name, message: fault.message } } : {}),
      analysed: this.#analysed,
      unchanged: this.#unchanged,
      renamed: this.#renamed,
      added: this.#added,
      dropped: this.#dropped,
      faults: this.#faults,
      faulty: this.#faulty,
      notes: this.#notes,
    };
  }
}
