/** What is under the fingers: sixteen pads, bottom left first (MIDI notes 36 to 51), played by mouse, touch, computer keys or MIDI. */

import { css, html, LitElement, nothing } from "lit";
import type { SoundEntry } from "../../core/presets/library-manifest.ts";
import { noteOfPad, PAD_COUNT } from "../pads.ts";
import { define, emit, isTyping } from "./events.ts";
import { familyOf, familySign, familyStyles } from "./family.ts";
import { capitalised, worded } from "./format.ts";
import { icon } from "./icons.ts";
import { controls, tokens } from "./tokens.ts";

/** Physical keys, pad 0 first: the four left columns of a keyboard lie like the pads. */
const CODES = ["KeyZ", "KeyX", "KeyC", "KeyV", "KeyA", "KeyS", "KeyD", "KeyF", "KeyQ", "KeyW", "KeyE", "KeyR", "Digit1", "Digit2", "Digit3", "Digit4"];
const KEY_VELOCITY = 0.75;
/** Softest hit by position, at a pad's lower edge. */
const SOFTEST = 0.25;
const FLASH_MILLISECONDS = 140;
const ROWS = [3, 2, 1, 0];

interface LayoutMap {
  get(code: string): string | undefined;
}

/** Letters on the user's own keyboard, where the browser tells them. */
async function readLayout(): Promise<LayoutMap | null> {
  const keyboard = (navigator as Navigator & { readonly keyboard?: { getLayoutMap(): Promise<LayoutMap> } }).keyboard;
  try {
    return (await keyboard?.getLayoutMap()) ?? null;
  } catch {
    return null;
  }
}

/** Technique, after the mute where one is set. */
function how({ technique, mute }: SoundEntry): string {
  return [mute === "none" ? "" : mute, technique].filter(Boolean).map(worded).join(", ");
}

/** Velocity of a hit: a pen's or a finger's pressure where it is told, else the height on the pad (higher is louder). */
export function velocityOf(event: Pick<PointerEvent, "pointerType" | "pressure" | "clientY">, box: Pick<DOMRect, "bottom" | "height">): number {
  const { pressure } = event;
  if (event.pointerType !== "mouse" && pressure > 0 && pressure < 1 && pressure !== 0.5) return Math.max(SOFTEST, pressure);
  const height = box.height > 0 ? (box.bottom - event.clientY) / box.height : 1;
  return Math.min(1, Math.max(SOFTEST, SOFTEST + (1 - SOFTEST) * height));
}

/** @fires simile-pad - a pad was hit. @csspart pad @csspart family */
export class SimilePads extends LitElement {
  static override properties = {
    pads: { attribute: false },
    sounds: { attribute: false },
    playing: { attribute: false },
    keys: { type: Boolean },
    layout: { state: true },
    cursor: { state: true },
    hits: { state: true },
  };

