/** The whole instrument on one screen: gives every element its part of the state, and tells the instrument what they ask for. */

import { html, LitElement, nothing, type PropertyValues } from "lit";
import type { Sound } from "../../core/library/sound.ts";
import type { PadVoice } from "../audio/pad-voices.ts";
import { isKitDrop } from "../pads/kit-files.ts";
import { chosenBank } from "../pads/pad-board.ts";
import type { Presets } from "../presets/presets.ts";
import { NO_TAKE, type TakeFiles } from "../take-recorder.ts";
import type { Updates } from "../updates.ts";
import { isLibraryDrop } from "../library/file-access.ts";
import type { Libraries } from "../library/libraries.ts";
import type { LibraryMap } from "../map/map-desk.ts";
import type { Fault, InputSource, Simile, SimileState } from "../simile-state.ts";
import type { Why } from "../why-desk.ts";
import { layout } from "./app-layout.ts";
import { define, emit, hasModal, isOnControl, isTyping, type SimileEvents, type Theme } from "./events.ts";
import { FileDrop } from "./file-drop.ts";
import { icon, mark, type IconName } from "./icons.ts";
import { LeaveGuard } from "./leave-guard.ts";
import { saveFile } from "../save-file.ts";
import "./simile-controls.ts";
import "./simile-engine.ts";
import "./simile-faults.ts";
import "./simile-first-steps.ts";
import type { GuideReader } from "./simile-help.ts";
import "./simile-help.ts";
import "./simile-latency.ts";
import "./simile-library.ts";
import "./simile-listener.ts";
import "./simile-map.ts";
import type { Level } from "./simile-meter.ts";
import "./simile-kits.ts";
import "./simile-midi.ts";
import "./simile-pad-bar.ts";
import "./simile-pad-editor.ts";
import "./simile-pads.ts";
import "./simile-presets.ts";
import "./simile-playing.ts";
import "./simile-results.ts";
import "./simile-stage.ts";
import "./simile-takes.ts";
import "./simile-retrieval.ts";
import "./simile-update.ts";
import "./simile-why.ts";
import { controls, tokens } from "./tokens.ts";

const THEMES: readonly Theme[] = ["auto", "light", "dark"];
const THEME_ICONS: Readonly<Record<Theme, IconName>> = { auto: "auto", light: "sun", dark: "moon" };
const SPOKEN_THEMES: Readonly<Record<Theme, string>> = { auto: "as the system", light: "light", dark: "dark" };

const NO_SCALE = { nearest: 0, random: 0 } as const;

/** Answers offered for a pad. */
const OFFERED = 8;

type Handlers = { readonly [Name in keyof SimileEvents]?: (detail: SimileEvents[Name]) => void };

/**
 * Keys: Space listens and stops, Escape silences where no dialog is open, V goes to the stage view and back, ? opens the guide; all leave fields and controls alone.
 *
 * @fires simile-theme - light, dark or as the system was chosen; the page may follow. @fires simile-stage - the stage view was entered or left.
 * @csspart header @csspart main @csspart footer
 */
export class SimileApp extends LitElement {
  static override properties = {
    simile: { attribute: false },
    presets: { attribute: false },
    libraries: { attribute: false },
    map: { attribute: false },
    updates: { attribute: false },
    why: { attribute: false },
    faults: { attribute: false },
    theme: { type: String, reflect: true },
    source: { state: true },
    stage: { type: Boolean, reflect: true },
    steps: { type: Boolean },
    guide: { attribute: false },
    editing: { state: true },
    saved: { state: true },
  };

  static override styles = [
    tokens,
    controls,
    layout,
  ];

