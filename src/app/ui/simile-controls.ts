/** The row under the thumb: listen and stop, how long to hear before answering, how it plays, how varied and how far, how loud, whether to answer, and silence at once. */

import { css, html, LitElement } from "lit";
import { live } from "lit/directives/live.js";
import { CONTEXTS } from "../../core/features/feature.ts";
import type { EngineSettings } from "../../protocol/engine.ts";
import type { DistanceScale } from "../../protocol/retrieval.ts";
import type { SimileState } from "../simile-state.ts";
import { PLAY_MODES } from "../../core/answer/play-settings.ts";
import { define, emit } from "./events.ts";
import { FAR_STEPS, farDistance, farStep } from "./far-slider.ts";
import { decibels, distance, duration } from "./format.ts";
import { icon } from "./icons.ts";
import { MODE_WORDS } from "./mode-words.ts";
import { controls, segments, tokens } from "./tokens.ts";

const QUIETEST_DB = -48;
const LOUDEST_DB = 6;

/**
 * @fires simile-listen - start, with the source last chosen. @fires simile-stop @fires simile-configure - commitSeconds, diversity, radius or answering. @fires simile-perform - mode.
 * @fires simile-volume @fires simile-panic
 */
export class SimileControls extends LitElement {
  static override properties = { phase: { type: String }, settings: { attribute: false }, volumeDb: { type: Number, attribute: "volume-db" }, scale: { attribute: false }, all: { state: true } };

