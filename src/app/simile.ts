/** The instrument without a face: joins audio graph, engine, library and MIDI, keeps their state, and turns every failure into a sentence with a remedy. */

import type { Remote } from "comlink";
import type { PlaySettings } from "../core/answer/play-settings.ts";
import { MissingError, UnsupportedError, messageOf } from "../core/errors.ts";
import type { Folder } from "../core/library/folder.ts";
import type { Sound } from "../core/library/sound.ts";
import type { Audio } from "../core/signal/audio.ts";
import { DEFAULT_SETTINGS, type EngineApi, type EngineEvent, type EngineRows, type EngineSettings, type Retrieval } from "../protocol/engine.ts";
import { absolute } from "./address.ts";
import { type AnswerBook, createAnswerBook } from "./answer-book.ts";
import { type AudioHost, type LentContext, createAudioHost } from "./audio/context.ts";
import type { Graph, createGraph } from "./audio/graph.ts";
import { inputLatency } from "./audio/input.ts";
import type { PlayerNews } from "./audio/player-node.ts";
import { createAuditions } from "./auditions.ts";
import { type BuiltIn, builtIn } from "./built-in.ts";
import { type EngineClient, createEngineClient } from "./engine-client.ts";
import { createExclusions } from "./exclusions.ts";
import { createFaultBoard } from "./fault-board.ts";
import { type Hands, createHands } from "./hands.ts";
import { createInputDesk } from "./input-desk.ts";
import { createLatencyLog } from "./latency-log.ts";
import { openBuiltInLibrary } from "./library/built-in-library.ts";
import { createDecodeAhead } from "./library/decode-ahead.ts";
import { createLibraryDesk } from "./library/library-desk.ts";
import type { OpenLibrary } from "./library/open-library.ts";
import { type MidiChoice, MIDI_OFF } from "./midi/midi-desk.ts";
import type { PlayNote } from "./midi/answer-notes.ts";
import type { MidiAccessRequest } from "./midi/midi-ports.ts";
import { createBoard } from "./pads/pad-board.ts";
import { pageStorage } from "./page-storage.ts";
import { type Balance, type BeatChange, createPerforming } from "./performing.ts";
import { createQueryKeeper } from "./query-keeper.ts";
import { createRoundTripDesk } from "./round-trip-desk.ts";
import type { InputSource, Simile, SimileState } from "./simile-state.ts";
import { NO_TAKE, type TakeFiles, createTakeRecorder } from "./take-recorder.ts";
import type { WorkerMaker } from "./worker-client.ts";

export type { Folder } from "../core/library/folder.ts";
export type { Fault, InputSource, InputState, Simile, SimileState } from "./simile-state.ts";

export interface SimileOptions {
  /** Address of the model's folder, relative to the page; default: the one that ships. */
  readonly model?: Folder;
  /** Address of the library's folder, relative to the page; default: the one that ships. */
  readonly library?: Folder;
  /** Address of the folder of pad presets, relative to the page; null: none, as beside a library of one's own. */
  readonly pads?: Folder | null;
  /** Rate of the audio context, hertz; default: the output device's. */
  readonly sampleRate?: number;
  /** A context to live in, with where to sound in it, as a host of plugins lends; default: one of its own, to the loudspeakers. */
  readonly lent?: LentContext;
  /** Called with each answer as a note, and when it sounds in milliseconds of `performance.now()`; returns how to end it. */
  readonly playNote?: PlayNote;
  /** Where MIDI access comes from; default: the browser. */
  readonly midiAccess?: MidiAccessRequest;
  /** Keeps the banks of pads between visits. */
  readonly rememberPads?: boolean;
  /** Where settings are kept between visits; default: the browser's local storage. */
  readonly storage?: Pick<Storage, "getItem" | "setItem">;
  /** Makes the engine worker; default: the built one. */
  readonly makeWorker?: WorkerMaker;
}

/** Matches that are decoded before the others: one of them may answer next. */
const PREFERRED = 16;
/** An engine that dies this often within this time is not started again by itself. */
const RESTARTS = 3;
const RESTART_SECONDS = 60;
/** How long a restart of the audio waits for the end of a take. */
const TAPE_MILLISECONDS = 1000;

