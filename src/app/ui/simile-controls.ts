/** The row under the thumb: listen and stop, how long to hear before answering, whether to answer, how loud, and silence at once. */

import { css, html, LitElement } from "lit";
import { live } from "lit/directives/live.js";
import { CONTEXTS } from "../../core/features/feature.ts";
import type { EngineSettings } from "../../protocol/engine.ts";
import type { SimileState } from "../simile-state.ts";
import { define, emit } from "./events.ts";
import { decibels, duration } from "./format.ts";
import { icon } from "./icons.ts";
import { controls, tokens } from "./tokens.ts";

const QUIETEST_DB = -48;
const LOUDEST_DB = 6;

/**
 * @fires simile-listen - start, with the source last chosen. @fires simile-stop @fires simile-configure - commitSeconds or answering.
 * @fires simile-volume @fires simile-panic
 */
export class SimileControls extends LitElement {
  static override properties = { phase: { type: String }, settings: { attribute: false }, volumeDb: { type: Number, attribute: "volume-db" } };

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }
      .row {
        display: grid;
        grid-template-columns: minmax(auto, 11rem) minmax(8rem, 20rem) auto minmax(6.5rem, 14rem) auto;
        align-items: center;
        justify-content: space-between;
        gap: 0.5rem 2rem;
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
      @container (max-width: 64rem) {
        .row {
          gap: 0.5rem 1rem;
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
      @container (max-width: 42rem) {
        .row {
          grid-template-columns: minmax(0, 1.15fr) minmax(0, 1fr) minmax(0, 1fr);
        }
        .row > :nth-child(1) {
          order: 3;
        }
        .row > :nth-child(2) {
          order: 1;
          grid-column: span 2;
        }
        .row > :nth-child(3) {
          order: 4;
        }
        .row > :nth-child(4) {
          order: 2;
        }
        .row > :nth-child(5) {
          order: 5;
        }
        .ends {
          display: none;
        }
        .listen,
        .panic,
        .switch {
          padding: 0 0.5rem;
        }
      }
      @container (max-width: 26rem) {
        kbd {
          display: none;
        }
        .knob {
          width: 2rem;
        }
        [aria-checked="true"] .knob::after {
          transform: translateX(0.625rem);
        }
      }
    `,
  ];

  declare phase: SimileState["phase"];
  declare settings: Pick<EngineSettings, "commitSeconds" | "answering"> & Partial<Pick<EngineSettings, "play">>;
  /** Output volume, dB. */
  declare volumeDb: number;

  constructor() {
    super();
    this.phase = "idle";
    this.settings = { commitSeconds: 0.05, answering: true };
    this.volumeDb = 0;
  }

  protected override render(): unknown {
    const { commitSeconds, answering, play } = this.settings;
    const mode = play?.mode ?? "hit";
    const context = CONTEXTS.reduce((best, seconds, index) => (Math.abs(seconds - commitSeconds) < Math.abs(CONTEXTS[best]! - commitSeconds) ? index : best), 0);
    const listening = this.phase === "listening";
    return html`<div class="row" role="group" aria-label="Controls">
      ${listening
        ? html`<button class="listen on" aria-keyshortcuts="Space" @click=${() => emit(this, "simile-stop", null)}>${icon("stop")} Stop <kbd aria-hidden="true">space</kbd></button>`
        : html`<button class="listen primary" aria-keyshortcuts="Space" ?disabled=${this.phase === "loading"} @click=${() => emit(this, "simile-listen", { source: null })}>
            ${icon("listen")} ${this.phase === "loading" ? "Loading" : "Listen"} <kbd aria-hidden="true">space</kbd>
          </button>`}
      <div class="slide">
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
      <button class="switch" role="switch" aria-checked=${answering} @click=${() => emit(this, "simile-configure", { answering: !answering })} title="Play the best match at every onset, or only list it">
        <span class="knob" aria-hidden="true"></span> Answer
      </button>
      <div class="slide">
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
      <button class="panic" aria-keyshortcuts="Escape" title="Silence everything at once" @click=${() => emit(this, "simile-panic", null)}>${icon("silence")} Silence <kbd aria-hidden="true">esc</kbd></button>
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
