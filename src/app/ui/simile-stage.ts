/** The stage view, dark and legible from two metres: what answered and how far it is, the level, a lamp for onsets, the pads, and silence; nothing else. */

import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import type { Sound } from "../../core/library/sound.ts";
import type { Retrieval } from "../../protocol/engine.ts";
import type { SimileState } from "../simile-state.ts";
import { define, emit } from "./events.ts";
import { familySign, familyStyles } from "./family.ts";
import { distance } from "./format.ts";
import { icon, mark } from "./icons.ts";
import type { Level } from "./simile-meter.ts";
import "./simile-meter.ts";
import { details, headline } from "./simile-results.ts";
import { controls, tokens } from "./tokens.ts";

/** The lamp lights at most three times a second, whatever is played: faster flashes can cause seizures. */
const LAMP_MILLISECONDS = 340;

/**
 * @slot - the pads. @slot faults - what went wrong.
 * @fires simile-listen @fires simile-stop @fires simile-panic @fires simile-stage - back to the whole page. @csspart family
 */
export class SimileStage extends LitElement {
  static override properties = { phase: { type: String }, retrieval: { attribute: false }, sounds: { attribute: false }, playing: { attribute: false }, readLevel: { attribute: false }, lit: { state: true } };

  static override styles = [
    tokens,
    controls,
    familyStyles,
    css`
      :host {
        display: grid;
        grid-template: minmax(0, 1fr) auto / minmax(0, 1fr) minmax(min(22rem, 55vw), 50vw);
        gap: 1rem 2rem;
        box-sizing: border-box;
        height: 100dvh;
        padding: max(1rem, env(safe-area-inset-top)) max(1.25rem, env(safe-area-inset-right)) max(1rem, env(safe-area-inset-bottom)) max(1.25rem, env(safe-area-inset-left));
        color-scheme: dark;
        background: var(--_paper);
      }
      .side {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
      }
      .answer {
        display: flex;
        flex: 1;
        flex-direction: column;
        justify-content: safe center;
        gap: 1.5vh;
        min-height: 0;
        overflow: hidden;
        container: answer / size;
      }
      .lead {
        display: flex;
        align-items: center;
        gap: 1.25rem;
        min-height: 4rem;
      }
      .lamp {
        width: 3.5rem;
        height: 3.5rem;
        border: 0.375rem solid var(--_edge);
        border-radius: 50%;
        transition:
          background 300ms ease-out,
          border-color 300ms ease-out;
      }
      .lamp.on {
        border-color: var(--_accent);
        background: var(--_accent);
        transition: none;
      }
      .name {
        flex: none;
        margin: 0;
        font: 700 clamp(2.5rem, 7.5vmin + 1vw, 9rem) / 1.02 var(--_sans);
        overflow-wrap: anywhere;
        display: -webkit-box;
        overflow: hidden;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 3;
        padding-bottom: 0.12em;
      }
      .how {
        color: var(--_muted);
        font-size: clamp(1.5rem, 3.6vmin, 3.5rem);
        line-height: 1.15;
      }
      .far {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: center;
        gap: 1.5rem;
        font-size: clamp(2.5rem, 7vmin, 6rem);
        font-weight: 700;
      }
      .line {
        height: 1rem;
        border-radius: 1rem;
        background: var(--_raised);
      }
      .bar {
        display: block;
        height: 100%;
        border-radius: inherit;
        background: var(--_ink);
      }
      .pads {
        display: grid;
        min-height: 0;
      }
      ::slotted(simile-pads) {
        --simile-pad-row: 0rem;
        zoom: 1.85;
        min-height: 0;
      }
      .foot {
        display: flex;
        grid-column: 1 / -1;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.75rem 1rem;
      }
      .foot button {
        min-height: 4rem;
        padding: 0 1.75rem;
        border-radius: 2.5rem;
        font-size: 1.375rem;
      }
      simile-meter {
        flex: 1 1 12rem;
        zoom: 1.8;
      }
      /* Under the answer, which gives way: no pad moves. */
      ::slotted([slot="faults"]) {
        flex: none;
        max-height: 40vh;
        overflow: auto;
      }
      @container answer (max-height: 16rem) {
        .lead {
          display: none;
        }
      }
      @container answer (max-height: 12.5rem) {
        .how {
          flex: none;
          overflow: hidden;
          text-overflow: ellipsis;
          white-space: nowrap;
        }
      }
      @container answer (max-height: 11rem) {
        .how {
          display: none;
        }
      }
      @media (max-width: 60rem), (max-height: 32rem) {
        :host {
          gap: 0.75rem;
        }
        ::slotted(simile-pads) {
          zoom: 1;
        }
        .foot button {
          min-height: 3.25rem;
          padding: 0 0.75rem;
          font-size: 1rem;
        }
        simile-meter {
          zoom: 1.3;
        }
        .lamp {
          width: 2rem;
          height: 2rem;
        }
        .lead {
          min-height: 2rem;
        }
        .name {
          -webkit-line-clamp: 2;
        }
      }
      @media (max-width: 60rem) and (orientation: portrait) {
        :host {
          grid-template: minmax(0, auto) minmax(8rem, 1fr) auto / minmax(0, 1fr);
        }
        .answer {
          container-type: normal;
        }
        .foot button {
          flex: 1;
        }
        simile-meter {
          order: -1;
          flex-basis: 100%;
        }
      }
      @media (max-height: 44rem) and (orientation: portrait) {
        .foot {
          gap: 0.5rem;
        }
        .foot button {
          padding: 0 0.5rem;
        }
        .foot svg {
          display: none;
        }
      }
      /* A phone held sideways, or a page at 200 %. */
      @media (max-width: 60rem) and (orientation: landscape), (max-height: 32rem) and (orientation: landscape) {
        :host {
          gap: 0.5rem 1rem;
          padding: max(0.5rem, env(safe-area-inset-top)) max(0.75rem, env(safe-area-inset-right)) max(0.5rem, env(safe-area-inset-bottom)) max(0.75rem, env(safe-area-inset-left));
        }
        ::slotted(simile-pads) {
          zoom: 1.2;
        }
        .foot {
          gap: 0.5rem;
        }
        simile-meter {
          flex-basis: 8rem;
        }
      }
    `,
  ];

