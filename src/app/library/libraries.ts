/** The user's own libraries on the page: opens their folders, imports, remembers which one answers, and says what became of each. */

import { type Remote, proxy } from "comlink";
import { UnsupportedError, messageOf } from "../../core/errors.ts";
import type { Folder } from "../../core/library/folder.ts";
import { sameVectors } from "../../core/library/same-vectors.ts";
import { type Sound, columnsOf } from "../../core/library/sound.ts";
import type { CutSettings } from "../../core/onset/segment-cutter.ts";
import type { ImportProgress, ImportReport, LibraryApi, LibraryEvent, LibraryInfo, LibrarySound, ListedFile, SoundEdit } from "../../protocol/library.ts";
import type { Simile } from "../simile-state.ts";
import { absolute } from "../address.ts";
import { builtIn } from "../built-in.ts";
import type { WorkerMaker } from "../worker-client.ts";
import { openBuiltInLibrary } from "./built-in-library.ts";
import { type Dropped, mayRead, pickFolder, readDrop } from "./file-access.ts";
import { type LibraryClient, createImportHost, createLibraryClient, engineOpen, originOf } from "./library-client.ts";
import type { OpenLibrary } from "./open-library.ts";
import { LOCKED_SOURCE, createCopySource, createHandleSource } from "./user-source.ts";

export interface LibrariesState {
  /** False where the browser keeps nothing for this page, which `fault` tells. */
  readonly open: boolean;
  /** Another tab writes: this one reads. */
  readonly readOnly: boolean;
  readonly libraries: readonly LibraryInfo[];
  /** The library that is imported or answers, and may have to be allowed again; null: the built-in one. */
  readonly chosen: LibraryInfo | null;
  /** The chosen one's folder must be allowed again before it can be read. */
  readonly locked: boolean;
  readonly progress: ImportProgress | null;
  /** Of the last import, until it is dismissed. */
  readonly report: ImportReport | null;
  /** One sentence to know about the import that runs. */
  readonly warning: string | null;
  /** One sentence of what failed, until the next action. */
  readonly fault: string | null;
}

export type LibraryAction =
  /** Null: the built-in library. */
  | { readonly kind: "choose"; readonly id: string | null }
  | { readonly kind: "open-folder" }
  | { readonly kind: "files"; readonly title: string; readonly files: readonly ListedFile[] }
  | { readonly kind: "drop"; readonly transfer: DataTransfer }
  /** Allow the folder again, and bring the library up to it. */
  | { readonly kind: "allow" }
  | { readonly kind: "update" }
  | { readonly kind: "pause" | "resume" | "cancel" }
  | { readonly kind: "undrop" }
  | { readonly kind: "edit"; readonly keys: readonly string[]; readonly edit: SoundEdit }
  | { readonly kind: "cut"; readonly cut: CutSettings }
  | { readonly kind: "patterns"; readonly patterns: readonly string[] }
  | { readonly kind: "remove"; readonly id: string }
  | { readonly kind: "dismiss" };

export interface Libraries extends EventTarget {
  /** An immutable snapshot; a "change" event follows each new one. */
  readonly state: LibrariesState;
  /** Opens the storage, and the library that answered last. Idempotent. */
  start(): Promise<void>;
  /** Does what the user asks; what fails is told in the state. */
  act(action: LibraryAction): Promise<void>;
  dispose(): void;
}

export interface LibrariesOptions {
  readonly simile: Simile;
  /** The library to go back to; default: the one that ships. */
  readonly builtIn?: Folder;
  /** Makes the library worker; default: the built one. */
  readonly makeWorker?: WorkerMaker;
  /** Where the choice is remembered. */
  readonly storage?: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null;
}

const CHOICE_KEY = "simile-library";
const CLOSED: LibrariesState = { open: false, readOnly: false, libraries: [], chosen: null, locked: false, progress: null, report: null, warning: null, fault: null };

export function createLibraries(options: LibrariesOptions): Libraries {
  return new UserLibraries(options);
}

class UserLibraries extends EventTarget implements Libraries {
  readonly #options: LibrariesOptions;
  #state = CLOSED;
  #client: LibraryClient | null = null;
  /** Resolves once the storage is open. */
  #opening: Promise<LibraryClient> | null = null;
  #starting: Promise<void> | null = null;
  /** Sounds of the library that answers, where it is the user's. */
  #sounds: readonly LibrarySound[] = [];
  #answers: string | null = null;
  /** What is told of sounds is worked off one by one. */
  #turn: Promise<unknown> = Promise.resolve();
  /** The engine is going over to a library of the user's. */
  #going = false;
  #importing = false;