  static override styles = [
    tokens,
    controls,
    familyStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: 0.5rem;
        container-type: inline-size;
      }
      header {
        display: flex;
        align-items: baseline;
        justify-content: space-between;
        gap: 1rem;
      }
      .grid {
        display: grid;
        flex: 1;
        grid-template-columns: repeat(4, minmax(0, 1fr));
        grid-template-rows: repeat(4, minmax(4.25rem, 1fr));
        gap: 0.5rem;
      }
      .line,
      .cell {
        display: contents;
      }
      .pad {
        position: relative;
        display: grid;
        grid-template-rows: auto minmax(0, 1fr) auto;
        align-content: stretch;
        align-items: stretch;
        justify-content: stretch;
        gap: 0.125rem;
        min-width: 0;
        padding: 0.5rem 0.5rem 0.4375rem;
        border: 2px solid transparent;
        border-radius: var(--_radius);
        background: var(--_surface);
        line-height: 1.2;
        text-align: left;
        touch-action: none;
        user-select: none;
        -webkit-user-select: none;
      }
      .pad::before {
        position: absolute;
        inset: -2px;
        border-radius: inherit;
        background: var(--_family, var(--_raised));
        content: "";
        opacity: 0;
        pointer-events: none;
        transition: opacity 240ms ease-out;
      }
      .pad:hover {
        border-color: var(--_edge);
        background: var(--_surface);
      }
      .pad:active {
        transform: none;
      }
      .pad.sounding {
        border-color: var(--_family, var(--_ink));
      }
      .pad.sounding::before {
        opacity: 0.22;
      }
      .pad.hit::before {
        opacity: calc(0.3 + 0.7 * var(--_velocity, 1));
        transition: none;
      }
      .pad > * {
        position: relative;
      }
      .top,
      .foot {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 0.25rem;
        min-height: 1.125rem;
      }
      kbd {
        min-width: 1.25rem;
        padding: 0 0.25rem;
        border: 1px solid var(--_edge);
        border-radius: 0.25rem;
        color: var(--_muted);
        font: 600 0.6875rem/1.5 var(--_sans);
        text-align: center;
        text-transform: uppercase;
      }
      .what {
        align-self: center;
        overflow: hidden;
      }
      .name {
        display: -webkit-box;
        overflow: hidden;
        font-size: var(--_small);
        font-weight: 600;
        white-space: normal;
        overflow-wrap: anywhere;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
      }
      .how {
        display: -webkit-box;
        overflow: hidden;
        color: var(--_muted);
        font-size: var(--_tiny);
        white-space: normal;
        overflow-wrap: break-word;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
      }
      .foot {
        color: var(--_muted);
        font-size: var(--_tiny);
      }
      .dynamics {
        font: italic 700 0.875rem/1 var(--_serif);
      }
      .empty {
        border: 2px dashed var(--_line);
        background: none;
      }
      .empty .note {
        color: var(--_muted);
      }
      .note {
        color: var(--_muted);
        font-size: 0.6875rem;
      }
      @media (pointer: coarse) {
        kbd {
          display: none;
        }
      }
      @container (max-width: 26rem) {
        header {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
        .grid {
          grid-template-rows: repeat(4, minmax(3.5rem, 1fr));
          gap: 0.375rem;
        }
        .pad {
          gap: 0;
          padding: 0.25rem;
        }
        .name,
        .how {
          display: block;
          text-overflow: ellipsis;
          white-space: nowrap;
        }
        .name,
        .how {
          font-size: 0.6875rem;
          letter-spacing: -0.015em;
        }
        .foot {
          display: none;
        }
      }
    `,
  ];

  /** Sound of each pad, bottom left first; null where a pad is empty. */
  declare pads: readonly (number | null)[];
  declare sounds: readonly SoundEntry[];
  declare playing: ReadonlySet<number>;
  /** Whether computer keys play the pads (on unless set to false). */
  declare keys: boolean;
  declare layout: LayoutMap | null;
  declare cursor: number;
  /** Pads hit just now, with their velocities. */
  declare hits: ReadonlyMap<number, number>;

  constructor() {
    super();
    this.pads = [];
    this.sounds = [];
    this.playing = new Set();
    this.keys = true;
    this.layout = null;
    this.cursor = 0;
    this.hits = new Map();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("keydown", this.#onKey);
    void readLayout().then((layout) => (this.layout = layout));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("keydown", this.#onKey);
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (!this.keys || event.repeat || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    const pad = CODES.indexOf(event.code);
    if (pad < 0) return;
    event.preventDefault();
    this.#hit(pad, event.shiftKey ? 1 : KEY_VELOCITY);
  };

  #hit(pad: number, velocity: number): void {
    if (this.pads[pad] === null || this.pads[pad] === undefined) return;
    emit(this, "simile-pad", { pad, velocity });
    this.hits = new Map(this.hits).set(pad, velocity);
    setTimeout(() => {
      const hits = new Map(this.hits);
      hits.delete(pad);
      this.hits = hits;
    }, FLASH_MILLISECONDS);
  }

  #onPointer(event: PointerEvent, pad: number): void {
    if (event.button !== 0) return;
    const target = event.currentTarget as HTMLElement;
    if (target.hasPointerCapture(event.pointerId)) target.releasePointerCapture(event.pointerId);
    this.#hit(pad, velocityOf(event, target.getBoundingClientRect()));
  }

  /** A click without a pointer behind it comes from Enter, Space or a screen reader. */
  #onClick(event: MouseEvent, pad: number): void {
    if (event.detail === 0) this.#hit(pad, KEY_VELOCITY);
  }

  #onArrow(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowUp: 4, ArrowDown: -4 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const column = (this.cursor % 4) + (Math.abs(step) === 1 ? step : 0);
    const next = this.cursor + step;
    if (column < 0 || column > 3 || next < 0 || next >= PAD_COUNT) return;
    this.cursor = next;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`[data-pad="${next}"]`)?.focus());
  }

  protected override render(): unknown {
    return html`
      <header><h2 id="title">Pads</h2><span class="muted small">hit higher for louder</span></header>
      <div class="grid" role="grid" aria-labelledby="title" @keydown=${this.#onArrow} @mousedown=${(event: Event) => event.preventDefault()}>
        ${ROWS.map((row) => html`<div class="line" role="row">${[0, 1, 2, 3].map((column) => html`<div class="cell" role="gridcell">${this.#pad(4 * row + column)}</div>`)}</div>`)}
      </div>
    `;
  }

  #pad(pad: number): unknown {
    const id = this.pads[pad];
    const sound = id === null || id === undefined ? undefined : this.sounds[id];
    const key = this.layout?.get(CODES[pad]!) ?? CODES[pad]!.at(-1)!;
    const note = noteOfPad(pad);
    const sounding = sound !== undefined && this.playing.has(id!);
    const velocity = this.hits.get(pad);
    return html`<button
      class="pad ${sound ? familyOf(sound.family) : "empty"} ${sounding ? "sounding" : ""} ${velocity === undefined ? "" : "hit"}"
      part="pad"
      data-pad=${pad}
      style=${velocity === undefined ? "" : `--_velocity:${velocity.toFixed(2)}`}
      tabindex=${pad === this.cursor ? 0 : -1}
      aria-disabled=${sound ? "false" : "true"}
      @focus=${() => (this.cursor = pad)}
      @pointerdown=${(event: PointerEvent) => this.#onPointer(event, pad)}
      @click=${(event: MouseEvent) => this.#onClick(event, pad)}
    >
      <span class="top">
        <span class="unseen">Pad ${pad + 1}, ${sound ? `${sound.family}${sounding ? ", sounding" : ""}` : "empty"}</span>
        ${sound ? (sounding ? icon("sounding", 1) : familySign(sound.family, 0.875)) : html`<span class="note">${note}</span>`}<kbd>${key}</kbd>
      </span>
      ${sound
        ? html`<span class="what"><bdi class="name">${capitalised(worded(sound.instrument))}</bdi> <span class="how">${how(sound)}</span></span>
            <span class="foot"><span>${sound.pitch}${sound.dynamics ? html` <span class="dynamics">${sound.dynamics}</span>` : nothing}</span> <span class="note">${note}</span></span>`
        : html`<span></span><span></span>`}
    </button>`;
  }
}

define("simile-pads", SimilePads);

declare global {
  interface HTMLElementTagNameMap {
    "simile-pads": SimilePads;
  }
}