  declare phase: SimileState["phase"];
  declare retrieval: Retrieval | null;
  declare sounds: readonly Sound[];
  declare playing: ReadonlySet<number>;
  declare readLevel: ((into: Level) => void) | null;
  declare lit: boolean;

  /** Full length of the bar: the farthest so far. */
  #scale = 0;
  #lamp: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.phase = "idle";
    this.retrieval = null;
    this.sounds = [];
    this.playing = new Set();
    this.readLevel = null;
    this.lit = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#lamp);
    this.#lamp = undefined;
    this.lit = false;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("sounds")) this.#scale = 0;
    if (!changed.has("retrieval") || !this.retrieval) return;
    this.#scale = Math.max(this.#scale, this.retrieval.matches[0]?.distance ?? 0);
    const onset = changed.get("retrieval")?.index !== this.retrieval.index;
    if (!onset || this.#lamp !== undefined) return;
    this.lit = true;
    this.#lamp = setTimeout(() => {
      this.lit = false;
      this.#lamp = setTimeout(() => (this.#lamp = undefined), LAMP_MILLISECONDS / 2);
    }, LAMP_MILLISECONDS / 2);
  }

  protected override render(): unknown {
    const listening = this.phase === "listening";
    const best = this.retrieval?.matches[0];
    const sound = best && this.sounds[best.id];
    return html`
      <div class="side">
        <section class="answer" aria-label="Answer">
          <div class="lead">
            <span class="lamp ${this.lit ? "on" : ""}" aria-hidden="true"></span>
            ${sound ? familySign(sound.family, 3.5) : mark(3.5)} ${best && this.playing.has(best.id) ? html`${icon("sounding", 3.5)}<span class="unseen">sounding</span>` : nothing}
          </div>
          <h1 class="name"><bdi>${sound ? headline(sound) : this.retrieval ? "Nothing like it" : listening ? "Play" : "Ready"}</bdi></h1>
          <p class="how"><bdi>${sound ? [sound.pitch, sound.dynamics, details(sound)].filter((word) => word !== "").join(" · ") : listening ? "whatever begins is answered" : "press Listen"}</bdi></p>
          ${best
            ? html`<p class="far"><span class="line" aria-hidden="true"><span class="bar" style="width:${(this.#scale > 0 ? 100 * Math.min(1, best.distance / this.#scale) : 0).toFixed(1)}%"></span></span><span><span class="unseen">distance </span>${distance(best.distance)}</span></p>`
            : nothing}
        </section>
        <slot name="faults"></slot>
      </div>
      <div class="pads"><slot></slot></div>
      <div class="foot" role="group" aria-label="Controls">
        ${listening
          ? html`<button aria-keyshortcuts="Space" @click=${() => emit(this, "simile-stop", null)}>${icon("stop", 1.5)} Stop</button>`
          : html`<button class="primary" aria-keyshortcuts="Space" ?disabled=${this.phase === "loading"} @click=${() => emit(this, "simile-listen", { source: null })}>${icon("listen", 1.5)} Listen</button>`}
        <simile-meter .read=${this.readLevel} .active=${listening}></simile-meter>
        <button aria-keyshortcuts="Escape" @click=${() => emit(this, "simile-panic", null)}>${icon("silence", 1.5)} Silence</button>
        <button aria-keyshortcuts="V" @click=${() => emit(this, "simile-stage", { on: false })}>${icon("close", 1.5)} Leave stage</button>
      </div>
    `;
  }
}

define("simile-stage", SimileStage);

declare global {
  interface HTMLElementTagNameMap {
    "simile-stage": SimileStage;
  }
}
