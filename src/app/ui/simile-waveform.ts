/** The waveform of one sound, drawn from its peaks as soon as they are there; its box never changes size. */

import { css, html, LitElement, type PropertyValues } from "lit";
import { define } from "./events.ts";
import { tokens } from "./tokens.ts";

/** Gives minimum and maximum of each of `points` slices of a sound, `[points * 2]`. */
export type PeakReader = (id: number, points: number) => Promise<Float32Array>;

const POINTS = 72;

/** One closed outline through the maxima forwards and the minima backwards, on a field of `points` x 2 about zero; silence is a line. */
export function outline(peaks: Float32Array): string {
  const points = peaks.length >> 1;
  if (points === 0) return "M0 0";
  let loudest = 1e-6;
  for (const value of peaks) loudest = Math.max(loudest, Math.abs(value));
  const at = (value: number): string => (-value / loudest).toFixed(3);
  const there: string[] = [];
  const back: string[] = [];
  for (let point = 0; point < points; point++) {
    const low = peaks[2 * point]!;
    const high = peaks[2 * point + 1]!;
    there.push(`${point} ${at(Math.max(high, low + 0.02 * loudest))}`);
    back.unshift(`${point} ${at(Math.min(low, high - 0.02 * loudest))}`);
  }
  return `M${there.join("L")}L${back.join("L")}z`;
}

export class SimileWaveform extends LitElement {
  static override properties = { sound: { type: Number }, peaks: { attribute: false }, drawn: { state: true } };

  static override styles = [
    tokens,
    css`
      :host {
        display: block;
        width: 100%;
        height: 2.25rem;
        color: inherit;
        contain: strict;
      }
      svg {
        width: 100%;
        height: 100%;
      }
      path {
        fill: currentColor;
        stroke: currentColor;
        stroke-width: 1;
        vector-effect: non-scaling-stroke;
      }
    `,
  ];

  /** Id of the sound; null draws nothing. */
  declare sound: number | null;
  declare peaks: PeakReader | null;
  declare drawn: string;

  constructor() {
    super();
    this.sound = null;
    this.peaks = null;
    this.drawn = "";
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("sound") || changed.has("peaks")) void this.#load();
  }

  async #load(): Promise<void> {
    const { sound, peaks } = this;
    if (sound === null || !peaks) {
      this.drawn = "";
      return;
    }
    try {
      const values = await peaks(sound, POINTS);
      if (sound === this.sound) this.drawn = outline(values);
    } catch {
      // Without its file a sound keeps its row; the instrument tells the fault.
      if (sound === this.sound) this.drawn = "";
    }
  }

  protected override render(): unknown {
    return html`<svg viewBox="0 -1 ${POINTS - 1} 2" preserveAspectRatio="none" aria-hidden="true"><path d=${this.drawn || "M0 0"}></path></svg>`;
  }
}

define("simile-waveform", SimileWaveform);

declare global {
  interface HTMLElementTagNameMap {
    "simile-waveform": SimileWaveform;
  }
}
