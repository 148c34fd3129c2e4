/** What is under the fingers: a grid of pads, bottom left first, played by mouse, touch, computer keys or MIDI, dropped on and dragged out. */

import { css, html, LitElement, nothing } from "lit";
import type { Sound } from "../../core/library/sound.ts";
import type { PadColour } from "../pads/pad-board.ts";
import type { PadFace } from "../pads/pad-faces.ts";
import { carriesSound, droppedSound, offerSound, type SoundFiles } from "./drag-sound.ts";
import { define, emit, isTyping } from "./events.ts";
import { familyOf, familySign, familyStyles } from "./family.ts";
import { capitalised, distance as far, worded } from "./format.ts";
import { icon } from "./icons.ts";
import { controls, tokens } from "./tokens.ts";

/** Physical keys of two rows, the lower one first: on a grid of 4 x 4 they are all its pads, on one of 8 x 8 two rows of it. */
const CODES = ["KeyA", "KeyS", "KeyD", "KeyF", "KeyG", "KeyH", "KeyJ", "KeyK", "KeyQ", "KeyW", "KeyE", "KeyR", "KeyT", "KeyY", "KeyU", "KeyI"];
/** These move the two rows down and up an 8 x 8 grid. */
const LOWER = "BracketLeft";
const HIGHER = "BracketRight";
const KEY_VELOCITY = 0.75;
/** Softest hit by position, at a pad's lower edge. */
const SOFTEST = 0.25;
const FLASH_MILLISECONDS = 140;

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

/** A name in two parts where it ends in a number or a time, as in "Long take 1:02.30". */
function partedName(name: string): unknown {
  const [, begin, end] = /^(.*?)([\s_-][^\s_-]*\d[^\s_-]*)?$/s.exec(name)!;
  return html`<bdi class="name" title=${name}><span class="begin">${begin}</span><span class="end">${end ?? ""}</span></bdi>`;
}

/** Technique, after the mute where one is set. */
function how({ technique, mute }: Sound): string {
  return [mute === "none" ? "" : mute, technique].filter(Boolean).map(worded).join(", ");
}

/** Parents and hosts, nearest first. */
function nodesAbove(node: Node): Node[] {
  const above = node.parentNode ?? (node instanceof ShadowRoot ? node.host : null);
  return above ? [above, ...nodesAbove(above)] : [];
}

/** Velocity of a hit: a pen's or a finger's pressure where it is told, else the height on the pad (higher is louder). */
export function velocityOf(event: Pick<PointerEvent, "pointerType" | "pressure" | "clientY">, box: Pick<DOMRect, "bottom" | "height">): number {
  const { pressure } = event;
  if (event.pointerType !== "mouse" && pressure > 0 && pressure < 1 && pressure !== 0.5) return Math.max(SOFTEST, pressure);
  const height = box.height > 0 ? (box.bottom - event.clientY) / box.height : 1;
  return Math.min(1, Math.max(SOFTEST, SOFTEST + (1 - SOFTEST) * height));
}

/**
 * @fires simile-pad - a pad was hit. @fires simile-pad-up - the finger has left it. @fires simile-pads - a pad was chosen, filled, cleared, or swapped.
 * @csspart pad @csspart family @cssprop --simile-pad-row - least height of a row.
 */