  declare simile: Simile | null;
  declare presets: Presets | null;
  /** The user's own libraries; null for the instrument's alone. */
  declare libraries: Libraries | null;
  /** The map of the library; null for none. */
  declare map: LibraryMap | null;
  /** New versions of the page; null where it keeps itself out of that, as beside other things on a page. */
  declare updates: Updates | null;
  /** Explains answers; null for none. */
  declare why: Why | null;
  /** Faults of what the page joins to the instrument, shown beside its own; "simile-dismiss" tells which of them were read. */
  declare faults: readonly Fault[];
  declare theme: Theme;
  declare source: InputSource;
  /** Whether the stage view is shown instead of the whole page. */
  declare stage: boolean;
  /** Whether the first steps are shown. */
  declare steps: boolean;
  /** Reads the guide; null for a page without one. */
  declare guide: GuideReader | null;
  /** Whether the chosen pad's settings are shown. */
  declare editing: boolean;
  /** The take that was saved last. */
  declare saved: TakeFiles | null;

  #heard: Simile | null = null;
  readonly #drop = new FileDrop(this, (transfer) => this.#takeFiles(transfer));

  constructor() {
    super();
    this.simile = null;
    this.presets = null;
    this.libraries = null;
    this.map = null;
    this.updates = null;
    this.why = null;
    this.faults = [];
    this.theme = "auto";
    this.source = { kind: "device" };
    this.stage = false;
    this.steps = false;
    this.guide = null;
    this.editing = false;
    this.saved = null;
    new LeaveGuard(this, () => this.isConnected && this.#unsaved);
    for (const name of Object.keys(this.#handlers) as (keyof SimileEvents)[]) this.addEventListener(name, this.#onRequest);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("keydown", this.#onKey);
    this.#subscribe(this.simile);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("keydown", this.#onKey);
    this.#subscribe(null);
  }

  /** Whether a take is being recorded, or was not saved yet. */
  get #unsaved(): boolean {
    const { recording, files } = this.simile?.state.take ?? NO_TAKE;
    return recording || (files !== null && files !== this.saved);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("simile") && this.isConnected) this.#subscribe(this.simile);
    for (const name of ["presets", "libraries", "map", "why", "updates"] as const) {
      if (!changed.has(name)) continue;
      changed.get(name)?.removeEventListener("change", this.#onChange);
      this[name]?.addEventListener("change", this.#onChange);
    }
  }

  #subscribe(simile: Simile | null): void {
    if (simile === this.#heard) return;
    this.#heard?.removeEventListener("change", this.#onChange);
    this.#heard = simile;
    simile?.addEventListener("change", this.#onChange);
    this.requestUpdate();
  }

  readonly #onChange = (): void => this.requestUpdate();

  /** However often the state changes, it is drawn once a frame. */
  protected override async scheduleUpdate(): Promise<void> {
    if (this.hasUpdated && !document.hidden) await new Promise((resolve) => requestAnimationFrame(resolve));
    super.scheduleUpdate();
  }

  readonly #readLevel = (into: Level): void => this.simile?.readLevel(into);
  readonly #readSpectrum = (into: Float32Array): void => this.simile?.readSpectrum(into);
  readonly #peaks = (id: number, points: number): Promise<Float32Array> => this.simile?.peaks(id, points) ?? Promise.resolve(new Float32Array());

  readonly #handlers: Handlers = {
    "simile-listen": ({ source }) => void this.#listen(source ?? this.source),
    "simile-source": ({ source }) => {
      this.source = source;
      if (this.simile?.state.phase === "listening") void this.#listen(source);
    },
    "simile-stop": () => this.simile?.stopListening(),
    "simile-sensitivity": ({ value }) => this.simile?.setSensitivity(value),
    "simile-configure": (settings) => this.simile?.configure(settings),
    "simile-exclude": ({ id }) => this.simile?.exclude(id),
    "simile-perform": (settings) => this.simile?.perform(settings),
    "simile-balance": (balance) => this.simile?.setBalance(balance),
    "simile-guard": ({ on }) => this.simile?.setGuard(on),
    "simile-beat": ({ tempo, running }) => this.simile?.setBeat({ ...(tempo === undefined ? {} : { tempo }), ...(running === undefined ? {} : { running }) }),
    "simile-record": ({ recording }) => void (recording ? this.simile?.startTake() : this.simile?.stopTake()),
    "simile-replay": () => void this.simile?.replayTake(),
    "simile-loopback": () => void this.simile?.measureRoundTrip(),
    "simile-volume": ({ db }) => this.simile?.setVolume(db),
    "simile-play": ({ id, velocity, solo }) => this.#play(id, velocity, solo),
    "simile-pad": ({ pad, velocity }) => this.#strike(pad, velocity),
    "simile-pad-up": ({ pad }) => this.#release(pad),
    "simile-pads": (action) => this.simile?.pads.change(action),
    "simile-pad-like": ({ pad, direction }) => void this.simile?.pads.like(pad, direction),
    "simile-pad-editing": ({ editing }) => (this.editing = editing),
    "simile-kit-export": ({ format }) => void this.simile?.kits.exportBank(format).then(save),
    "simile-kit-import": ({ files }) => void this.simile?.kits.import(files),
    "simile-pad-preset": ({ act, name }) => this.#preset(act, name),
    "simile-performance": ({ act }) => (act === "file" ? save(this.simile?.kits.performanceFile()) : this.simile?.kits.clearPerformance()),
    "simile-panic": () => this.simile?.panic(),
    "simile-midi-enable": () => void this.simile?.enableMidi(),
    "simile-midi-choose": (choice) => this.simile?.chooseMidi(choice),
    "simile-midi-device": ({ key, change }) => this.simile?.midi.setDevice(key, change),
    "simile-midi-learn": ({ target }) => this.simile?.midi.learn(target),
    "simile-midi-forget": ({ target }) => this.simile?.midi.forget(target),
    "simile-preset": (action) => void this.presets?.act(action),
    "simile-library": (action) => void this.libraries?.act(action),
    "simile-map": (action) => this.map?.act(action),
    "simile-stage": ({ on }) => (this.stage = on),
    "simile-guide": ({ shown }) => (this.steps = shown),
    "simile-update": () => this.updates?.take(),
    "simile-why": (action) => this.why?.act(action),
    "simile-dismiss": ({ key }) => this.simile?.dismiss(key),
    "simile-retry": ({ key }) => void this.simile?.retry(key),
  };

  readonly #onRequest = (event: Event): void => {
    const handle = this.#handlers[event.type as keyof SimileEvents] as ((detail: unknown) => void) | undefined;
    handle?.((event as CustomEvent).detail);
  };

  /** What was saved to a file need not be kept for. */
  readonly #onTake = (event: Event): void => {
    if (event.composedPath().some((target) => target instanceof HTMLAnchorElement && target.download !== "")) this.saved = this.simile?.state.take.files ?? null;
  };

  readonly #wav = (key: string): File | null => this.simile?.kits.wav(key) ?? null;

  #preset(act: SimileEvents["simile-pad-preset"]["act"], name: string): void {
    const kits = this.simile?.kits;
    if (act === "file") save(kits?.presetFile(name));
    else kits?.[({ save: "savePreset", recall: "recallPreset", remove: "removePreset" } as const)[act]](name);
  }

