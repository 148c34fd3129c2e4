/** Embedding presets on the page: lists those that ship, opens one from a file or an address, finds its sounds, offers analysis by this model, and writes what is in the library as one. */

import { type Remote, proxy } from "comlink";
import { FormatError, MissingError, messageOf } from "../../core/errors.ts";
import { streamPreset } from "../../core/presets/embedding-preset.ts";
import { type BuiltInPreset, parsePresetIndex } from "../../core/presets/preset-index.ts";
import { columnsOfSounds, originOf } from "../../core/presets/preset-sounds.ts";
import type { EngineStatus } from "../../protocol/engine.ts";
import type { ListedFile } from "../../protocol/library.ts";
import type { OpenedPreset, PresetApi } from "../../protocol/preset.ts";
import { openBuiltInLibrary } from "../library/built-in-library.ts";
import { createDecoder, originOf as engineOrigin } from "../library/library-client.ts";
import type { OpenLibrary } from "../library/open-library.ts";
import type { SoundSource } from "../library/sound-source.ts";
import { saveStream } from "../save-stream.ts";
import type { Simile } from "../simile-state.ts";
import type { WorkerMaker } from "../worker-client.ts";
import { type ArchiveClient, type ArchiveHit, type ArchivePreset, createArchiveClient } from "./archive-client.ts";
import { fetchPreset } from "./fetch-preset.ts";
import { type PresetRows, libraryOfPreset, rowsOfPreset, someRows } from "./preset-library.ts";
import { withPresetWorker } from "./preset-client.ts";
import { createArchiveSource, createFileSource } from "./preset-source.ts";

/** Something that takes its time. */
export interface PresetWork {
  readonly stage: "asking" | "fetching" | "reading" | "looking for its sounds" | "analysing" | "writing";
  readonly title: string;
  readonly done: number;
  /** Null where it cannot be told. */
  readonly all: number | null;
}

/** A preset that was read and cannot answer by itself: it lacks audio, or another model made it. */
export interface WaitingPreset {
  readonly title: string;
  readonly sounds: number;
  /** The model that made it, where that is not the one that is open. */
  readonly otherModel: string | null;
  /** Its sounds are at hand, in it or in a folder that was chosen. */
  readonly audio: boolean;
}

export interface ArchiveState {
  readonly address: string;
  readonly presets: readonly ArchivePreset[];
  /** Of the last question, nearest first; null before the first. */
  readonly hits: readonly ArchiveHit[] | null;
}

export interface PresetsState {
  readonly builtIn: readonly BuiltInPreset[];
  /** Titles of what answered before, newest first; any of them can answer again. */
  readonly before: readonly string[];
  readonly work: PresetWork | null;
  readonly waiting: WaitingPreset | null;
  /** An archive of more sounds than a page holds, once one was opened. */
  readonly archive: ArchiveState | null;
  /** What the last action led to. */
  readonly note: string | null;
  /** Sounds that were not found, by path. */
  readonly missing: readonly string[];
  /** One sentence of what failed, until the next action; what was there before is untouched. */
  readonly fault: string | null;
}

export interface ExportWish {
  readonly title: string;
  readonly author: string;
  readonly licence: string;
  readonly audio: boolean;
  /** Ids of the sounds, null for all. */
  readonly ids: readonly number[] | null;
}

export type PresetAction =
  | { readonly kind: "built-in"; readonly address: string }
  | { readonly kind: "file"; readonly file: File }
  | { readonly kind: "address"; readonly address: string }
  /** Look for the waiting preset's sounds in this folder. */
  | { readonly kind: "attach"; readonly folder: FileSystemDirectoryHandle | readonly ListedFile[] }
  /** Answer from the waiting preset without its sounds: names and distances alone. */
  | { readonly kind: "silent" }
  /** Make the waiting preset's rows anew by the model that is open. */
  | { readonly kind: "analyse" }
  /** Leave the waiting preset, or stop what is under way. */
  | { readonly kind: "cancel" }
  /** Answer again from what answered before: its place in `before`. */
  | { readonly kind: "return"; readonly at: number }
  | { readonly kind: "export"; readonly wish: ExportWish }
  /** Open the archive that `npx simile serve` offers at this address. */
  | { readonly kind: "archive"; readonly address: string }
  /** Ask one of its presets for what is like the sound that was heard last, as the settings ask. */
  | { readonly kind: "ask"; readonly preset: string };