  constructor(options: LibrariesOptions) {
    super();
    this.#options = options;
    options.simile.addEventListener("change", this.#onSimile);
  }

  /** Something else answers now, as a preset does. */
  readonly #onSimile = (): void => {
    const { engine } = this.#options.simile.state;
    if (this.#answers !== null && !this.#going && engine && engine.library.name !== this.#answers) this.#answered(null);
  };

  get state(): LibrariesState {
    return this.#state;
  }

  start(): Promise<void> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    try {
      await this.#opened();
      const remembered = this.#options.storage?.getItem(CHOICE_KEY);
      if (remembered && this.#state.libraries.some(({ id }) => id === remembered)) await this.act({ kind: "choose", id: remembered });
    } catch (cause) {
      this.#set({ fault: messageOf(cause) });
    }
  }

  async act(action: LibraryAction): Promise<void> {
    this.#set({ fault: null });
    try {
      await this.#do(action);
    } catch (cause) {
      this.#set({ fault: messageOf(cause) });
    }
  }

  async #do(action: LibraryAction): Promise<void> {
    const { chosen } = this.#state;
    switch (action.kind) {
      case "choose":
        return this.#choose(action.id);
      case "open-folder": {
        const root = await pickFolder();
        return root ? this.#open({ kind: "folder", root }) : undefined;
      }
      case "drop":
        return this.#open(await readDrop(action.transfer));
      case "files":
        return this.#open(action);
      case "allow":
        if (!chosen?.root || !(await mayRead(chosen.root, true))) return;
        this.#set({ locked: false });
        return this.#choose(chosen.id);
      case "update":
        return chosen ? this.#import(chosen.id, null) : undefined;
      case "pause":
      case "resume":
      case "cancel":
        return this.#ask((worker) => worker[action.kind]());
      case "undrop":
        return chosen ? this.#ask((worker) => worker.undrop(chosen.id)) : undefined;
      case "edit":
        return chosen ? this.#ask((worker) => worker.edit(chosen.id, action.keys, action.edit)) : undefined;
      case "patterns":
        return chosen ? this.#ask((worker) => worker.configure(chosen.id, { patterns: action.patterns })) : undefined;
      case "cut":
        if (!chosen) return;
        await this.#ask((worker) => worker.configure(chosen.id, { cut: action.cut }));
        return chosen.root && !this.#state.locked && !this.#state.progress ? this.#import(chosen.id, null) : undefined;
      case "remove":
        if (action.id === this.#answers) await this.#choose(null);
        return this.#ask((worker) => worker.remove(action.id));
      case "dismiss":
        return this.#set({ report: null });
      default:
        return action satisfies never;
    }
  }

  /** A folder becomes a library, answers as far as it is known, and grows as it is analysed. */
  async #open(folder: Dropped): Promise<void> {
    const origin = originOf(await engineOpen(this.#options.simile));
    void navigator.storage.persist?.().catch(() => {});
    const [title, root, paths] = folder.kind === "folder" ? [folder.root.name, folder.root, []] : [folder.title, null, folder.files.map(({ path }) => path)];
    const id = await this.#ask((worker) => worker.add(title, root, origin, paths));
    await this.#load(id);
    await this.#import(id, folder.kind === "files" ? folder.files : null);
  }

  async #choose(id: string | null): Promise<void> {
    if (id === null) {
      if (await this.#options.simile.useLibrary(await openBuiltInLibrary(absolute(this.#options.builtIn ?? (await builtIn()).library)))) this.#answered(null);
      return;
    }
    await this.#load(id);
    const { chosen, locked, readOnly, progress } = this.#state;
    // What the folder holds now is looked at whenever it is opened again.
    if (chosen?.root && !locked && !readOnly && !progress) await this.#import(id, null);
  }

  /** Answers from what is kept of a library. */
  async #load(id: string): Promise<void> {
    const { simile } = this.#options;
    const info = this.#state.libraries.find((library) => library.id === id);
    if (!info) return;
    const origin = originOf(await engineOpen(simile));
    const stale = !sameVectors(info.origin, origin);
    if (!stale && info.origin.weightsSha256 !== origin.weightsSha256 && !this.#state.readOnly) await this.#ask((worker) => worker.embedAnew(id, origin, createImportHost(simile)));
    // Rows of another feature are of no use: the import starts over.
    const sounds = stale ? [] : await this.#ask((worker) => worker.sounds(id));
    const locked = info.root !== null && !(await mayRead(info.root));
    this.#going = true;
    try {
      if (!(await simile.useLibrary(this.#library(info, stale ? origin : this.#info(id)!.origin, sounds, locked)))) return;
      this.#sounds = sounds;
      this.#answered(id);
      this.#set({ locked });
    } finally {
      this.#going = false;
    }
  }

  #library({ id, title, root }: LibraryInfo, origin: LibraryInfo["origin"], sounds: readonly LibrarySound[], locked: boolean): OpenLibrary {
    return {
      name: id,
      title,
      sounds,
      source: locked ? LOCKED_SOURCE : root ? createHandleSource(root) : createCopySource(id),
      rows: async (count) => {
        // Sounds that came since are the last; those that answer are still the first.
        const now = (this.#answers === id ? this.#sounds : sounds).slice(0, count);
        const embeddings = await this.#ask((worker) => worker.embeddings(id, Uint32Array.from(now, ({ row }) => row)));
        return { kind: "rows", name: id, title, count, origin, embeddings, columns: columnsOf(now) };
      },
    };
  }

  async #import(id: string, files: readonly ListedFile[] | null): Promise<void> {
    const { simile } = this.#options;
    const origin = originOf(await engineOpen(simile));
    if (this.#importing) throw new UnsupportedError("Import: expected one at a time, got another under way; let it end or cancel it.");
    this.#importing = true;
    this.#set({ report: null, warning: null, progress: { library: id, phase: "looking", done: 0, all: 0, rate: 0, secondsLeft: null } });
    try {
      const report = await this.#ask((worker) => worker.import(id, files, origin, createImportHost(simile)));
      this.#importing = false;
      await this.#turn;
      this.#set({ progress: null, report, fault: report.fault?.message ?? null });
    } finally {
      this.#importing = false;
      this.#set({ progress: null, warning: null });
    }
  }

  #onEvent(event: LibraryEvent): void {
    switch (event.kind) {
      case "libraries":
        this.#set({ libraries: event.libraries, readOnly: !event.writer, chosen: event.libraries.find(({ id }) => id === this.#answers) ?? null, ...(this.#state.readOnly && event.writer ? { fault: null } : {}) });
        break;
      // Events come on a way of their own, and may be later than the end of what they tell.
      case "progress":
        if (this.#importing) this.#set({ progress: event.progress });
        break;
      case "warning":
        if (this.#importing) this.#set({ warning: event.sentence });
        break;
      case "kept":
        if (this.#answering(event.library)) this.#queue(() => this.#grow(event.sounds, event.embeddings));
        break;
      case "changed":
        if (this.#answering(event.library)) this.#queue(() => this.#reload(event.library));
        break;
      default:
        event satisfies never;
    }
  }

  async #grow(sounds: readonly LibrarySound[], embeddings: Float32Array): Promise<void> {
    if (sounds.some(({ row }) => row <= (this.#sounds.at(-1)?.row ?? -1))) return;
    this.#sounds = [...this.#sounds, ...sounds];
    await this.#options.simile.addSounds(sounds, { embeddings, columns: columnsOf(sounds) });
  }

  /** The same sounds are described anew; others are another library to the engine. */
  async #reload(id: string): Promise<void> {
    const info = this.#info(id);
    const sounds = await this.#ask((worker) => worker.sounds(id));
    if (id !== this.#answers || !info) return;
    const same = sounds.length === this.#sounds.length && sounds.every(({ key, row, file }, i) => key === this.#sounds[i]!.key && row === this.#sounds[i]!.row && file === this.#sounds[i]!.file);
    this.#sounds = sounds;
    if (same) await this.#options.simile.describeSounds(sounds, columnsOf(sounds));
    else await this.#options.simile.useLibrary(this.#library(info, info.origin, sounds, this.#state.locked));
  }

  /** Whether it answers now: a preset may have taken its place. */
  #answering(id: string): boolean {
    return id === this.#answers && this.#options.simile.library?.name === id;
  }

  #queue(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(work).catch((cause: unknown) => this.#set({ fault: messageOf(cause) }));
  }

  #answered(id: string | null): void {
    this.#answers = id;
    if (id === null) this.#sounds = [];
    this.#set({ chosen: id === null ? null : (this.#info(id) ?? null), ...(id === null ? { locked: false } : {}) });
    try {
      if (id === null) this.#options.storage?.removeItem(CHOICE_KEY);
      else this.#options.storage?.setItem(CHOICE_KEY, id);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  }

  #info(id: string): LibraryInfo | undefined {
    return this.#state.libraries.find((library) => library.id === id);
  }

  async #ask<T>(question: (worker: Remote<LibraryApi>) => Promise<T>): Promise<T> {
    return (await this.#opened()).ask(question);
  }

  /** The worker with its storage open; another one where the last has died or could not open. */
  #opened(): Promise<LibraryClient> {
    if (this.#opening) return this.#opening;
    const opening = this.#openStorage();
    opening.catch(() => {
      if (this.#opening === opening) this.#opening = null;
    });
    this.#opening = opening;
    return opening;
  }

  async #openStorage(): Promise<LibraryClient> {
    this.#client?.terminate();
    const client = createLibraryClient(this.#options.makeWorker);
    this.#client = client;
    void client.ended.then((cause) => {
      if (this.#client !== client) return;
      this.#opening = null;
      this.#set({ fault: messageOf(cause) });
    });
    await client.ask((worker) => worker.open(proxy((event: LibraryEvent) => this.#onEvent(event))));
    this.#set({ open: true });
    return client;
  }

  #set(change: Partial<LibrariesState>): void {
    this.#state = Object.freeze({ ...this.#state, ...change });
    this.dispatchEvent(new Event("change"));
  }

  dispose(): void {
    this.#options.simile.removeEventListener("change", this.#onSimile);
    this.#client?.terminate();
  }
}

/** Whether a sound is of a library of the user's own. */
export function isLibrarySound(sound: Sound): sound is LibrarySound {
  return "row" in sound;
}
