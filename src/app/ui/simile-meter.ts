/** The input's level: root mean square as a bar, peak as a tick, in dB re full scale, with a mark that stays when the input clipped. */

import { css, html, LitElement, type PropertyValues } from "lit";
import { define } from "./events.ts";
import { decibels, toDecibels } from "./format.ts";
import { controls, DRAW_MILLISECONDS, tokens } from "./tokens.ts";

export interface Level {
  peak: number;
  rms: number;
}

const FLOOR_DB = -60;
/** Linear peak from which the input counts as clipped. */
const CLIP = 0.999;
const CLIP_MILLISECONDS = 2500;
const HOLD_MILLISECONDS = 1200;
const FALL_DB_PER_MILLISECOND = 0.03;
const TEXT_MILLISECONDS = 150;

/** @csspart bar - the root mean square. @csspart peak - the tick that holds the peak. @csspart clip - the clip mark. */
export class SimileMeter extends LitElement {
  static override properties = { read: { attribute: false }, active: { type: Boolean } };

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 3.25rem 2.5rem;
        align-items: center;
        gap: 0.5rem;
        font-size: var(--_tiny);
      }
      .track {
        position: relative;
        height: 0.625rem;
        overflow: hidden;
        border-radius: 0.1875rem;
        background: var(--_raised);
      }
      .bar,
      .peak {
        position: absolute;
        inset: 0;
        transform-origin: left;
      }
      .bar {
        background: var(--_ink);
        transform: scaleX(0);
      }
      .peak {
        border-left: 0.1875rem solid var(--_accent);
        transform: translateX(-1rem);
      }
      .value {
        text-align: right;
        white-space: nowrap;
      }
      .clip {
        padding: 0 0.25rem;
        border-radius: 0.1875rem;
        background: var(--_accent);
        color: var(--_on-accent);
        font-weight: 700;
        text-align: center;
        visibility: hidden;
      }
      .clip.on {
        visibility: visible;
      }
    `,
  ];

  /** Fills in peak and root mean square, linear; asked 30 times a second while `active`. */
  declare read: ((into: Level) => void) | null;
  declare active: boolean;

  readonly #level: Level = { peak: 0, rms: 0 };
  #frame = 0;
  #held = -Infinity;
  #heldAt = 0;
  #clippedAt = -Infinity;
  #textAt = 0;
  #last = 0;
  #tick = -1;

  constructor() {
    super();
    this.read = null;
    this.active = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  protected override updated(_changed: PropertyValues<this>): void {
    if (this.active && this.read && this.isConnected) {
      if (!this.#frame) this.#frame = requestAnimationFrame(this.#draw);
    } else if (this.#frame) {
      cancelAnimationFrame(this.#frame);
      this.#frame = 0;
      this.#show(-Infinity, -Infinity, performance.now());
    }
  }

  readonly #draw = (now: number): void => {
    this.#frame = requestAnimationFrame(this.#draw);
    const tick = Math.floor(now / DRAW_MILLISECONDS);
    if (tick === this.#tick) return;
    this.#tick = tick;
    this.read?.(this.#level);
    if (this.#level.peak >= CLIP) this.#clippedAt = now;
    this.#show(toDecibels(this.#level.rms), toDecibels(this.#level.peak), now);
  };

  #show(rmsDb: number, peakDb: number, now: number): void {
    if (peakDb >= this.#held) {
      this.#held = peakDb;
      this.#heldAt = now;
    } else if (now - this.#heldAt > HOLD_MILLISECONDS) {
      this.#held = Math.max(peakDb, this.#held - (now - this.#last) * FALL_DB_PER_MILLISECOND);
    }
    this.#last = now;
    if (peakDb === -Infinity && !this.#frame) this.#held = -Infinity;
    const share = (db: number): number => Math.min(1, Math.max(0, 1 - db / FLOOR_DB));
    const bar = this.renderRoot.querySelector<HTMLElement>(".bar");
    const peak = this.renderRoot.querySelector<HTMLElement>(".peak");
    if (!bar || !peak) return;
    bar.style.transform = `scaleX(${share(rmsDb).toFixed(4)})`;
    peak.style.transform = this.#held > FLOOR_DB ? `translateX(calc(${(share(this.#held) * 100).toFixed(2)}% - 0.1875rem))` : "translateX(-1rem)";
    if (now - this.#textAt < TEXT_MILLISECONDS && this.#frame) return;
    this.#textAt = now;
    const text = decibels(this.#held);
    this.renderRoot.querySelector(".value")!.textContent = text;
    this.renderRoot.querySelector(".clip")!.classList.toggle("on", now - this.#clippedAt < CLIP_MILLISECONDS);
    const meter = this.renderRoot.querySelector(".track")!;
    meter.setAttribute("aria-valuenow", String(Math.round(Math.max(FLOOR_DB, Math.min(0, this.#held)))));
    meter.setAttribute("aria-valuetext", text);
  }

  protected override render(): unknown {
    return html`
      <div class="track" role="meter" aria-label="Input level" aria-valuemin=${FLOOR_DB} aria-valuemax="0" aria-valuenow=${FLOOR_DB} aria-valuetext=${decibels(-Infinity)}>
        <div class="bar" part="bar"></div>
        <div class="peak" part="peak"></div>
      </div>
      <span class="value" aria-hidden="true">−∞ dB</span>
      <span class="clip" part="clip" title="The input went over full scale: turn it down">CLIP</span>
    `;
  }
}

define("simile-meter", SimileMeter);

declare global {
  interface HTMLElementTagNameMap {
    "simile-meter": SimileMeter;
  }
}