export class SimilePads extends LitElement {
  static override properties = {
    faces: { attribute: false },
    playing: { attribute: false },
    selected: { type: Number },
    bank: { type: Number },
    colour: { type: String },
    editing: { type: Boolean },
    holding: { type: Boolean },
    keys: { type: Boolean },
    files: { attribute: false },
    layout: { state: true },
    cursor: { state: true },
    hits: { state: true },
    row: { state: true },
    over: { state: true },
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
      /* Its rows never grow with what they hold: nothing moves when pads are filled. */
      .grid {
        --_row: var(--simile-pad-row, 5.75rem);
        --_gap: 0.5rem;
        display: grid;
        flex: 1;
        grid-template-columns: repeat(var(--_size), minmax(0, 1fr));
        grid-template-rows: repeat(var(--_size), minmax(0, 1fr));
        gap: var(--_gap);
        min-height: calc(var(--_size) * (var(--_row) + var(--_gap)) - var(--_gap));
        container-type: size;
      }
      .grid.eight {
        --_row: var(--simile-pad-row, 2.75rem);
        --_gap: 0.25rem;
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
        min-height: 0;
        overflow: hidden;
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
        max-height: 100%;
        overflow: hidden;
      }
      .name {
        display: flex;
        font-size: var(--_small);
        font-weight: 600;
      }
      .begin,
      .end,
      .how {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: pre;
      }
      /* What tells the sounds of one recording apart stays the longest. */
      .begin {
        flex-shrink: 1000;
      }
      .how {
        display: block;
        color: var(--_muted);
        font-size: var(--_tiny);
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
      .signs {
        display: flex;
        align-items: center;
        gap: 0.25rem;
      }
      .by-distance .pad:not(.empty) {
        background: color-mix(in oklab, var(--_accent) calc(28% * (1 - var(--_share, 1))), var(--_surface));
      }
      .by-distance :is(.how, .foot, .note, kbd) {
        color: var(--_ink);
      }
      .pad.selected {
        border-color: var(--_accent);
      }
      .pad.over {
        border: 2px dashed var(--_accent);
      }
      .elsewhere {
        font-style: italic;
      }
      .eight .pad {
        align-content: start;
        grid-template-rows: auto minmax(0, 1fr);
        gap: 0;
        padding: 0.1875rem 0.25rem;
        border-radius: 0.375rem;
      }
      .eight .how,
      .eight .foot {
        display: none;
      }
      .eight .name {
        font-size: 0.625rem;
      }
      .eight kbd {
        min-width: 0.9375rem;
        padding: 0 0.125rem;
        border: none;
      }
      @media (pointer: coarse) {
        kbd {
          display: none;
        }
      }
      @container (max-height: 20rem) {
        .pad {
          gap: 0;
          padding-block: 0.25rem;
        }
        .foot {
          display: none;
        }
        /* Too low for words, but for those that are spoken. */
        .eight .what {
          opacity: 0;
        }
      }
      @container (max-width: 26rem) {
        .grid {
          --_row: var(--simile-pad-row, 3.5rem);
          --_gap: 0.375rem;
        }
        .grid.eight {
          --_row: var(--simile-pad-row, 2.5rem);
          --_gap: 0.1875rem;
        }
        .pad {
          gap: 0;
          padding: 0.25rem;
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

  /** Pads as they are shown, bottom left first: 16 or 64. */
  declare faces: readonly PadFace[];
  /** Ids of sounds that sound now. */
  declare playing: ReadonlySet<number>;
  declare selected: number;
  /** Number of the bank, 0 (A) to 7 (H). */
  declare bank: number;
  declare colour: PadColour;
  /** Whether hits choose pads for editing, too. */
  declare editing: boolean;
  /** Whether locks mean something now. */
  declare holding: boolean;
  /** Whether computer keys play the pads (on unless set to false). */
  declare keys: boolean;
  /** Gives the WAV of a pad that is dragged out. */
  declare files: SoundFiles | null;
  declare layout: LayoutMap | null;
  declare cursor: number;
  /** Pads hit just now, with their velocities. */
  declare hits: ReadonlyMap<number, number>;
  /** Lower of the two rows that keys play on a grid of 8 x 8. */
  declare row: number;
  /** Pad under a sound that is dragged. */
  declare over: number | null;

  /** Pads that pointers and keys hold, by pointer id or code. */
  readonly #held = new Map<number | string, number>();
  /** What stood above it, nearest first: those of them that stay hear what it says as it goes. */
  #above: readonly Node[] = [];

  constructor() {
    super();
    this.faces = [];
    this.playing = new Set();
    this.selected = 0;
    this.bank = 0;
    this.colour = "family";
    this.editing = false;
    this.holding = false;
    this.keys = true;
    this.files = null;
    this.layout = null;
    this.cursor = 0;
    this.hits = new Map();
    this.row = 0;
    this.over = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("keydown", this.#onKey);
    addEventListener("keyup", this.#onKeyUp);
    addEventListener("pointerup", this.#onPointerEnd);
    addEventListener("pointercancel", this.#onPointerEnd);
    addEventListener("blur", this.#letGo);
    this.#above = nodesAbove(this);
    void readLayout().then((layout) => (this.layout = layout));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("keydown", this.#onKey);
    removeEventListener("keyup", this.#onKeyUp);
    removeEventListener("pointerup", this.#onPointerEnd);
    removeEventListener("pointercancel", this.#onPointerEnd);
    removeEventListener("blur", this.#letGo);
    this.#letGo();
  }

  get #size(): number {
    return this.faces.length > 16 ? 8 : 4;
  }

  /** Pad of a key, -1 for a key that is none's. */
  #padOfCode(code: string): number {
    const key = CODES.indexOf(code);
    return key >= 0 && this.#size === 8 ? 8 * Math.min(6, this.row) + key : key;
  }

  #keyOfPad(pad: number): string {
    const code = CODES[this.#size === 8 ? pad - 8 * Math.min(6, this.row) : pad];
    return code ? (this.layout?.get(code) ?? code.at(-1)!) : "";
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (!this.keys || event.repeat || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    if (this.#size === 8 && (event.code === LOWER || event.code === HIGHER)) {
      this.row = Math.max(0, Math.min(6, this.row + (event.code === HIGHER ? 2 : -2)));
      return;
    }
    const pad = this.#padOfCode(event.code);
    if (pad < 0) return;
    event.preventDefault();
    this.#hit(pad, event.shiftKey ? 1 : KEY_VELOCITY, event.code);
  };

  readonly #onKeyUp = ({ code }: KeyboardEvent): void => this.#leave(code);
  readonly #onPointerEnd = ({ pointerId }: PointerEvent): void => this.#leave(pointerId);

  readonly #letGo = (): void => {
    for (const holder of [...this.#held.keys()]) this.#leave(holder);
  };

  /** `holder` is the pointer or key that holds the pad until it leaves. */
  #hit(pad: number, velocity: number, holder: number | string): void {
    if (this.editing) emit(this, "simile-pads", { kind: "select", pad });
    this.#leave(holder);
    if (!this.faces[pad]?.key) return;
    this.#held.set(holder, pad);
    emit(this, "simile-pad", { pad, velocity });
    this.hits = new Map(this.hits).set(pad, velocity);
    setTimeout(() => {
      const hits = new Map(this.hits);
      hits.delete(pad);
      this.hits = hits;
    }, FLASH_MILLISECONDS);
  }

  #leave(holder: number | string): void {
    const pad = this.#held.get(holder);
    if (pad === undefined) return;
    this.#held.delete(holder);
    if ([...this.#held.values()].includes(pad)) return;
    emit(this, "simile-pad-up", { pad });
    const stays = this.isConnected ? undefined : this.#above.find((node) => node.isConnected);
    if (stays) emit(stays, "simile-pad-up", { pad });
  }

  #onPointer(event: PointerEvent, pad: number): void {
    if (event.button !== 0) return;
    const target = event.currentTarget as HTMLElement;
    // A mouse may drag the sound out; fingers play, and a long press is a long note.
    target.draggable = event.pointerType === "mouse";
    if (target.hasPointerCapture(event.pointerId)) target.releasePointerCapture(event.pointerId);
    this.#hit(pad, velocityOf(event, target.getBoundingClientRect()), event.pointerId);
  }

  /** A click without a pointer behind it comes from Enter, Space or a screen reader: it leaves as soon as it came. */
  #onClick(event: MouseEvent, pad: number): void {
    if (event.detail !== 0) return;
    this.#hit(pad, KEY_VELOCITY, "click");
    this.#leave("click");
  }

  #onGridKey(event: KeyboardEvent): void {
    const size = this.#size;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowUp: size, ArrowDown: -size }[event.key];
    if (event.key === "Delete") emit(this, "simile-pads", { kind: "clear", pad: this.cursor });
    if (step === undefined) return;
    event.preventDefault();
    const column = (this.cursor % size) + (Math.abs(step) === 1 ? step : 0);
    const next = this.cursor + step;
    if (column < 0 || column >= size || next < 0 || next >= this.faces.length) return;
    this.cursor = next;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`[data-pad="${next}"]`)?.focus());
  }

  #onDragStart(event: DragEvent, pad: number): void {
    const key = this.faces[pad]?.key;
    if (!key) return event.preventDefault();
    this.#letGo();
    offerSound(event, { key, from: { bank: this.bank, pad } }, this.files);
  }

  #onDragOver(event: DragEvent, pad: number): void {
    if (!carriesSound(event)) return;
    event.preventDefault();
    this.over = pad;
  }

  #onDrop(event: DragEvent, pad: number): void {
    this.over = null;
    const sound = droppedSound(event);
    if (!sound) return;
    event.preventDefault();
    event.stopPropagation();
    const to = { bank: this.bank, pad };
    if (sound.from) emit(this, "simile-pads", { kind: event.altKey || event.ctrlKey ? "copy" : "swap", from: sound.from, to });
    else emit(this, "simile-pads", { kind: "assign", pad, sound: sound.key });
  }

  protected override render(): unknown {
    const size = this.#size;
    const rows = Array.from({ length: size }, (_, row) => size - 1 - row);
    const columns = Array.from({ length: size }, (_, column) => column);
    return html`
      <div
        class="grid ${size === 8 ? "eight" : ""} ${this.colour === "distance" ? "by-distance" : ""}"
        style="--_size:${size}"
        role="grid"
        aria-label="Pads"
        @keydown=${this.#onGridKey}
        @dragleave=${() => (this.over = null)}
      >
        ${rows.map((row) => html`<div class="line" role="row">${columns.map((column) => html`<div class="cell" role="gridcell">${this.#pad(size * row + column)}</div>`)}</div>`)}
      </div>
    `;
  }

  #pad(pad: number): unknown {
    const face = this.faces[pad];
    const sound = face?.sound ?? null;
    const filled = face?.key != null;
    const sounding = filled && (face.struck || (face.id !== null && this.playing.has(face.id)));
    const velocity = this.hits.get(pad);
    const locked = this.holding && face?.locked;
    const classes = [
      "pad",
      filled ? familyOf(sound?.family ?? "other") : "empty",
      sounding ? "sounding" : "",
      velocity === undefined ? "" : "hit",
      this.editing && pad === this.selected ? "selected" : "",
      pad === this.over ? "over" : "",
    ];
    const style = [velocity === undefined ? "" : `--_velocity:${velocity.toFixed(2)}`, face?.share == null ? "" : `--_share:${face.share.toFixed(3)}`].filter(Boolean).join(";");
    const spoken = [`Pad ${pad + 1}`, filled ? (sound?.family ?? "sound of another library") : "empty", sounding ? "sounding" : "", locked ? "locked" : ""].filter(Boolean).join(", ");
    return html`<button
      class=${classes.filter(Boolean).join(" ")}
      part="pad"
      data-pad=${pad}
      style=${style}
      tabindex=${pad === this.cursor ? 0 : -1}
      aria-disabled=${filled ? "false" : "true"}
      aria-current=${this.editing && pad === this.selected ? "true" : nothing}
      @focus=${() => (this.cursor = pad)}
      @pointerdown=${(event: PointerEvent) => this.#onPointer(event, pad)}
      @click=${(event: MouseEvent) => this.#onClick(event, pad)}
      @dragstart=${(event: DragEvent) => this.#onDragStart(event, pad)}
      @dragover=${(event: DragEvent) => this.#onDragOver(event, pad)}
      @drop=${(event: DragEvent) => this.#onDrop(event, pad)}
    >
      <span class="top">
        <span class="unseen">${spoken}</span>
        <span class="signs">${filled ? (sounding ? icon("sounding", 1) : familySign(sound?.family ?? "other", 0.875)) : html`<span class="note">${face?.note ?? ""}</span>`}${locked ? icon("lock", 0.875) : nothing}</span>
        ${this.#keyOfPad(pad) ? html`<kbd>${this.#keyOfPad(pad)}</kbd>` : nothing}
      </span>
      ${filled ? this.#what(face, sound) : html`<span></span><span></span>`}
    </button>`;
  }

  #what(face: PadFace, sound: Sound | null): unknown {
    if (!sound) return html`<span class="what elsewhere">${partedName(face.key!.split("/").at(-1)!)} <span class="how">of another library</span></span><span class="foot"><span></span><span class="note">${face.note}</span></span>`;
    const distance = this.colour === "distance" && face.distance !== null ? html`<span><span class="unseen">distance </span>${far(face.distance)}</span>` : nothing;
    const pitch = html`<span>${sound.pitch}${sound.dynamics ? html` <span class="dynamics">${sound.dynamics}</span>` : nothing}</span>`;
    return html`<span class="what">${partedName(capitalised(worded(sound.instrument || sound.name)))} <span class="how">${how(sound)}</span></span>
      <span class="foot">${distance === nothing ? pitch : distance} <span class="note">${face.note}</span></span>`;
  }
}

define("simile-pads", SimilePads);

declare global {
  interface HTMLElementTagNameMap {
    "simile-pads": SimilePads;
  }
}
