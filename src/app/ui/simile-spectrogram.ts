/** The last seconds of the input as ink on paper: time to the right, pitch upwards behind the lines of a grand staff, a mark at every onset answered. */

import { css, html, LitElement, svg, type PropertyValues } from "lit";
import { define } from "./events.ts";
import { FAMILY_PATHS, familyOf, type Family } from "./family.ts";
import { DRAW_MILLISECONDS as PERIOD, tokens } from "./tokens.ts";

/** One onset to mark: `index` counts them, the sound began `secondsAgo` before it was told, `family` is that of its best match. */
export interface OnsetMark {
  readonly index: number;
  readonly secondsAgo: number;
  readonly family: string;
}

const BINS = 1024;
const ROWS = 112;
/** Twelve seconds. */
const COLUMNS = 360;
const LOW_HZ = 60;
const HIGH_HZ = 14_000;
/** Magnitudes between these, dB, go from paper to ink. */
const QUIET_DB = -92;
const LOUD_DB = -28;
/** Lines of the treble staff (E4 G4 B4 D5 F5) and the bass staff (G2 B2 D3 F3 A3), hertz at A4 = 440. */
const STAFF_HZ = [98.0, 123.47, 146.83, 174.61, 220.0, 329.63, 392.0, 493.88, 587.33, 698.46];
const LABELS_HZ = [
  [100, "100"],
  [1000, "1 k"],
  [5000, "5 k"],
] as const;

/** Share of the height, from the top, at which a frequency lies. */
function height(hertz: number): number {
  return 1 - Math.log(hertz / LOW_HZ) / Math.log(HIGH_HZ / LOW_HZ);
}

/**
 * Draws 30 columns a second from `read`, stops while hidden, off screen or not `active`.
 * With reduced motion nothing scrolls: a cursor sweeps over a standing picture.
 */
export class SimileSpectrogram extends LitElement {
  static override properties = { read: { attribute: false }, rate: { type: Number }, active: { type: Boolean }, onset: { attribute: false } };

  static override styles = [
    tokens,
    css`
      :host {
        position: relative;
        display: block;
        min-height: 4rem;
        overflow: hidden;
        contain: strict;
      }
      canvas,
      svg {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }
      canvas {
        color: var(--_ink);
        background: var(--_surface);
        outline: 0 none var(--_accent);
      }
      line {
        stroke: var(--_ink);
        stroke-opacity: 0.2;
      }
      .scale {
        position: absolute;
        left: 0.375rem;
        padding: 0 0.1875rem;
        border-radius: 0.1875rem;
        background: color-mix(in srgb, var(--_surface) 80%, transparent);
        color: var(--_muted);
        font-size: 0.6875rem;
        line-height: 1;
        transform: translateY(-50%);
      }
      @container simile-listener (max-height: 8rem) {
        .scale {
          display: none;
        }
      }
    `,
  ];

  /** Fills in the magnitude spectrum in dB, up to half of `rate`. */
  declare read: ((into: Float32Array) => void) | null;
  /** Sample rate of the input, hertz. */
  declare rate: number;
  declare active: boolean;
  /** The newest onset; a new `index` adds a mark. */
  declare onset: OnsetMark | null;

  readonly #spectrum = new Float32Array(BINS);
  /** Ink, 0 to 255, column by column, top row first. */
  readonly #ink = new Uint8Array(COLUMNS * ROWS);
  /** First and last bin, fractional, of each row. */
  readonly #edges = new Float32Array(ROWS + 1);
  readonly #palette = new Uint32Array(256);
  readonly #marks: { time: number; family: Family }[] = [];
  #ring: CanvasRenderingContext2D | null = null;
  #column: ImageData | null = null;
  #paintedIn = "";
  #accent = "";
  #color = "";
  #head = 0;
  /** Number of the last column on the page's clock. */
  #tick = 0;
  #frame = 0;
  #visible = true;
  #lastMark = -1;
  #observer: IntersectionObserver | null = null;
  #sizes: ResizeObserver | null = null;
  readonly #still = matchMedia("(prefers-reduced-motion: reduce)");