  /** How to stop what a pointer that sweeps sounded last. */
  #stopSolo = (): void => {};

  #play(id: number, velocity: number, solo = false): void {
    if (solo) this.#stopSolo();
    const stop = this.simile?.play(id, velocity);
    if (solo && stop) this.#stopSolo = stop;
  }

  /** Strikes that hands hold, by pad. */
  readonly #struck = new Map<number, PadVoice[]>();

  #strike(pad: number, velocity: number): void {
    const voice = this.simile?.pads.strike(pad, velocity);
    if (voice) this.#struck.set(pad, [...(this.#struck.get(pad) ?? []), voice]);
  }

  #release(pad: number): void {
    for (const voice of this.#struck.get(pad) ?? []) voice.release();
    this.#struck.delete(pad);
  }

  async #listen(source: InputSource): Promise<void> {
    const before = this.source;
    this.source = source;
    await this.simile?.listen(source);
    const heard = this.simile?.state.input?.source;
    // What could not be opened is not offered again: what is heard on is, or what a file was dropped on. A device may yet be allowed.
    if (this.source === source && heard !== source && (heard || source.kind === "file")) this.source = heard ?? before;
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    // The key that closes a dialog closes only that.
    if (event.key === "Escape" && !hasModal(document)) this.simile?.panic();
    if (!isTyping(event) && !event.defaultPrevented) {
      if (event.code === "KeyV") emit(this, "simile-stage", { on: !this.stage });
      if (event.key === "?" && !this.stage) this.#help();
    }
    if (event.key !== " " || isOnControl(event)) return;
    event.preventDefault();
    const phase = this.simile?.state.phase;
    if (phase === "listening") this.simile?.stopListening();
    else if (phase !== "loading") void this.#listen(this.source);
  };

  /** A kit or a preset of pads fills the pads, a folder or archive becomes the library, a preset is opened, any other file is heard. */
  #takeFiles(transfer: DataTransfer): boolean {
    const files = [...transfer.files];
    const [file] = files;
    if (isKitDrop(files.map(({ name }) => name))) void this.simile?.kits.import(files);
    else if (this.libraries && isLibraryDrop(transfer)) void this.libraries.act({ kind: "drop", transfer });
    else if (!file) return false;
    else if (file.name.endsWith(".simile")) void this.presets?.act({ kind: "file", file });
    else void this.#listen({ kind: "file", file });
    return true;
  }

  #help(): void {
    if (this.guide) void this.renderRoot.querySelector("simile-help")?.show();
  }

  #turnTheme(): void {
    this.theme = THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length]!;
    emit(this, "simile-theme", { theme: this.theme });
  }

  protected override render(): unknown {
    const state = this.simile?.state;
    if (!state) return nothing;
    return this.stage ? this.#onStage(state) : this.#face(state);
  }

  #pads(state: SimileState): unknown {
    return html`<simile-pads
      .faces=${state.faces}
      .playing=${state.playing}
      .selected=${state.board.selected}
      .bank=${state.board.bank}
      .colour=${state.board.colour}
      .editing=${this.editing && !this.stage}
      .holding=${chosenBank(state.board).mode === "hold"}
      .files=${this.#wav}
    ></simile-pads>`;
  }

  #allFaults(state: SimileState): readonly Fault[] {
    return this.faults.length === 0 ? state.faults : [...state.faults, ...this.faults];
  }

  #onStage(state: SimileState): unknown {
    return html`<main class="stage">
      <simile-stage .phase=${state.phase} .retrieval=${state.retrieval} .sounds=${state.sounds} .playing=${state.playing} .readLevel=${this.#readLevel}>
        ${this.#pads(state)}
        <simile-faults slot="faults" .faults=${this.#allFaults(state)}></simile-faults>
      </simile-stage>
    </main>`;
  }

  #face(state: SimileState): unknown {
    return html`
      <header part="header">
        <h1>${mark(1.75)} simile</h1>
        <span class="tag">answers a sound with its likes</span>
        ${this.steps ? html`<simile-first-steps .phase=${state.phase} .answered=${state.retrieval !== null} .refused=${state.faults.some(({ key }) => key === "input")}></simile-first-steps>` : nothing}
        <div class="views">
          ${this.guide ? html`<button aria-label="Guide" title="Guide (?)" aria-keyshortcuts="?" @click=${this.#help}>${icon("help")}</button>` : nothing}
          <button aria-label="Stage view" title="Stage view (V)" aria-keyshortcuts="V" @click=${() => emit(this, "simile-stage", { on: true })}>${icon("stage")}</button>
          <button class="theme" aria-label="Colours: ${SPOKEN_THEMES[this.theme]}" title="Colours: ${SPOKEN_THEMES[this.theme]}" @click=${this.#turnTheme}>${icon(THEME_ICONS[this.theme])}</button>
        </div>
      </header>
      <main part="main">
        <div class="hear">
          <simile-listener
            .phase=${state.phase}
            .progress=${state.progress}
            .input=${state.input}
            .source=${this.source}
            .devices=${state.devices}
            .sensitivity=${state.sensitivity}
            .rate=${state.input?.contextRate ?? 48_000}
            .readLevel=${this.#readLevel}
            .readSpectrum=${this.#readSpectrum}
            .retrieval=${state.retrieval}
            .sounds=${state.sounds}
          ></simile-listener>
          <div class="found ${this.map ? "mapped" : ""}">
            <simile-results .retrieval=${state.retrieval} .sounds=${state.sounds} .playing=${state.playing} .peaks=${this.#peaks} .files=${this.#wav}></simile-results>
            ${this.map ? html`<simile-map .map=${this.map.state} .sounds=${state.sounds} .retrieval=${state.retrieval} .playing=${state.playing}></simile-map>` : nothing}
          </div>
          <simile-faults .faults=${this.#allFaults(state)}></simile-faults>
          <simile-library .label=${state.engine?.library.title ?? ""} .sounds=${state.sounds} .playing=${state.playing} .libraries=${this.libraries?.state ?? null}></simile-library>
          ${this.presets ? html`<simile-presets .presets=${this.presets.state} .sounds=${state.sounds} .pads=${state.pads} .label=${state.engine?.library.title ?? ""}></simile-presets>` : nothing}
        </div>
        <div class="touch">
          <simile-pad-bar .board=${state.board} .editing=${this.editing}><simile-kits .kits=${state.kits} .bank=${state.board.bank}></simile-kits></simile-pad-bar>
          ${this.#pads(state)}
          ${this.editing ? html`<simile-pad-editor .board=${state.board} .faces=${state.faces} .answers=${answersOf(state)}></simile-pad-editor>` : nothing}
          <div class="about">
            <simile-playing .play=${state.settings.play} .beat=${state.settings.beat} .balance=${state.balance} .guard=${state.guard}></simile-playing>
            <simile-takes @click=${this.#onTake} .take=${state.take} .ready=${state.phase === "ready" || state.phase === "listening"} .testing=${state.testing}></simile-takes>
            <simile-latency .report=${state.latency} .shed=${state.shed} .roundTrip=${state.roundTrip} .testing=${state.testing}></simile-latency>
            <simile-retrieval .settings=${state.settings} .sounds=${state.sounds} .retrieval=${state.retrieval} .scale=${state.engine?.library.scale ?? NO_SCALE}></simile-retrieval>
            <simile-midi .midi=${state.midi} .pads=${state.faces.length}></simile-midi>
            <simile-engine .status=${state.engine} .latency=${state.retrieval?.milliseconds ?? null}></simile-engine>
          </div>
        </div>
      </main>
      ${this.why ? html`<simile-why .why=${this.why.state} .sounds=${state.sounds}></simile-why>` : nothing}
      <footer part="footer"><simile-controls .phase=${state.phase} .settings=${state.settings} .volumeDb=${state.volumeDb} .scale=${state.engine?.library.scale ?? NO_SCALE}></simile-controls></footer>
      ${this.updates ? html`<simile-update .waiting=${this.updates.state.waiting} .busy=${this.#unsaved}></simile-update>` : nothing}
      ${this.guide ? html`<simile-help .read=${this.guide}></simile-help>` : nothing}
      ${this.#drop.dragging ? html`<div class="drop" aria-hidden="true">Drop a sound to play it into simile${this.libraries ? ", or a folder to answer from" : ""}</div>` : nothing}
    `;
  }
}

/** The nearest of the last answers, for the pad that is edited. */
function answersOf({ retrieval, sounds }: SimileState): readonly Sound[] {
  return (retrieval?.matches ?? []).slice(0, OFFERED).flatMap(({ id }) => sounds[id] ?? []);
}

function save(file: File | null | undefined): void {
  if (file) saveFile(file);
}

define("simile-app", SimileApp);

declare global {
  interface HTMLElementTagNameMap {
    "simile-app": SimileApp;
  }
}