export interface Presets extends EventTarget {
  /** An immutable snapshot; a "change" event follows each new one. */
  readonly state: PresetsState;
  /** Reads the index of what ships. */
  start(): Promise<void>;
  /** Does what the user asks; what fails is told in the state. Whatever is under way is cancelled first. */
  act(action: PresetAction): Promise<void>;
}

export interface PresetsOptions {
  readonly simile: Simile;
  /** Absolute address of the index of what ships; without one nothing is listed. */
  readonly index?: string;
  /** Makes a preset worker; default: the built one. */
  readonly makeWorker?: WorkerMaker;
}

/** What a preset that waits is made of. */
interface Waiting {
  readonly place: string;
  readonly opened: OpenedPreset;
  readonly rows: PresetRows;
  /** Where the audio of each row is, by key; null where it is not at hand. */
  readonly source: SoundSource | null;
}

const NOTHING: PresetsState = { builtIn: [], before: [], work: null, waiting: null, archive: null, note: null, missing: [], fault: null };
/** Libraries to which one can return. */
const MOST_BEFORE = 4;
/** Vectors that are embedded at once. */
const BATCH = 64;
const MOST_LANES = 4;

export function createPresets(options: PresetsOptions): Presets {
  return new PresetDesk(options);
}

class PresetDesk extends EventTarget implements Presets {
  readonly #simile: Simile;
  readonly #index: string | undefined;
  readonly #makeWorker: WorkerMaker | undefined;
  #state = NOTHING;
  #abort = new AbortController();
  #waiting: Waiting | null = null;
  #before: readonly OpenLibrary[] = [];
  #archive: ArchiveClient | null = null;

  constructor({ simile, index, makeWorker }: PresetsOptions) {
    super();
    this.#simile = simile;
    this.#index = index;
    this.#makeWorker = makeWorker;
  }

  get state(): PresetsState {
    return this.#state;
  }

