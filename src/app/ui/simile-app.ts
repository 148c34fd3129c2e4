/** The whole instrument on one screen: gives every element its part of the state, and tells the instrument what they ask for. */

import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import type { Sound } from "../../core/library/sound.ts";
import type { PadVoice } from "../audio/pad-voices.ts";
import { chosenBank } from "../pads/pad-board.ts";
import type { Presets } from "../presets/presets.ts";
import type { TakeFiles } from "../take-recorder.ts";
import type { Updates } from "../updates.ts";
import { isLibraryDrop } from "../library/file-access.ts";
import type { Libraries } from "../library/libraries.ts";
import type { LibraryMap } from "../map/map-desk.ts";
import type { InputSource, Simile, SimileState } from "../simile-state.ts";
import type { Why } from "../why-desk.ts";
import { carriesSound } from "./drag-sound.ts";
import { define, emit, isOnControl, type SimileEvents, type Theme } from "./events.ts";
import { icon, mark, type IconName } from "./icons.ts";
import { saveFile } from "../save-file.ts";
import "./simile-controls.ts";
import "./simile-engine.ts";
import "./simile-faults.ts";
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
import "./simile-takes.ts";
import "./simile-retrieval.ts";
import "./simile-update.ts";
import "./simile-why.ts";
import { controls, tokens } from "./tokens.ts";

const THEMES: readonly Theme[] = ["auto", "light", "dark"];
const THEME_ICONS: Readonly<Record<Theme, IconName>> = { auto: "auto", light: "sun", dark: "moon" };
const SPOKEN_THEMES: Readonly<Record<Theme, string>> = { auto: "as the system", light: "light", dark: "dark" };

/** Files that fill pads; all others are sounds to listen to. */
const KIT_FILE = /\.(sfz|h2drumkit)$/i;

/** Answers offered for a pad. */
const OFFERED = 8;

type Handlers = { readonly [Name in keyof SimileEvents]?: (detail: SimileEvents[Name]) => void };

