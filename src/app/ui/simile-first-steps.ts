/** Three first steps, in a strip that covers nothing: something is heard, something answers, a pad sounds; shown once, skipped with one press, and there again from the guide. */

import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import type { SimileState } from "../simile-state.ts";
import { define, emit } from "./events.ts";
import { icon } from "./icons.ts";
import { controls, tokens } from "./tokens.ts";

const STEPS = 3;

/** @fires simile-listen - step one. @fires simile-pad @fires simile-pad-up - step three. @fires simile-guide - they are done, or skipped. */
export class SimileFirstSteps extends LitElement {
  static override properties = { phase: { type: String }, answered: { type: Boolean }, refused: { type: Boolean }, step: { state: true } };

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: block;
        min-width: 0;
        container-type: inline-size;
      }
      section {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.375rem 0.625rem;
        min-height: calc(var(--_tap) + 0.5rem);
        padding: 0.25rem 0.375rem 0.25rem 0.875rem;
        border: 1px solid var(--_accent);
        border-radius: var(--_radius);
        background: var(--_surface);
        font-size: 0.875rem;
      }
      p {
        flex: 1 1 14rem;
        text-wrap: pretty;
      }
      .count {
        color: var(--_muted);
        font-weight: 650;
      }
      @container (max-width: 30rem) {
        section {
          padding: 0.375rem 0.5rem;
        }
        /* Two lines in every step: nothing below moves. */
        p {
          flex-basis: 100%;
          min-height: 2.75em;
        }
        button {
          padding: 0 0.625rem;
        }
        .skip {
          margin-left: auto;
        }
        svg {
          display: none;
        }
      }
      .skip {
        border-color: transparent;
        background: none;
        text-decoration: underline;
        text-underline-offset: 0.2em;
      }
    `,
  ];

  declare phase: SimileState["phase"];
  /** Whether something was answered since the page was opened. */
  declare answered: boolean;
  /** Whether there is no microphone to be had. */
  declare refused: boolean;
  declare step: number;

  constructor() {
    super();
    this.phase = "idle";
    this.answered = false;
    this.refused = false;
    this.step = 1;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.step === 1 && this.answered && changed.has("answered")) this.step = 2;
  }

  protected override render(): unknown {
    const { step } = this;
    return html`<section aria-label="First steps">
      <p role="status"><span class="count">${step} of ${STEPS}</span> ${this.#words()}</p>
      ${this.#acts()}
      ${step < STEPS ? html`<button class="skip" @click=${this.#end}>Skip</button>` : nothing}
    </section>`;
  }

  #words(): string {
    if (this.step === 2) return "These sound most alike, nearest first; the number is the distance.";
    if (this.step === 3) return "The nearest lie under your fingers: press a pad, or a key from A to K.";
    if (this.phase === "listening") return "Play, sing or tap: whatever begins is answered.";
    return this.refused ? "There is no microphone to be had. Its own take needs none." : "Let it hear your instrument, or a take that it brings along.";
  }

  #acts(): unknown {
    if (this.step === 2) return html`<button @click=${() => (this.step = 3)}>Next</button>`;
    if (this.step === 3) return html`<button @pointerdown=${this.#strike} @pointerup=${this.#release} @click=${this.#tap}>${icon("play")} Sound pad A</button><button @click=${this.#end}>Done</button>`;
    const busy = this.phase === "loading";
    const demo = html`<button ?disabled=${busy} @click=${() => emit(this, "simile-listen", { source: { kind: "demo" } })}>${icon("play")} Hear its take</button>`;
    if (this.refused || this.phase === "listening") return demo;
    return html`<button ?disabled=${busy} @click=${() => emit(this, "simile-listen", { source: { kind: "device" } })}>${icon("listen")} Use microphone</button>${demo}`;
  }

  readonly #strike = (): void => emit(this, "simile-pad", { pad: 0, velocity: 0.8 });
  readonly #release = (): void => emit(this, "simile-pad-up", { pad: 0 });

  /** Keys press a button without a pointer. */
  readonly #tap = (event: MouseEvent): void => {
    if (event.detail > 0) return;
    this.#strike();
    this.#release();
  };

  readonly #end = (): void => {
    this.step = 1;
    emit(this, "simile-guide", { shown: false });
  };
}

define("simile-first-steps", SimileFirstSteps);

declare global {
  interface HTMLElementTagNameMap {
    "simile-first-steps": SimileFirstSteps;
  }
}
