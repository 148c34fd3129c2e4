/** What is heard: chooses the source, starts and stops, shows level, spectrogram with onsets, and what the browser really did to the input. */

import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { live } from "lit/directives/live.js";
import type { SoundEntry } from "../../core/presets/library-manifest.ts";
import type { Retrieval } from "../../protocol/engine.ts";
import { AUDIO_TYPES } from "../audio/audio-types.ts";
import type { InputSource, InputState, SimileState } from "../simile-state.ts";
import { define, emit } from "./events.ts";
import { kilohertz } from "./format.ts";
import { icon } from "./icons.ts";
import type { Level } from "./simile-meter.ts";
import "./simile-meter.ts";
import type { OnsetMark } from "./simile-spectrogram.ts";
import "./simile-spectrogram.ts";
import { controls, tokens } from "./tokens.ts";

const STAGES: Readonly<Record<string, string>> = {
  audio: "Opening the audio",
  model: "Loading the model",
  library: "Loading the library",
  analysis: "Analysing the library",
  "warm-up": "Measuring the backends",
};

/**
 * @fires simile-listen - start with a source (null: the chosen one). @fires simile-source - a device was chosen. @fires simile-stop @fires simile-sensitivity
 * @csspart stage - the box of the spectrogram. @csspart transport - its own start and stop button. @csspart welcome
 */