  async start(): Promise<void> {
    if (this.#index === undefined) return;
    try {
      const response = await fetch(this.#index);
      if (response.ok) this.#set({ builtIn: parsePresetIndex(await response.json(), this.#index) });
    } catch (cause) {
      // Without an index there is nothing to list; one that is not what it should be is told.
      if (cause instanceof FormatError) this.#set({ fault: cause.message });
    }
  }

  async act(action: PresetAction): Promise<void> {
    this.#abort.abort(new DOMException("Something else was asked for.", "AbortError"));
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const keeps = action.kind === "attach" || action.kind === "analyse" || action.kind === "silent" || action.kind === "export" || action.kind === "ask";
    if (!keeps) this.#wait(null);
    this.#set({ fault: null, note: null, missing: action.kind === "analyse" ? this.#state.missing : [], work: null });
    try {
      await this.#do(action, signal);
    } catch (cause) {
      if (!signal.aborted) this.#set({ fault: messageOf(cause) });
    } finally {
      if (this.#abort.signal === signal) {
        // Where one of several workers failed the others end with it.
        this.#abort.abort();
        this.#set({ work: null });
      }
    }
  }

  async #do(action: PresetAction, signal: AbortSignal): Promise<void> {
    switch (action.kind) {
      case "built-in":
        return this.#openBuiltIn(action.address, signal);
      case "file":
        return this.#open(action.file, action.file.name, signal);
      case "address": {
        const title = action.address;
        const file = await fetchPreset(action.address, { signal, onProgress: (done, all) => this.#work(signal, { stage: "fetching", title, done, all }) });
        return this.#open(file, file.name, signal);
      }
      case "attach":
        return this.#attach(action.folder, signal);
      case "silent":
        return this.#silent();
      case "analyse":
        return this.#analyse(signal);
      case "cancel":
        return;
      case "return": {
        const library = this.#before[action.at];
        return library ? this.#use(library) : undefined;
      }
      case "export":
        return this.#export(action.wish, signal);
      case "archive": {
        const { address } = action;
        this.#work(signal, { stage: "asking", title: address, done: 0, all: null });
        this.#archive = createArchiveClient(address);
        return this.#set({ archive: { address, presets: await this.#archive.presets(signal), hits: null } });
      }
      case "ask":
        return this.#ask(action.preset, signal);
      default:
        return action satisfies never;
    }
  }

  // Opening

  async #openBuiltIn(address: string, signal: AbortSignal): Promise<void> {
    const entry = this.#state.builtIn.find((one) => one.address === address);
    if (!entry) return;
    const url = new URL(entry.address, this.#index).href;
    this.#work(signal, { stage: "fetching", title: entry.title, done: 0, all: null });
    if (url.endsWith("/")) return this.#use(await openBuiltInLibrary(url));
    const onProgress = (done: number, all: number | null) => this.#work(signal, { stage: "fetching", title: entry.title, done, all });
    return this.#open(await fetchPreset(url, { signal, onProgress, ...(entry.sha256 ? { sha256: entry.sha256 } : {}) }), entry.title, signal);
  }

  async #open(file: File, place: string, signal: AbortSignal): Promise<void> {
    this.#work(signal, { stage: "reading", title: place, done: 0, all: null });
    const opened = await this.#withWorker(signal, (worker) => worker.read(file, place));
    const rows = rowsOfPreset(opened);
    if (rows.sounds.length === 0) throw new FormatError(`${place}: expected at least one sound, got a preset of none; choose another.`);
    const waiting = { place, opened, rows, source: opened.audio && createArchiveSource(file, place, rows.sounds, opened.audio) };
    const { model } = await this.#engine();
    signal.throwIfAborted();
    if (waiting.source && rows.origin.weightsSha256 === model.weightsSha256) return this.#use(libraryOfPreset(rows, waiting.source));
    this.#wait(waiting, model.weightsSha256);
  }

  async #attach(folder: FileSystemDirectoryHandle | readonly ListedFile[], signal: AbortSignal): Promise<void> {
    const waiting = this.#need();
    const { opened, place, rows } = waiting;
    const origins = rows.sounds.map((_, row) => originOf(opened.columns, row));
    this.#work(signal, { stage: "looking for its sounds", title: place, done: 0, all: null });
    const report = proxy((done: number, all: number) => this.#work(signal, { stage: "looking for its sounds", title: place, done, all }));
    const found = await this.#withWorker(signal, (worker) =>
      worker.attach(
        origins.map(({ path }) => path),
        origins.map(({ sha256 }) => sha256),
        folder,
        report,
      ),
    );
    signal.throwIfAborted();
    const kept = found.files.flatMap((file, row) => (file ? [row] : []));
    const missing = origins.flatMap(({ path }, row) => (found.files[row] ? [] : [path]));
    const count = rows.sounds.length;
    this.#set({ missing });
    if (kept.length === 0) throw new MissingError(`${place}: expected its ${count} sounds in that folder, got none of them, by path or by content; choose the folder that the preset was made of.`);
    const source = createFileSource(place, new Map(kept.map((row) => [rows.sounds[row]!.key, found.files[row]!])));
    const note = `${place}: found ${kept.length} of ${count} sounds, ${found.byPath} by path and ${found.byContent} by content${missing.length > 0 ? `; the ${missing.length} that are missing are left out` : ""}.`;
    const some = someRows(rows, kept);
    const { model } = await this.#engine();
    if (rows.origin.weightsSha256 === model.weightsSha256) return this.#use(libraryOfPreset(some, source), note);
    this.#wait({ ...waiting, rows: some, source }, model.weightsSha256);
    this.#set({ note });
  }

  async #silent(): Promise<void> {
    const { place, rows } = this.#need();
    const none = `${place}: expected its sounds in a folder of yours, got none; it answers with names and distances alone: open it again to attach the folder.`;
    await this.#use(libraryOfPreset(rows, { none, read: async ({ file }) => Promise.reject(new MissingError(`${file}: ${none}`)) }));
  }