  constructor() {
    super();
    this.read = null;
    this.rate = 48_000;
    this.active = false;
    this.onset = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new IntersectionObserver((entries) => {
      this.#visible = entries.at(-1)?.isIntersecting ?? true;
      this.#schedule();
    });
    this.#observer.observe(this);
    this.#sizes = new ResizeObserver(() => this.#fit());
    this.#sizes.observe(this);
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    this.#sizes?.disconnect();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("rate")) this.#layBins();
    const { onset } = this;
    if (onset && onset.index !== this.#lastMark) {
      this.#lastMark = onset.index;
      this.#marks.push({ time: performance.now() - onset.secondsAgo * 1000, family: familyOf(onset.family) });
      while (this.#marks.length > 64) this.#marks.shift();
    }
    this.#schedule();
  }

  #schedule(): void {
    const run = this.active && this.#visible && this.isConnected && this.read !== null;
    if (run && !this.#frame) {
      this.#tick = 0;
      this.#frame = requestAnimationFrame(this.#draw);
    } else if (!run && this.#frame) {
      cancelAnimationFrame(this.#frame);
      this.#frame = 0;
    }
  }

  #layBins(): void {
    for (let row = 0; row <= ROWS; row++) {
      const hertz = HIGH_HZ * (LOW_HZ / HIGH_HZ) ** (row / ROWS);
      this.#edges[row] = Math.min(BINS - 1, (hertz / (this.rate / 2)) * BINS);
    }
  }