const INITIAL: SimileState = {
  phase: "idle",
  progress: null,
  engine: null,
  sounds: [],
  input: null,
  devices: [],
  settings: DEFAULT_SETTINGS,
  sensitivity: 0.5,
  volumeDb: 0,
  retrieval: null,
  board: createBoard(),
  faces: [],
  pads: [],
  playing: new Set(),
  balance: { mix: 0.5, monitor: false },
  guard: true,
  take: NO_TAKE,
  roundTrip: null,
  testing: false,
  latency: createLatencyLog().report(),
  shed: { refinements: 0, grains: 0 },
  midi: MIDI_OFF,
  kits: { presets: [], notes: [] },
  faults: [],
};

export function createSimile(options: SimileOptions = {}): Simile {
  return new Instrument(options);
}

class Instrument extends EventTarget implements Simile {
  readonly #options: SimileOptions;
  readonly #faults = createFaultBoard((faults) => this.#set({ faults }));
  readonly #hands: Hands;
  readonly #desk = createLibraryDesk({
    faults: this.#faults,
    graph: () => this.#graph,
    engine: () => (this.#state.engine ? this.#engine : null),
    onLibrary: (library) => this.#onLibrary(library),
    onMore: (sounds) => {
      this.#set({ sounds });
      if (this.#desk.library) this.#hands.pads.open(this.#desk.library);
    },
    onStatus: (engine) => this.#set({ engine }),
  });
  readonly #exclusions = createExclusions();
  readonly #ahead = createDecodeAhead({ near: (id, count) => this.ask((engine) => engine.near(id, count)), prefer: (ids) => this.#desk.store?.prefer(ids) });
  readonly #performing = createPerforming({
    state: () => this.#state,
    set: (change) => this.#set(change),
    graph: () => this.#graph,
    listensToDevice: () => this.#state.input?.source.kind === "device",
    tellEngine: (settings) => {
      if (this.#state.engine) this.#engine?.ask((remote) => remote.configure(settings)).catch(() => {});
    },
  });
  readonly #auditions = createAuditions({ graph: () => this.#graph, store: () => this.#desk.store, retrieval: () => this.#state.retrieval, sounding: (id) => this.#sounding(id) });
  readonly #queries = createQueryKeeper({
    recorder: () => this.#graph?.recorder ?? null,
    sampleRate: () => this.#graph?.host.native.sampleRate ?? 48_000,
    now: () => this.#graph?.host.native.currentTime ?? Infinity,
  });
  readonly #answers: AnswerBook;
  readonly #input = createInputDesk({
    graph: () => this.#graph,
    store: () => this.#desk.store,
    state: () => this.#state,
    set: (change) => this.#set(change),
    faults: this.#faults,
    listen: (source) => this.listen(source),
  });
  readonly #roundTrip = createRoundTripDesk({
    graph: () => this.#graph,
    recording: () => this.#state.take.recording,
    deviceId: () => this.#state.input?.settings?.deviceId,
    set: (change) => this.#set(change),
    faults: this.#faults,
    storage: pageStorage(),
  });
  readonly #takes = createTakeRecorder({
    recorder: () => this.#graph?.recorder ?? null,
    sampleRate: () => this.#graph?.host.native.sampleRate ?? 48_000,
    sounds: () => this.#state.sounds,
    idOf: (voice) => this.#desk.idOf(voice),
    tempo: () => this.#state.settings.beat.tempo,
    onChange: (take) => this.#set({ take }),
  });
  /** Times of the engine's deaths, milliseconds. */
  #deaths: number[] = [];
  #state = INITIAL;
  #graph: Graph | null = null;
  #engine: EngineClient | null = null;
  #starting: Promise<void> | null = null;
  /** A restart of the audio that is under way. */
  #restarting: Promise<void> | null = null;
  #disposed = false;

  constructor(options: SimileOptions) {
    super();
    this.#options = options;
    this.#hands = createHands({
      simile: this,
      faults: this.#faults,
      set: (change) => this.#set(change),
      graph: () => this.#graph,
      store: () => this.#desk.store,
      sounding: (id) => this.#sounding(id),
      transport: (clock) => this.#performing.followClock(clock),
      storage: options.storage ?? pageStorage(),
      remember: options.rememberPads ?? false,
      ...(options.playNote ? { playNote: options.playNote } : {}),
      ...(options.midiAccess ? { requestAccess: options.midiAccess } : {}),
    });
    this.#answers = createAnswerBook({
      clock: () => this.#graph?.clock ?? null,
      device: () => ({ input: inputLatency(this.#state.input?.settings), output: this.#graph?.host.latency }),
      notes: this.#hands.notes,
      latency: createLatencyLog((latency) => this.#set({ latency })),
      held: () => this.#state.settings.play.quantise > 0,
      onVoice: (voice, step) => this.#sounds(voice, step),
    });
    this.#state = { ...INITIAL, ...this.#hands.state };
    window.addEventListener("pagehide", this.#onLeave);
  }

  get state(): SimileState {
    return this.#state;
  }

  get pads(): Hands["pads"] {
    return this.#hands.pads;
  }

  get kits(): Hands["kits"] {
    return this.#hands.kits;
  }

  get midi(): Hands["midi"] {
    return this.#hands.midi;
  }

  get library(): OpenLibrary | null {
    return this.#desk.library;
  }

  start(): Promise<void> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    this.#set({ phase: "loading", progress: { stage: "audio", done: 0, all: 1 } });
    let host: AudioHost;
    try {
      host = this.#openHost();
    } catch (cause) {
      this.#noAudio(cause, () => this.start());
      this.#set({ phase: "idle", progress: null });
      this.#starting = null;
      return;
    }
    const { library, pads = library === undefined ? undefined : null } = this.#options;
    await Promise.all([this.#openGraph(host), this.#openLibrary(), this.#openEngine(), pads === null ? null : this.#openPads(pads)]);
    await this.#attach();
    await this.#input.look();
    if (this.#state.phase === "loading") this.#set({ phase: "ready" });
    this.#set({ progress: null });
  }

  async #openPads(pads: Folder | undefined): Promise<void> {
    try {
      await this.kits.load(await this.#address(pads, "pads"));
    } catch (cause) {
      this.#faults.raise("kits", cause);
    }
  }

  // The audio graph

  #openHost(): AudioHost {
    const { sampleRate, lent } = this.#options;
    return createAudioHost({ ...(sampleRate ? { sampleRate } : {}), ...(lent ? { lent } : {}), onState: (state) => this.#onContextState(state) });
  }

  /** What sounds and hears in the host's context; it comes, with Tone, after the page's first script. */
  async #openGraph(host: AudioHost, again = () => this.#restartAudio()): Promise<void> {
    let create: typeof createGraph;
    try {
      ({ createGraph: create } = await import("./audio/graph.ts"));
    } catch (cause) {
      await host.close();
      const sentence = `Audio: expected the rest of the page's script, got "${messageOf(cause)}"; check the connection to the server.`;
      this.#faults.raise("audio", new MissingError(sentence), { label: "Try again", run: again });
      return;
    }
    if (this.#disposed) return host.close();
    try {
      this.#graph = create(host, {
        volumeDb: this.#state.volumeDb,
        onListenerFault: (message) => this.#faults.raise("listener", new Error(message), { label: "Restart audio", run: () => this.#restartAudio() }),
        onPlayerReport: (report) => this.#onPlayerReport(report),
      });
    } catch (cause) {
      await host.close().catch(() => {});
      return this.#noAudio(cause, again);
    }
    this.#faults.clear("audio");
    this.#performing.joinGraph();
    this.#desk.openStore();
    await Promise.all([this.#resume(), this.#loadWorklets()]);
  }

  #onContextState(state: AudioContextState | "interrupted" | "error"): void {
    if (state === "running") return this.#faults.clear("context");
    const cause = state === "error" ? "an error of the output device" : `one that is ${state}`;
    const sentence = `Audio output: expected a running audio context, got ${cause}; ${this.#options.lent ? "resume it in the host" : "click anywhere on the page"}, or check the output device.`;
    this.#faults.raise("context", new UnsupportedError(sentence), { label: "Resume audio", run: () => this.#resumeOrRestart() });
  }

  async #resume(): Promise<void> {
    // Before the first gesture the browser holds the context back; that gesture resumes it, and nothing is wrong.
    if (this.#graph?.host.native.state === "suspended" && navigator.userActivation?.hasBeenActive === false) {
      this.#graph.host.native.resume().catch(() => {});
      return;
    }
    try {
      await this.#graph?.host.resume();
      this.#faults.clear("context");
    } catch (cause) {
      this.#faults.raise("context", cause, { label: "Resume audio", run: () => this.#resumeOrRestart() });
    }
  }

  async #resumeOrRestart(): Promise<void> {
    await this.#resume();
    if (this.#graph?.host.native.state !== "running") await this.#restartAudio();
  }

  /** A new context and all that lives in it; the engine and the library's names stay. One at a time: who asks meanwhile waits for the one under way. */
  #restartAudio(source = this.#state.phase === "listening" ? this.#state.input?.source : undefined): Promise<void> {
    this.#restarting ??= this.#renewAudio(source).finally(() => (this.#restarting = null));
    return this.#restarting;
  }

  async #renewAudio(source: InputSource | undefined): Promise<void> {
    this.stopListening();
    this.#desk.closeStore();
    // A tape in a context that is beyond help does not answer any more.
    await Promise.race([this.#takes.stop(), new Promise((resolve) => setTimeout(resolve, TAPE_MILLISECONDS))]);
    const before = this.#graph;
    this.#graph = null;
    await before?.close().catch(() => {});
    this.#queries.forget();
    this.#answers.clear();
    // The player that would have told their ends is gone.
    this.#hands.notes.forget();
    this.#set({ playing: new Set() });
    for (const key of ["context", "listener", "player", "worklets"]) this.#faults.clear(key);
    const again = () => this.#restartAudio(source);
    let host: AudioHost;
    try {
      host = this.#openHost();
    } catch (cause) {
      return this.#noAudio(cause, again);
    }
    await this.#openGraph(host, again);
    await this.#attach();
    if (source) await this.listen(source);
  }

  #noAudio(cause: unknown, again: () => Promise<void>): void {
    const sentence = `Audio output: expected a browser with Web Audio, got "${messageOf(cause)}"; use a current browser.`;
    this.#faults.raise("audio", new UnsupportedError(sentence), { label: "Try again", run: again });
  }

  async #loadWorklets(): Promise<void> {
    const graph = this.#graph;
    if (!graph) return;
    try {
      await graph.loadWorklets();
      this.#faults.clear("worklets");
    } catch (cause) {
      this.#faults.raise("worklets", cause, {
        label: "Load again",
        run: async () => {
          await this.#loadWorklets();
          this.#desk.openStore();
          await this.#attach();
        },
      });
    }
    this.#performing.configureListener();
  }

  #onPlayerReport(report: PlayerNews): void {
    switch (report.kind) {
      case "started":
        this.#answers.started(report);
        this.#takes.started(report);
        break;
      case "ended":
        this.#answers.ended(report);
        this.#takes.ended(report);
        break;
      case "missing":
        this.#hands.notes.unvoiced(report.index);
        this.#auditions.playLate(this.#desk.idOf(report.sound));
        break;
      case "fault":
        this.#faults.raise("player", new Error(report.message), { label: "Restart audio", run: () => this.#restartAudio() });
        break;
      default:
        report satisfies never;
    }
  }

  /** One voice of a sound more or less. */
  #sounds(voice: number, step: 1 | -1): void {
    if (step > 0) this.#desk.started(voice);
    else this.#desk.ended(voice);
    this.#set({ playing: this.#desk.playing() });
    this.#hands.light();
  }

  // The library

  async #openLibrary(): Promise<void> {
    try {
      const library = await openBuiltInLibrary(await this.#address(this.#options.library, "library"));
      if (this.#desk.library) return;
      this.#faults.clear("library");
      this.#desk.begin(library);
    } catch (cause) {
      this.#faults.raise("library", cause, { label: "Load again", run: () => this.#openLibrary() });
    }
  }

  /** Pads keep the sounds that the new library holds, too; what was retrieved from the one before is past. */
  #onLibrary(library: OpenLibrary): void {
    const { sounds } = library;
    this.#set({ sounds, retrieval: null, playing: this.#desk.playing() });
    this.#ahead.forget();
    this.pads.open(library);
    this.configure({ excluded: this.#exclusions.idsIn(sounds) });
  }

  useLibrary(library: OpenLibrary): Promise<boolean> {
    return this.#desk.use(library);
  }

  addSounds(sounds: readonly Sound[], rows: EngineRows): Promise<void> {
    return this.#desk.add(sounds, rows);
  }

  describeSounds(sounds: readonly Sound[], columns: EngineRows["columns"]): Promise<void> {
    return this.#desk.describe(sounds, columns);
  }

  // The engine

  async #openEngine(): Promise<void> {
    this.#engine?.terminate();
    this.#engine = null;
    this.#forgetRetrievals();
    this.#set({ engine: null });
    let client: EngineClient;
    try {
      client = createEngineClient(this.#options.makeWorker);
    } catch (cause) {
      return this.#engineFailed(cause);
    }
    this.#engine = client;
    void client.ended.then((cause) => this.#onEngineEnd(client, cause));
    try {
      const model = await this.#address(this.#options.model, "model");
      const library = await this.#address(this.#options.library, "library");
      const opened = await client.open({ model, library }, (event) => this.#onEngineEvent(event));
      const engine = await this.#desk.hand(client, opened);
      await client.ask((remote) => remote.configure(this.#state.settings));
      if (this.#engine !== client) return;
      this.#set({ engine });
      this.#faults.clear("engine");
    } catch (cause) {
      if (this.#engine === client) this.#engineFailed(cause);
    }
  }

  #engineFailed(cause: unknown): void {
    this.#faults.raise("engine", cause, { label: "Start again", run: () => this.#reopenEngine() });
  }

  async #reopenEngine(): Promise<void> {
    await this.#openEngine();
    await this.#attach();
    this.#set({ progress: null });
  }

  #onEngineEnd(client: EngineClient, cause: Error): void {
    if (this.#disposed || this.#engine !== client) return;
    const now = performance.now();
    this.#deaths = [...this.#deaths.filter((time) => now - time < RESTART_SECONDS * 1000), now];
    this.#forgetRetrievals();
    this.#engineFailed(cause);
    if (this.#deaths.length <= RESTARTS) void this.#reopenEngine();
  }

  /** Another engine counts its retrievals from 0 again. */
  #forgetRetrievals(): void {
    this.#hands.notes.forget();
    this.#queries.forget();
    this.#takes.renumbered();
    this.#set({ retrieval: null });
  }

  /** Joins worklets and engine, where both are there. */
  async #attach(): Promise<void> {
    const { listener, player } = this.#graph ?? {};
    const engine = this.#engine;
    if (!listener || !player || !engine || !this.#state.engine) return;
    try {
      await engine.attach(listener.connect, player.connect);
    } catch (cause) {
      if (this.#engine === engine) this.#engineFailed(cause);
    }
  }

  #onEngineEvent(event: EngineEvent): void {
    switch (event.kind) {
      case "progress":
        this.#set({ progress: { stage: event.stage, done: event.done, all: event.all } });
        break;
      case "backend":
        this.#set({ engine: event.status });
        break;
      case "library":
        this.#desk.arrived(event.number);
        this.#set({ engine: event.status });
        break;
      case "onset":
        break;
      case "retrieval":
        this.#onRetrieval(event.retrieval);
        break;
      case "shed":
        this.#set({ shed: { refinements: event.refinements, grains: event.grains } });
        break;
      case "reasons": {
        const { retrieval } = this.#state;
        if (retrieval?.index !== event.index || retrieval.contextSeconds !== event.contextSeconds) break;
        this.#set({ retrieval: { ...retrieval, matches: retrieval.matches.map((match, i) => (event.reasons[i] ? { ...match, reason: event.reasons[i] } : match)) } });
        break;
      }
      case "fault":
        this.#faults.raise("answer", Object.assign(new Error(event.message), { name: event.name }), { label: "Start again", run: () => this.#reopenEngine() });
        break;
      default:
        event satisfies never;
    }
  }

  #onRetrieval(retrieval: Retrieval): void {
    const { matches } = retrieval;
    const first = retrieval.index !== this.#state.retrieval?.index;
    this.#faults.clear("answer");
    this.#answers.retrieved(retrieval);
    this.#takes.retrieved(retrieval);
    this.#queries.retrieved(retrieval);
    this.#hands.retrieved(retrieval, first);
    this.#set({ retrieval });
    // Where the player has everything, there is nothing to decode ahead.
    if (matches[0] && (this.#desk.store?.lent().length ?? 0) < this.#state.sounds.length) this.#ahead.answered(matches[0].id);
    this.#desk.store?.prefer(matches.slice(0, PREFERRED).map(({ id }) => id));
  }

  // The input

  async listen(source: InputSource): Promise<void> {
    await this.start();
    if (!this.#graph) return;
    void this.#resume();
    if (!(await this.#input.open(source))) return;
    this.#performing.configureListener();
    this.#roundTrip.recall();
    await this.#input.look();
  }

  stopListening(): void {
    this.#input.close();
  }

  // Settings

  async ask<T>(question: (engine: Remote<EngineApi>) => Promise<T>): Promise<T> {
    if (!this.#engine || !this.#state.engine) throw new MissingError("Engine: expected an open engine, got none; start it and ask again.");
    return this.#engine.ask(question);
  }

  configure(settings: Partial<EngineSettings>): void {
    this.#performing.configure(settings);
  }

  exclude(id: number | null): void {
    const sound = id === null ? undefined : this.#state.sounds[id];
    if (id === null) this.#exclusions.clear();
    else if (sound) this.#exclusions.exclude(sound);
    this.configure({ excluded: this.#exclusions.idsIn(this.#state.sounds) });
  }

  perform(settings: Partial<PlaySettings>): void {
    this.#performing.play(settings);
  }

  setSensitivity(value: number): void {
    this.#performing.setSensitivity(value);
  }

  setBalance(balance: Partial<Balance>): void {
    this.#performing.setBalance(balance);
  }

  setGuard(guard: boolean): void {
    this.#performing.setGuard(guard);
  }

  setBeat(change: BeatChange): void {
    this.#performing.setBeat(change);
  }

  startTake(): void {
    if (!this.#state.testing) this.#takes.start();
  }

  stopTake(): Promise<TakeFiles | null> {
    return this.#takes.stop();
  }

  async replayTake(): Promise<void> {
    const { files } = this.#state.take;
    if (files) await this.listen({ kind: "file", file: new File([files.input], "take.wav", { type: "audio/wav" }) });
  }

  measureRoundTrip(): Promise<void> {
    return this.#roundTrip.measure();
  }

  setVolume(db: number): void {
    if (Number.isNaN(db)) return;
    this.#set({ volumeDb: Math.min(12, db) });
    this.#graph?.output.setVolume(this.#state.volumeDb);
  }

  // Playing by hand

  play(id: number, velocity = 1): () => void {
    return this.#auditions.play(id, velocity);
  }

  sound(id: number): Promise<Audio> {
    return this.#auditions.sound(id);
  }

  heard(index: number): Promise<Audio | null> {
    return this.#queries.sound(index);
  }

  audition(audio: Audio, gain: number, onEnd?: () => void): () => void {
    return this.#auditions.audition(audio, gain, onEnd);
  }

  playPad(pad: number, velocity = 1): () => void {
    const voice = this.pads.strike(pad, velocity);
    return () => voice?.stop();
  }

  /** Counts one voice of a sound of the library more, and then less. */
  #sounding(id: number): () => void {
    const voice = this.#desk.voiceOf(id);
    this.#sounds(voice, 1);
    return () => this.#sounds(voice, -1);
  }

  peaks(id: number, points: number): Promise<Float32Array> {
    return this.#auditions.peaks(id, points);
  }

  readLevel(into: { peak: number; rms: number }): void {
    if (this.#graph) return this.#graph.meter.readLevel(into);
    into.peak = 0;
    into.rms = 0;
  }

  readSpectrum(into: Float32Array): void {
    if (this.#graph) this.#graph.meter.readSpectrum(into);
    else into.fill(Number.NEGATIVE_INFINITY);
  }

  // MIDI

  enableMidi(): Promise<void> {
    return this.midi.enable();
  }

  chooseMidi(choice: MidiChoice): void {
    this.midi.choose(choice);
  }

  // Ends

  panic(): void {
    const silence = () => this.#graph?.player?.panic();
    silence();
    this.#graph?.pads.silence();
    this.#hands.silence();
    // What the engine had ordered before it heard of this is silenced, too.
    if (this.#state.engine) this.#engine?.ask((remote) => remote.hush()).then(silence, () => {});
  }

  dismiss(key: string): void {
    this.#faults.clear(key);
  }

  retry(key: string): Promise<void> {
    return this.#faults.retry(key);
  }

  readonly #onLeave = (): void => {
    this.midi.silence();
    this.#hands.keep();
  };

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#input.dispose();
    this.panic();
    this.#hands.keep();
    this.#disposed = true;
    window.removeEventListener("pagehide", this.#onLeave);
    this.#desk.closeStore();
    this.#queries.forget();
    this.#engine?.terminate();
    await this.midi.dispose();
    await this.#graph?.close();
    this.#graph = null;
  }

  /** The folder that was asked for, else the one that ships. */
  async #address(folder: Folder | undefined, part: keyof BuiltIn): Promise<Folder> {
    return absolute(folder ?? (await builtIn())[part]);
  }

  #set(change: Partial<SimileState>): void {
    this.#state = Object.freeze({ ...this.#state, ...change });
    this.dispatchEvent(new Event("change"));
  }
}