  /** Rows anew, by the model that is open, of every sound that is at hand. */
  async #analyse(signal: AbortSignal): Promise<void> {
    const { place, rows, source } = this.#need();
    if (!source) throw new MissingError(`${place}: expected its sounds, to analyse them again, got none; choose the folder that holds them first.`);
    const { model, modelVersion, weightsSha256, feature, featureVersion, contextSeconds, size } = engineOrigin(await this.#engine());
    const count = rows.sounds.length;
    const embeddings = new Float32Array(count * size);
    const faults: string[] = [];
    const failed = new Set<number>();
    let next = 0;
    let done = 0;
    const decode = proxy(createDecoder());
    this.#work(signal, { stage: "analysing", title: place, done, all: count });
    const embed = async (batch: readonly (readonly [row: number, values: Float32Array])[]) => {
      if (batch.length === 0) return;
      const width = batch[0]![1].length;
      const values = new Float32Array(batch.length * width);
      for (const [i, [, vector]] of batch.entries()) values.set(vector, i * width);
      const embedded = await this.#simile.ask((engine) => engine.embedFeatures(values, batch.length));
      for (const [i, [row]] of batch.entries()) embeddings.set(embedded.subarray(i * size, (i + 1) * size), row * size);
    };
    const lane = () =>
      this.#withWorker(signal, async (worker) => {
        let batch: (readonly [number, Float32Array])[] = [];
        for (let row = next++; row < count && !signal.aborted; row = next++) {
          const sound = rows.sounds[row]!;
          try {
            batch.push([row, await worker.analyse(await source.read(sound, signal), sound.file, sound.segment ?? null, { name: feature, version: featureVersion, contextSeconds }, decode)]);
          } catch (cause) {
            signal.throwIfAborted();
            failed.add(row);
            faults.push(messageOf(cause));
          }
          this.#work(signal, { stage: "analysing", title: place, done: ++done, all: count });
          if (batch.length === BATCH) await embed(batch.splice(0));
        }
        await embed(batch);
      });
    await Promise.all(Array.from({ length: Math.max(1, Math.min(MOST_LANES, (navigator.hardwareConcurrency ?? 2) - 1)) }, lane));
    const kept = rows.sounds.flatMap((_, row) => (failed.has(row) ? [] : [row]));
    if (kept.length === 0) throw new FormatError(faults[0] ?? `${place}: expected sounds, got none.`);
    const anew: PresetRows = { ...rows, size, embeddings, origin: { model, modelVersion, weightsSha256 } };
    const note = `${place}: ${kept.length} sounds analysed by ${model}${faults.length > 0 ? `; ${faults.length} could not be read, the first as follows. ${faults[0]}` : "."}`;
    await this.#use(libraryOfPreset(someRows(anew, kept), source), note);
  }

  /** Goes over to a library; the one before is kept within reach. */
  async #use(library: OpenLibrary, note: string | null = null): Promise<void> {
    const { library: left } = this.#simile;
    if (!(await this.#simile.useLibrary(library))) return;
    this.#before = [...(left && left !== library ? [left] : []), ...this.#before.filter((other) => other !== library && other !== left)].slice(0, MOST_BEFORE);
    this.#wait(null);
    this.#set({ before: this.#before.map(({ title }) => title), note });
  }

  /** The archive is asked what the page's own search is asked, as far as its columns allow. */
  async #ask(name: string, signal: AbortSignal): Promise<void> {
    const { archive } = this.#state;
    const preset = archive?.presets.find((one) => one.name === name);
    if (!archive || !preset || !this.#archive) throw new MissingError("Archive: expected an open one, got none; open its address first.");
    const embedding = await this.#simile.ask((engine) => engine.heard());
    if (!embedding) throw new MissingError("Archive: expected a sound that was heard, to ask for its likes, got none; play one into the page first.");
    const { model } = await this.#engine();
    if (preset.weightsSha256 !== model.weightsSha256) throw new FormatError(`${preset.title}: expected sounds by the model ${model.name} version ${model.version}, got those of another training; push a preset of this model.`);
    const { settings } = this.#simile.state;
    const rules = [["technique", settings.otherTechniques, settings.ownTechnique], ["instrument", settings.otherInstruments, settings.ownInstrument]] as const;
    const known = rules.filter(([column, wanted]) => wanted && preset.columns.includes(column));
    this.#work(signal, { stage: "asking", title: preset.title, done: 0, all: null });
    // What is played is, where the player does not say, what the nearest sound of the archive is.
    const [first] = known.some(([, , own]) => own === null) ? await this.#archive.retrieve(name, { embedding, count: 1 }, signal) : [];
    const otherThan = Object.fromEntries(known.map(([column, , own]) => [column, own ?? String(first?.sound[column] ?? "")]).filter(([, value]) => value !== ""));
    const { count, radius, diversity } = settings;
    const hits = await this.#archive.retrieve(name, { embedding, count, diversity, otherThan, ...(radius === null ? {} : { radius }) }, signal);
    this.#set({ archive: { ...archive, hits } });
  }

  // Writing

  async #export({ title, author, licence, audio, ids }: ExportWish, signal: AbortSignal): Promise<void> {
    const { library, state } = this.#simile;
    const { engine } = state;
    const chosen = ids ?? library?.sounds.map((_, id) => id) ?? [];
    if (!library || !engine || chosen.length === 0) throw new MissingError("Export: expected sounds in the library, got none; open a library first.");
    const named = title.trim() || "Untitled";
    const file = `${named.replace(/[^\p{L}\p{N} ._-]+/gu, "-").slice(0, 100)}.simile`;
    const saved = await saveStream(file, () => this.#parts({ title: named, author, licence, audio, ids: chosen }, library, engine, signal));
    if (saved) this.#set({ note: `${file}: ${chosen.length} ${chosen.length === 1 ? "sound" : "sounds"} written${audio ? ", with audio" : ""}.` });
  }

  async *#parts({ title, author, licence, audio, ids }: ExportWish & { readonly ids: readonly number[] }, { sounds: all, source }: OpenLibrary, engine: EngineStatus, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const sounds = ids.map((id) => all[id]!);
    this.#work(signal, { stage: "writing", title, done: 0, all: sounds.length });
    const { model, modelVersion, weightsSha256, feature, featureVersion, size } = engineOrigin(engine);
    const embeddings = await this.#simile.ask((remote) => remote.rows([...ids]));
    const content = {
      name: title,
      title,
      author,
      licence,
      model: { name: model, version: modelVersion, weightsSha256 },
      feature: { name: feature, version: featureVersion },
      distance: engine.model.distance,
      numbers: "float16" as const,
      size,
      embeddings,
      columns: columnsOfSounds(sounds),
    };
    const decode = proxy(createDecoder());
    const soundAt = async (_: string, row: number): Promise<Uint8Array> => {
      signal.throwIfAborted();
      const sound = sounds[row]!;
      if (source.none !== undefined) throw new MissingError(source.none);
      const blob = await source.read(sound, signal);
      const bytes = sound.segment ? await this.#withWorker(signal, (worker) => worker.cut(blob, sound.file, sound.segment!, decode)) : new Uint8Array(await blob.arrayBuffer());
      this.#work(signal, { stage: "writing", title, done: row + 1, all: sounds.length });
      return bytes;
    };
    yield* audio ? streamPreset(content, soundAt) : streamPreset(content);
  }

  // State

  #withWorker<T>(signal: AbortSignal, job: (worker: Remote<PresetApi>) => Promise<T>): Promise<T> {
    return withPresetWorker(signal, job, this.#makeWorker);
  }

  /** The engine's status, once it is open. */
  #engine(): Promise<EngineStatus> {
    return this.#simile.ask((engine) => engine.status());
  }

  #need(): Waiting {
    if (!this.#waiting) throw new MissingError("Presets: expected a preset that waits, got none; open one first.");
    return this.#waiting;
  }

  #wait(waiting: Waiting | null, ownModel?: string): void {
    this.#waiting = waiting;
    const { rows, source } = waiting ?? {};
    const other = rows && rows.origin.weightsSha256 !== ownModel ? `${rows.origin.model} version ${rows.origin.modelVersion}` : null;
    this.#set({ waiting: rows ? { title: rows.title, sounds: rows.sounds.length, otherModel: other, audio: source !== null } : null });
  }

  #work(signal: AbortSignal, work: PresetWork): void {
    if (!signal.aborted && this.#abort.signal === signal) this.#set({ work });
  }

  #set(change: Partial<PresetsState>): void {
    this.#state = Object.freeze({ ...this.#state, ...change });
    this.dispatchEvent(new Event("change"));
  }
}