  #fit(): void {
    const canvas = this.renderRoot.querySelector("canvas");
    if (!canvas) return;
    const density = Math.min(2, devicePixelRatio);
    const width = Math.max(1, Math.round(canvas.clientWidth * density));
    const tall = Math.max(1, Math.round(canvas.clientHeight * density));
    if (canvas.width === width && canvas.height === tall) return;
    canvas.width = width;
    canvas.height = tall;
    this.#paint(performance.now());
  }

  readonly #draw = (now: number): void => {
    this.#frame = requestAnimationFrame(this.#draw);
    const tick = Math.floor(now / PERIOD);
    // After a pause the gap is not filled in, time goes on from here.
    const due = this.#tick === 0 || tick - this.#tick > 30 ? 1 : tick - this.#tick;
    if (due === 0) return;
    this.#tick = tick;
    this.read?.(this.#spectrum);
    for (let column = 0; column < due; column++) this.#write();
    this.#paint(now);
  };

  /** Puts the spectrum into the next column: the loudest bin of each row, or between two bins where a row is narrower than one. */
  #write(): void {
    const at = this.#head * ROWS;
    for (let row = 0; row < ROWS; row++) {
      const high = this.#edges[row]!;
      const low = this.#edges[row + 1]!;
      const middle = (low + high) / 2;
      const below = Math.floor(middle);
      const between = this.#spectrum[below]! + (middle - below) * ((this.#spectrum[below + 1] ?? QUIET_DB) - this.#spectrum[below]!);
      let loudest = between;
      for (let bin = Math.ceil(low); bin < high; bin++) loudest = Math.max(loudest, this.#spectrum[bin]!);
      const share = (loudest - QUIET_DB) / (LOUD_DB - QUIET_DB);
      this.#ink[at + row] = share > 0 ? Math.min(255, Math.round(255 * share ** 1.4)) : 0;
    }
    if (this.#ring) this.#print(this.#head);
    this.#head = (this.#head + 1) % COLUMNS;
  }

  #print(column: number): void {
    const image = this.#column;
    if (!image || !this.#ring) return;
    const pixels = new Uint32Array(image.data.buffer);
    for (let row = 0; row < ROWS; row++) pixels[row] = this.#palette[this.#ink[column * ROWS + row]!]!;
    this.#ring.putImageData(image, column, 0);
  }

  /** Takes ink, paper and accent from the style that stands now, and reprints what is kept when they changed. */
  #matchColours(canvas: HTMLCanvasElement): void {
    const style = getComputedStyle(canvas);
    const key = `${style.color}|${style.backgroundColor}`;
    this.#accent = style.outlineColor;
    this.#color = style.color;
    if (key === this.#paintedIn) return;
    this.#paintedIn = key;
    const probe = document.createElement("canvas");
    probe.width = 256;
    probe.height = 1;
    const context = probe.getContext("2d", { willReadFrequently: true })!;
    const ramp = context.createLinearGradient(0, 0, 256, 0);
    ramp.addColorStop(0, style.backgroundColor);
    ramp.addColorStop(1, style.color);
    context.fillStyle = ramp;
    context.fillRect(0, 0, 256, 1);
    this.#palette.set(new Uint32Array(context.getImageData(0, 0, 256, 1).data.buffer));
    if (!this.#ring) {
      const ring = document.createElement("canvas");
      ring.width = COLUMNS;
      ring.height = ROWS;
      this.#ring = ring.getContext("2d")!;
      this.#column = this.#ring.createImageData(1, ROWS);
    }
    for (let column = 0; column < COLUMNS; column++) this.#print(column);
  }

  #paint(now: number): void {
    const canvas = this.renderRoot.querySelector("canvas");
    const context = canvas?.getContext("2d");
    if (!canvas || !context) return;
    this.#matchColours(canvas);
    const { width, height: tall } = canvas;
    const step = width / COLUMNS;
    const head = this.#head;
    context.clearRect(0, 0, width, tall);
    const ring = this.#ring!.canvas;
    if (this.#still.matches) {
      context.drawImage(ring, 0, 0, COLUMNS, ROWS, 0, 0, width, tall);
      context.fillStyle = this.#accent;
      context.fillRect(head * step, 0, Math.max(2, step), tall);
    } else {
      // The oldest column is left out: smoothing would mix the newest, its neighbour in the ring, into it.
      if (head < COLUMNS - 1) context.drawImage(ring, head + 1, 0, COLUMNS - head - 1, ROWS, step, 0, (COLUMNS - head - 1) * step, tall);
      if (head > 0) context.drawImage(ring, 0, 0, head, ROWS, (COLUMNS - head) * step, 0, head * step, tall);
    }
    const density = Math.min(2, devicePixelRatio);
    const scale = density * Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    for (const mark of this.#marks) {
      const columnsAgo = (now - mark.time) / PERIOD;
      if (columnsAgo >= COLUMNS) continue;
      const x = this.#still.matches ? ((head - columnsAgo + COLUMNS) % COLUMNS) * step : width - columnsAgo * step;
      context.fillStyle = this.#accent;
      context.fillRect(x - scale / 2, 0, 1.5 * scale, tall);
      context.save();
      context.translate(x + 4 * scale, 5 * scale);
      context.scale(scale * 0.875, scale * 0.875);
      context.lineJoin = "round";
      context.lineCap = "round";
      context.strokeStyle = this.#color;
      context.lineWidth = 2.5;
      context.stroke(this.#sign(mark.family));
      context.restore();
    }
  }

  readonly #signs = new Map<Family, Path2D>();

  #sign(family: Family): Path2D {
    let path = this.#signs.get(family);
    if (!path) this.#signs.set(family, (path = new Path2D(FAMILY_PATHS[family])));
    return path;
  }

  protected override firstUpdated(): void {
    this.#layBins();
    this.#fit();
  }

  protected override render(): unknown {
    return html`
      <canvas role="img" aria-label="Spectrogram of the input over the last twelve seconds"></canvas>
      <svg aria-hidden="true">${STAFF_HZ.map((hertz) => staffLine(height(hertz)))}</svg>
      ${LABELS_HZ.map(([hertz, label]) => html`<span class="scale" style="top:${(height(hertz) * 100).toFixed(2)}%" aria-hidden="true">${label}</span>`)}
    `;
  }
}

function staffLine(at: number): unknown {
  const y = `${(at * 100).toFixed(2)}%`;
  return svg`<line x1="0" x2="100%" y1=${y} y2=${y}></line>`;
}

define("simile-spectrogram", SimileSpectrogram);

declare global {
  interface HTMLElementTagNameMap {
    "simile-spectrogram": SimileSpectrogram;
  }
}