export class SimileListener extends LitElement {
  static override properties = {
    phase: { type: String },
    progress: { attribute: false },
    input: { attribute: false },
    source: { attribute: false },
    devices: { attribute: false },
    sensitivity: { type: Number },
    rate: { type: Number },
    readLevel: { attribute: false },
    readSpectrum: { attribute: false },
    retrieval: { attribute: false },
    sounds: { attribute: false },
    heard: { state: true },
    onset: { state: true },
  };

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: 0.625rem;
        min-width: 0;
        container-type: inline-size;
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem;
      }
      header h2 {
        margin-right: auto;
      }
      .device {
        width: 15rem;
      }
      .frame {
        position: relative;
        display: grid;
        flex: 1;
        min-height: 9rem;
        overflow: hidden;
        border-radius: var(--_radius);
        background: var(--_surface);
        container: simile-listener / size;
      }
      .frame > * {
        grid-area: 1 / 1;
      }
      .welcome {
        position: relative;
        z-index: 1;
        display: grid;
        align-content: center;
        justify-items: center;
        gap: 1rem;
        padding: 1rem;
        background: color-mix(in srgb, var(--_surface) 82%, transparent);
        text-align: center;
      }
      .welcome p {
        max-width: 34rem;
      }
      .lead {
        font: italic 500 1.625rem/1.25 var(--_serif);
        text-wrap: balance;
      }
      .go {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: 0.75rem;
      }
      .go button {
        min-height: 3.25rem;
        padding: 0 1.5rem;
        border-radius: 2rem;
        font-size: 1rem;
      }
      progress {
        width: min(20rem, 80%);
        height: 0.375rem;
        border: none;
        border-radius: 1rem;
        overflow: hidden;
        background: var(--_raised);
        appearance: none;
      }
      progress::-webkit-progress-bar {
        background: var(--_raised);
      }
      progress::-webkit-progress-value {
        background: var(--_accent);
      }
      progress::-moz-progress-bar {
        background: var(--_accent);
      }
      .foot {
        display: grid;
        grid-template-columns: minmax(0, 22rem) minmax(9rem, 13rem);
        align-items: center;
        justify-content: space-between;
        gap: 0 1.5rem;
      }
      ul {
        display: flex;
        grid-column: 1 / -1;
        gap: 0 0.875rem;
        min-height: 1.125rem;
        margin: 0;
        padding: 0;
        overflow: auto;
        color: var(--_muted);
        font-size: var(--_tiny);
        list-style: none;
        scrollbar-width: none;
        white-space: nowrap;
      }
      li.bad {
        color: var(--_ink);
        font-weight: 650;
      }
      .ear {
        display: grid;
        grid-template-columns: auto 1fr;
        align-items: center;
        gap: 0.625rem;
      }
      @container simile-listener (max-height: 11rem) {
        .welcome .small {
          display: none;
        }
      }
      @container (max-width: 36rem) {
        header {
          flex-wrap: nowrap;
        }
        h2,
        .label {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
        .device {
          flex: 1;
        }
        /* As high before, while and after it listens: nothing moves. */
        .frame {
          flex: none;
          height: 7.25rem;
          min-height: 0;
        }
        .tall .welcome {
          gap: 0.75rem;
          padding: 0.5rem;
        }
        .tall .lead {
          font-size: 1.25rem;
        }
        .tall .small {
          display: none;
        }
        .go {
          flex-wrap: nowrap;
          gap: 0.5rem;
        }
        .go button {
          min-height: 2.75rem;
          padding: 0 0.75rem;
          font-size: 0.9375rem;
        }
        .busy .welcome {
          gap: 0.5rem;
          padding: 0.25rem;
        }
        .busy .lead {
          font-size: 1rem;
        }
        .busy .small {
          display: none;
        }
        .foot {
          grid-template-columns: minmax(0, 1.4fr) minmax(0, 1fr);
          gap: 0 0.75rem;
        }
        .ear label {
          font-size: var(--_tiny);
        }
      }
    `,
  ];

  declare phase: SimileState["phase"];
  declare progress: SimileState["progress"];
  /** What is being heard; null before. */
  declare input: InputState | null;
  /** The source chosen for the next start. */
  declare source: InputSource;
  declare devices: SimileState["devices"];
  /** 0 to 1. */
  declare sensitivity: number;
  declare rate: number;
  declare readLevel: ((into: Level) => void) | null;
  declare readSpectrum: ((into: Float32Array) => void) | null;
  /** The last retrieval, for the onset marks. */
  declare retrieval: Retrieval | null;
  declare sounds: readonly SoundEntry[];
  declare heard: boolean;
  declare onset: OnsetMark | null;

  constructor() {
    super();
    this.phase = "idle";
    this.progress = null;
    this.input = null;
    this.source = { kind: "device" };
    this.devices = [];
    this.sensitivity = 0.5;
    this.rate = 48_000;
    this.readLevel = null;
    this.readSpectrum = null;
    this.retrieval = null;
    this.sounds = [];
    this.heard = false;
    this.onset = null;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.phase === "listening") this.heard = true;
    if (changed.has("retrieval") && this.retrieval) {
      const best = this.retrieval.matches[0];
      this.onset = { index: this.retrieval.index, secondsAgo: this.retrieval.contextSeconds, family: (best && this.sounds[best.id]?.family) ?? "" };
    }
  }

  protected override render(): unknown {
    const listening = this.phase === "listening";
    const welcome = this.#welcome();
    return html`
      <header>
        <h2>Heard</h2>
        <select class="device" aria-label="Audio input" .value=${live(this.source.kind === "device" ? (this.source.deviceId ?? "") : "-")} @change=${this.#chooseDevice}>
          ${this.source.kind === "device" ? nothing : html`<option value="-" selected>${sourceName(this.source)}</option>`}
          <option value="">Default input</option>
          ${this.devices
            .filter((device) => device.deviceId !== "" && device.deviceId !== "default")
            .map((device, index) => html`<option value=${device.deviceId}>${device.label || `Input ${index + 1}`}</option>`)}
        </select>
        <button aria-pressed=${listening && this.input?.source.kind === "file"} @click=${() => this.renderRoot.querySelector("input")?.click()}>${icon("file")}<span class="label">Open a sound</span></button>
        <input class="unseen" type="file" accept=${AUDIO_TYPES} tabindex="-1" aria-label="A sound file to listen to" @change=${this.#chooseFile} />
        <button aria-pressed=${listening && this.input?.source.kind === "demo"} @click=${() => emit(this, "simile-listen", { source: { kind: "demo" } })}>${icon("play")}<span class="label">Demo</span></button>
        ${listening
          ? html`<button part="transport" @click=${() => emit(this, "simile-stop", null)}>${icon("stop")} Stop</button>`
          : html`<button part="transport" ?disabled=${this.phase === "loading"} @click=${() => emit(this, "simile-listen", { source: null })}>${icon("listen")} Listen</button>`}
      </header>
      <div class="frame ${welcome === nothing ? "" : this.phase === "loading" ? "busy" : "tall"}" part="stage">
        <simile-spectrogram .read=${this.readSpectrum} .rate=${this.rate} .active=${listening} .onset=${this.onset}></simile-spectrogram>
        ${welcome}
      </div>
      <div class="foot">
        <simile-meter .read=${this.readLevel} .active=${listening}></simile-meter>
        <div class="ear">
          <label for="sensitivity">Sensitivity</label>
          <input
            id="sensitivity"
            type="range"
            min="0"
            max="1"
            step="0.05"
            .value=${live(String(this.sensitivity))}
            aria-valuetext="${Math.round(this.sensitivity * 100)} %"
            title="Which attacks count: only the clearest, or every one"
            @input=${(event: Event) => emit(this, "simile-sensitivity", { value: Number((event.target as HTMLInputElement).value) })}
          />
        </div>
        ${this.#facts()}
      </div>
    `;
  }

  /** What stands over the spectrogram until something was heard. */
  #welcome(): unknown {
    if (this.phase === "loading") {
      const { progress } = this;
      return html`<div class="welcome" part="welcome">
        <p class="lead">${(progress && STAGES[progress.stage]) ?? "Getting ready"}</p>
        <progress aria-label="Loading" .max=${progress?.all || 1} .value=${progress?.done ?? 0}></progress>
        <p class="muted small">${progress && progress.all > 1 ? `${progress.done} of ${progress.all}` : "one moment"}</p>
      </div>`;
    }
    if (this.phase === "listening" || this.heard) return nothing;
    return html`<div class="welcome" part="welcome">
      <p class="lead">Play a sound; its likes answer.</p>
      <div class="go">
        <button class="primary" @click=${() => emit(this, "simile-listen", { source: null })}>${icon("listen")} Start listening</button>
        <button @click=${() => emit(this, "simile-listen", { source: { kind: "demo" } })}>${icon("play")} Play the demo</button>
      </div>
      <p class="muted small">Or drop a sound file anywhere on this page. Nothing leaves your computer; use headphones, or the answers are heard again.</p>
    </div>`;
  }

  #facts(): unknown {
    const { input } = this;
    if (!input) return html`<ul></ul>`;
    const facts: { text: string; bad: boolean }[] = [];
    if (input.source.kind !== "device") facts.push({ text: input.label, bad: false });
    const { settings } = input;
    if (settings) {
      const channels = settings.channelCount ?? 1;
      const rate = settings.sampleRate && settings.sampleRate !== input.contextRate ? `${kilohertz(settings.sampleRate)} → ${kilohertz(input.contextRate)}` : kilohertz(input.contextRate);
      facts.push({ text: rate, bad: false }, { text: channels === 1 ? "mono" : `${channels} channels, mixed`, bad: false });
      for (const [name, value] of [
        ["echo cancellation", settings.echoCancellation],
        ["noise suppression", settings.noiseSuppression],
        ["gain control", settings.autoGainControl],
      ] as const) {
        // Newer browsers name the kind of echo cancellation by a string.
        const on = typeof value === "string" ? true : value;
        facts.push({ text: `${name} ${on === undefined ? "unknown" : on ? "ON" : "off"}`, bad: on === true });
      }
    } else {
      facts.push({ text: kilohertz(input.contextRate), bad: false });
    }
    return html`<ul tabindex="0" aria-label="Input as the browser gave it" title=${facts.map((fact) => fact.text).join(", ")}>
      ${facts.map((fact) => html`<li class=${fact.bad ? "bad" : ""}>${fact.bad ? "⚠ " : ""}<bdi>${fact.text}</bdi></li>`)}
    </ul>`;
  }

  #chooseDevice(event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    if (value !== "-") emit(this, "simile-source", { source: value === "" ? { kind: "device" } : { kind: "device", deviceId: value } });
  }

  #chooseFile(event: Event): void {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    if (file) emit(this, "simile-listen", { source: { kind: "file", file } });
    input.value = "";
  }
}

function sourceName(source: Exclude<InputSource, { kind: "device" }>): string {
  if (source.kind === "file") return source.file.name;
  return source.kind === "demo" ? "Demo take" : source.label;
}

define("simile-listener", SimileListener);

declare global {
  interface HTMLElementTagNameMap {
    "simile-listener": SimileListener;
  }
}