/**
 * Keys: Space listens and stops, Escape silences; both leave fields and controls alone.
 *
 * @fires simile-theme - light, dark or as the system was chosen; the page may follow.
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
    theme: { type: String, reflect: true },
    source: { state: true },
    dragging: { state: true },
    editing: { state: true },
    saved: { state: true },
  };

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        position: relative;
        display: grid;
        grid-template: auto minmax(0, 1fr) auto / minmax(0, 1fr);
        min-height: 100dvh;
        background: var(--_paper);
      }
      :host([theme="light"]) {
        color-scheme: light;
      }
      :host([theme="dark"]) {
        color-scheme: dark;
      }
      header,
      main,
      footer {
        width: 100%;
        max-width: 100rem;
        margin: 0 auto;
        padding-inline: max(1.5rem, env(safe-area-inset-left)) max(1.5rem, env(safe-area-inset-right));
      }
      header {
        display: flex;
        align-items: center;
        gap: 0.75rem;
        min-height: 3.75rem;
      }
      h1 {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        margin: 0;
        font: italic 600 1.75rem/1 var(--_serif);
        letter-spacing: -0.01em;
      }
      h1 svg {
        color: var(--_accent);
      }
      .tag {
        margin-right: auto;
        padding-top: 0.375rem;
        color: var(--_muted);
        font-size: 0.875rem;
      }
      main {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(24rem, 31rem);
        gap: 1.5rem 2rem;
        padding-bottom: 1rem;
      }
      .hear,
      .touch {
        display: flex;
        flex-direction: column;
        gap: 1.25rem;
        min-width: 0;
      }
      /* However tall the pads' side grows, the answers stay in sight. */
      simile-listener {
        flex: 1 1 16rem;
        max-height: 26rem;
      }
      simile-listener::part(transport) {
        display: none;
      }
      simile-results {
        flex: 0 1 auto;
      }
      simile-pads {
        flex: 1 1 26rem;
        max-height: 44rem;
      }
      .about {
        display: grid;
        gap: 0.625rem;
      }
      footer {
        position: sticky;
        z-index: 2;
        bottom: 0;
        max-width: none;
        padding-block: 0.75rem max(0.75rem, env(safe-area-inset-bottom));
        border-top: 1px solid var(--_line);
        background: var(--_paper);
      }
      simile-controls {
        max-width: 97rem;
        margin: 0 auto;
      }
      .hear {
        position: relative;
      }
      /* Over the spectrogram: nothing under the fingers moves or is covered. */
      simile-faults {
        position: absolute;
        z-index: 3;
        top: 3.375rem;
        right: 0.75rem;
        left: 0.75rem;
      }
      simile-update {
        position: fixed;
        z-index: 3;
        top: 3.5rem;
        right: max(1rem, env(safe-area-inset-right));
        left: max(1rem, env(safe-area-inset-left));
        display: grid;
        justify-content: end;
        pointer-events: none;
      }
      simile-update::part(notice) {
        pointer-events: auto;
      }
      .theme {
        width: var(--_tap);
        padding: 0;
        border-color: transparent;
        background: none;
      }
      .drop {
        position: fixed;
        z-index: 4;
        inset: 0.75rem;
        display: grid;
        place-items: center;
        border: 0.25rem dashed var(--_accent);
        border-radius: 1rem;
        background: color-mix(in srgb, var(--_paper) 88%, transparent);
        font: italic 600 2rem/1.2 var(--_serif);
        text-align: center;
        pointer-events: none;
      }
      @media (max-width: 60rem) {
        header,
        main,
        footer {
          padding-inline: 1rem;
        }
        main {
          display: flex;
          flex-direction: column;
          gap: 0.75rem;
        }
        .hear,
        .touch {
          display: contents;
        }
        simile-listener,
        simile-pads {
          flex: none;
          max-height: none;
        }
        simile-faults {
          position: fixed;
          top: 7.5rem;
        }
        simile-library,
        simile-presets {
          order: 1;
        }
        .about {
          order: 2;
        }
        .tag {
          overflow: hidden;
          text-overflow: ellipsis;
          white-space: nowrap;
        }
      }
      @media (min-width: 60.01rem) and (max-height: 52rem) {
        header {
          min-height: 3rem;
        }
        .hear,
        .touch {
          gap: 0.75rem;
        }
        simile-results {
          --simile-row: 2.75rem;
        }
        footer {
          padding-block: 0.5rem;
        }
      }
      @media (max-height: 32rem) {
        header {
          min-height: 2.75rem;
        }
        footer {
          padding-block: 0.375rem;
        }
      }
      @media (max-width: 40rem) {
        header {
          min-height: 2.875rem;
          gap: 0.5rem;
        }
        h1 {
          font-size: 1.5rem;
        }
        header,
        main,
        footer {
          padding-inline: 0.75rem;
        }
        main {
          gap: 0.625rem;
        }
        footer {
          padding-block: 0.5rem max(0.5rem, env(safe-area-inset-bottom));
        }
        simile-faults {
          top: 6.125rem;
        }
      }
    `,
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
  declare theme: Theme;
  declare source: InputSource;
  declare dragging: boolean;
  /** Whether the chosen pad's settings are shown. */
  declare editing: boolean;
  /** The take that was saved last. */
  declare saved: TakeFiles | null;

  #heard: Simile | null = null;
  #drags = 0;

  constructor() {
    super();
    this.simile = null;
    this.presets = null;
    this.libraries = null;
    this.map = null;
    this.updates = null;
    this.why = null;
    this.theme = "auto";
    this.source = { kind: "device" };
    this.dragging = false;
    this.editing = false;
    this.saved = null;
    for (const name of Object.keys(this.#handlers) as (keyof SimileEvents)[]) this.addEventListener(name, this.#onRequest);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("keydown", this.#onKey);
    addEventListener("dragenter", this.#onDrag);
    addEventListener("dragover", this.#onDrag);
    addEventListener("dragleave", this.#onDrag);
    addEventListener("drop", this.#onDrop);
    this.#subscribe(this.simile);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("keydown", this.#onKey);
    removeEventListener("dragenter", this.#onDrag);
    removeEventListener("dragover", this.#onDrag);
    removeEventListener("dragleave", this.#onDrag);
    removeEventListener("drop", this.#onDrop);
    this.#subscribe(null);
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
    this.source = source;
    await this.simile?.listen(source);
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") this.simile?.panic();
    if (event.key !== " " || isOnControl(event)) return;
    event.preventDefault();
    const phase = this.simile?.state.phase;
    if (phase === "listening") this.simile?.stopListening();
    else if (phase !== "loading") void this.#listen(this.source);
  };

  readonly #onDrag = (event: DragEvent): void => {
    // A sound of ours that is dragged out is no sound to open.
    if (!event.dataTransfer?.types.includes("Files") || carriesSound(event)) return;
    event.preventDefault();
    if (event.type === "dragenter") this.#drags++;
    if (event.type === "dragleave") this.#drags--;
    this.dragging = this.#drags > 0;
  };

  readonly #onDrop = (event: DragEvent): void => {
    this.#drags = 0;
    this.dragging = false;
    const file = event.dataTransfer?.files[0];
    if (carriesSound(event)) return;
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.some(({ name }) => KIT_FILE.test(name))) {
      event.preventDefault();
      void this.simile?.kits.import(files);
      return;
    }
    if (this.libraries && event.dataTransfer && isLibraryDrop(event.dataTransfer)) {
      event.preventDefault();
      void this.libraries.act({ kind: "drop", transfer: event.dataTransfer });
      return;
    }
    if (!file) return;
    event.preventDefault();
    if (file.name.endsWith(".simile")) void this.presets?.act({ kind: "file", file });
    else void this.#listen({ kind: "file", file });
  };

  #turnTheme(): void {
    this.theme = THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length]!;
    emit(this, "simile-theme", { theme: this.theme });
  }

  protected override render(): unknown {
    const state = this.simile?.state;
    return state ? this.#face(state) : nothing;
  }

  #face(state: SimileState): unknown {
    return html`
      <header part="header">
        <h1>${mark(1.75)} simile</h1>
        <span class="tag">answers a sound with its likes</span>
        <button class="theme" aria-label="Colours: ${SPOKEN_THEMES[this.theme]}" title="Colours: ${SPOKEN_THEMES[this.theme]}" @click=${this.#turnTheme}>${icon(THEME_ICONS[this.theme])}</button>
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
          <simile-results .retrieval=${state.retrieval} .sounds=${state.sounds} .playing=${state.playing} .peaks=${this.#peaks} .files=${this.#wav}></simile-results>
          ${this.map ? html`<simile-map .map=${this.map.state} .sounds=${state.sounds} .retrieval=${state.retrieval} .playing=${state.playing}></simile-map>` : nothing}
          <simile-faults .faults=${state.faults}></simile-faults>
          <simile-library .label=${state.engine?.library.title ?? ""} .sounds=${state.sounds} .playing=${state.playing} .libraries=${this.libraries?.state ?? null}></simile-library>
          ${this.presets ? html`<simile-presets .presets=${this.presets.state} .sounds=${state.sounds} .pads=${state.pads} .label=${state.engine?.library.title ?? ""}></simile-presets>` : nothing}
        </div>
        <div class="touch">
          <simile-pad-bar .board=${state.board} .editing=${this.editing}><simile-kits .kits=${state.kits} .bank=${state.board.bank}></simile-kits></simile-pad-bar>
          <simile-pads
            .faces=${state.faces}
            .playing=${state.playing}
            .selected=${state.board.selected}
            .bank=${state.board.bank}
            .colour=${state.board.colour}
            .editing=${this.editing}
            .holding=${chosenBank(state.board).mode === "hold"}
            .files=${this.#wav}
          ></simile-pads>
          ${this.editing ? html`<simile-pad-editor .board=${state.board} .faces=${state.faces} .answers=${answersOf(state)}></simile-pad-editor>` : nothing}
          <div class="about">
            <simile-playing .play=${state.settings.play} .beat=${state.settings.beat} .balance=${state.balance} .guard=${state.guard}></simile-playing>
            <simile-takes @click=${this.#onTake} .take=${state.take} .ready=${state.phase === "ready" || state.phase === "listening"}></simile-takes>
            <simile-latency .report=${state.latency} .shed=${state.shed} .roundTrip=${state.roundTrip} .testing=${state.testing}></simile-latency>
            <simile-retrieval .settings=${state.settings} .sounds=${state.sounds} .retrieval=${state.retrieval} .scale=${state.engine?.library.scale ?? { nearest: 0, random: 0 }}></simile-retrieval>
            <simile-midi .midi=${state.midi} .pads=${state.faces.length}></simile-midi>
            <simile-engine .status=${state.engine} .latency=${state.retrieval?.milliseconds ?? null}></simile-engine>
          </div>
        </div>
      </main>
      ${this.why ? html`<simile-why .why=${this.why.state} .sounds=${state.sounds}></simile-why>` : nothing}
      <footer part="footer"><simile-controls .phase=${state.phase} .settings=${state.settings} .volumeDb=${state.volumeDb}></simile-controls></footer>
      ${this.updates ? html`<simile-update .waiting=${this.updates.state.waiting} .busy=${state.take.recording || state.take.files !== this.saved}></simile-update>` : nothing}
      ${this.dragging ? html`<div class="drop" aria-hidden="true">Drop a sound to play it into simile${this.libraries ? ", or a folder to answer from" : ""}</div>` : nothing}
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