  static override styles = [
    tokens,
    controls,
    segments,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }
      .row {
        display: grid;
        grid-template-columns: minmax(auto, 9rem) minmax(7rem, 1.4fr) minmax(auto, 17rem) minmax(5rem, 1fr) minmax(5.5rem, 1fr) minmax(5.5rem, 1fr) auto auto;
        align-items: center;
        gap: 0.5rem 1.25rem;
      }
      .modes {
        display: grid;
        grid-template-columns: repeat(3, auto);
      }
      .modes button {
        padding: 0 0.625rem;
      }
      .more {
        display: none;
        width: var(--_tap);
        padding: 0;
      }
      .listen {
        min-height: 3.25rem;
        border-radius: 2rem;
        font-size: 1rem;
      }
      .listen.on {
        border-color: var(--_accent);
        background: var(--_surface);
        color: var(--_ink);
      }
      .listen.on svg {
        color: var(--_accent);
      }
      .slide {
        display: grid;
      }
      .head {
        display: flex;
        justify-content: space-between;
        gap: 0.5rem;
        font-size: var(--_small);
      }
      output {
        font-weight: 600;
      }
      .ends {
        display: flex;
        justify-content: space-between;
        margin-top: -0.25rem;
        color: var(--_muted);
        font-size: 0.6875rem;
      }
      .switch {
        padding: 0 0.5rem 0 0.25rem;
        border-color: transparent;
        background: none;
      }
      .knob {
        position: relative;
        flex: none;
        width: 2.5rem;
        height: 1.375rem;
        border: 2px solid var(--_edge);
        border-radius: 1rem;
      }
      .knob::after {
        position: absolute;
        top: 0.1875rem;
        left: 0.1875rem;
        width: 0.75rem;
        height: 0.75rem;
        border-radius: 50%;
        background: var(--_edge);
        content: "";
        transition: transform 120ms;
      }
      [aria-checked="true"] .knob {
        border-color: var(--_accent);
        background: var(--_accent);
      }
      [aria-checked="true"] .knob::after {
        background: var(--_on-accent);
        transform: translateX(1.125rem);
      }
      .panic {
        min-height: 3.25rem;
        border-radius: 2rem;
      }
      kbd {
        padding: 0 0.3125rem;
        border: 1px solid currentColor;
        border-radius: 0.25rem;
        font: 600 0.6875rem/1.5 var(--_sans);
      }
      @media (pointer: coarse) {
        kbd {
          display: none;
        }
      }
      @media (max-height: 32rem) {
        .listen,
        .panic {
          min-height: var(--_tap);
        }
        .ends {
          display: none;
        }
      }
      @container (max-width: 84rem) {
        .row {
          gap: 0.5rem 0.875rem;
        }
        kbd,
        .ends {
          display: none;
        }
      }
      /* How and what it plays wait behind one button. */
      @container (max-width: 74rem) {
        .row {
          grid-template-columns: repeat(12, minmax(0, 1fr));
        }
        .row:not(.all) :is(.variety, .radius, .modes) {
          display: none;
        }
        .listen,
        .switch,
        .panic {
          grid-column: span 2;
          padding: 0 0.5rem;
        }
        .commit {
          grid-column: span 3;
        }
        .level {
          grid-column: span 2;
        }
        .more {
          display: inline-flex;
          grid-column: span 1;
          width: auto;
        }
        .modes,
        .variety,
        .radius {
          grid-column: span 4;
          order: 1;
        }
        .modes {
          grid-template-columns: repeat(3, 1fr);
        }
      }
      /* In a hand: what is set above, what is pressed below. */
      @container (max-width: 42rem) {
        .row > * {
          order: 1;
        }
        .commit,
        .level {
          order: 0;
        }
        .commit,
        .level,
        .variety,
        .radius {
          grid-column: span 6;
        }
        .modes {
          grid-column: span 12;
        }
        .listen,
        .panic,
        .switch,
        .more {
          order: 2;
          grid-column: span 3;
          padding: 0 0.25rem;
        }
        .listen {
          grid-column: span 4;
        }
        .more {
          grid-column: span 2;
        }
        .knob {
          width: 2rem;
        }
        [aria-checked="true"] .knob::after {
          transform: translateX(0.625rem);
        }
      }
      @container (max-width: 26rem) {
        .listen,
        .panic,
        .switch {
          gap: 0.375rem;
          font-size: 0.8125rem;
        }
      }
    `,
  ];

  declare phase: SimileState["phase"];
  declare settings: Pick<EngineSettings, "commitSeconds" | "answering"> & Partial<Pick<EngineSettings, "play" | "diversity" | "radius">>;
  /** Output volume, dB. */
  declare volumeDb: number;
  /** How far apart the library's sounds lie, for the slider of the radius. */
  declare scale: DistanceScale;
  /** Whether a narrow row shows all. */
  declare all: boolean;

  constructor() {
    super();
    this.phase = "idle";
    this.settings = { commitSeconds: 0.05, answering: true };
    this.volumeDb = 0;
    this.scale = { nearest: 0, random: 0 };
    this.all = false;
  }

  protected override render(): unknown {
    const { commitSeconds, answering, play, diversity = 0, radius = null } = this.settings;
    const mode = play?.mode ?? "hit";
    const context = CONTEXTS.reduce((best, seconds, index) => (Math.abs(seconds - commitSeconds) < Math.abs(CONTEXTS[best]! - commitSeconds) ? index : best), 0);
    const listening = this.phase === "listening";
    return html`<div class="row ${this.all ? "all" : ""}" role="group" aria-label="Controls">
      ${listening
        ? html`<button class="listen on" aria-keyshortcuts="Space" @click=${() => emit(this, "simile-stop", null)}>${icon("stop")} Stop <kbd aria-hidden="true">space</kbd></button>`
        : html`<button class="listen primary" aria-keyshortcuts="Space" ?disabled=${this.phase === "loading"} @click=${() => emit(this, "simile-listen", { source: null })}>
            ${icon("listen")} ${this.phase === "loading" ? "Loading" : "Listen"} <kbd aria-hidden="true">space</kbd>
          </button>`}
      <div class="slide commit">
        <span class="head"><label for="commit">${mode === "progressive" ? "Settle within" : "Answer after"}</label><output for="commit">${duration(commitSeconds)}</output></span>
        <input
          id="commit"
          type="range"
          min="0"
          max=${CONTEXTS.length - 1}
          step="1"
          ?disabled=${mode === "mosaic"}
          .value=${live(String(context))}
          aria-valuetext="${duration(commitSeconds)} of sound"
          @input=${(event: Event) => emit(this, "simile-configure", { commitSeconds: CONTEXTS[Number((event.target as HTMLInputElement).value)]! })}
        />
        <span class="ends" aria-hidden="true"><span>sooner</span><span>surer</span></span>
      </div>
      <div class="segments modes" role="group" aria-label="Way of playing">
        ${PLAY_MODES.map((one) => html`<button aria-pressed=${one === mode} title=${MODE_WORDS[one].about} @click=${() => emit(this, "simile-perform", { mode: one })}>${MODE_WORDS[one].name}</button>`)}
      </div>
      ${this.#slide("variety", "Variety", Math.round(diversity * 20), 20, diversity === 0 ? "nearest" : `${Math.round(100 * diversity)} %`, ["nearest", "varied"], (step) => emit(this, "simile-configure", { diversity: step / 20 }))}
      ${this.#slide("radius", "Radius", farStep(radius, this.scale), FAR_STEPS, radius === null ? "any" : distance(radius), ["near", "any"], (step) => emit(this, "simile-configure", { radius: farDistance(step, this.scale) }))}
      <div class="slide level">
        <span class="head"><label for="volume">Volume</label><output for="volume">${this.volumeDb <= QUIETEST_DB ? decibels(-Infinity) : decibels(this.volumeDb)}</output></span>
        <input
          id="volume"
          type="range"
          min=${QUIETEST_DB}
          max=${LOUDEST_DB}
          step="1"
          .value=${live(String(Math.max(QUIETEST_DB, this.volumeDb)))}
          aria-valuetext=${decibels(this.volumeDb)}
          @input=${(event: Event) => this.#setVolume(Number((event.target as HTMLInputElement).value))}
        />
        <span class="ends" aria-hidden="true"><span>softer</span><span>louder</span></span>
      </div>
      <button class="switch" role="switch" aria-checked=${answering} @click=${() => emit(this, "simile-configure", { answering: !answering })} title="Play the best match at every onset, or only list it">
        <span class="knob" aria-hidden="true"></span> Answer
      </button>
      <button class="more" aria-expanded=${this.all} aria-label="Mode, variety and radius" @click=${() => (this.all = !this.all)}>${icon("sliders")}</button>
      <button class="panic" aria-keyshortcuts="Escape" title="Silence everything at once" @click=${() => emit(this, "simile-panic", null)}>${icon("silence")} Silence <kbd aria-hidden="true">esc</kbd></button>
    </div>`;
  }

  #slide(name: string, label: string, value: number, most: number, text: string, ends: readonly [string, string], change: (step: number) => void): unknown {
    return html`<div class="slide ${name}">
      <span class="head"><label for=${name}>${label}</label><output for=${name}>${text}</output></span>
      <input id=${name} type="range" min="0" max=${most} step="1" .value=${live(String(value))} aria-valuetext=${text} @input=${(event: Event) => change(Number((event.target as HTMLInputElement).value))} />
      <span class="ends" aria-hidden="true"><span>${ends[0]}</span><span>${ends[1]}</span></span>
    </div>`;
  }

  /** The slider's lower end is silence. */
  #setVolume(db: number): void {
    emit(this, "simile-volume", { db: db <= QUIETEST_DB ? -Infinity : db });
  }
}

define("simile-controls", SimileControls);

declare global {
  interface HTMLElementTagNameMap {
    "simile-controls": SimileControls;
  }
}
