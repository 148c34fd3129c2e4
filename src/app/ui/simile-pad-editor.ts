/** How the chosen pad is played: gain, pitch, part, envelope, mode, choke group and velocity curve; and copy, clear, lock, more and less like it. */

import { css, html, LitElement, nothing } from "lit";
import { live } from "lit/directives/live.js";
import type { Sound } from "../../core/library/sound.ts";
import { MAX_CHOKE_GROUP, PAD_BOUNDS, type PadMode } from "../../core/kits/kit.ts";
import { BANK_NAMES, type PadSettings, padCount, type SettingsChange } from "../../core/pads/pad-bank.ts";
import { chosenBank, type PadBoard, type PadPlace } from "../pads/pad-board.ts";
import type { PadFace } from "../pads/pad-faces.ts";
import { define, emit } from "./events.ts";
import { decibels, duration } from "./format.ts";
import { controls, tokens } from "./tokens.ts";

const MODES: readonly (readonly [PadMode, string])[] = [
  ["one-shot", "One-shot"],
  ["gate", "Gate"],
  ["loop", "Loop"],
];
/** Seconds of an envelope that a slider reaches. */
const LONGEST_SECONDS = 4;
/** Steps of a slider of times, whose square is the time. */
const TIME_STEPS = 200;

interface Dial {
  readonly label: string;
  readonly least: number;
  readonly most: number;
  readonly step: number;
  readonly value: (settings: PadSettings) => number;
  readonly text: (value: number) => string;
  readonly change: (value: number) => SettingsChange;
}

const percent = (value: number) => `${Math.round(100 * value)} %`;
const semitones = (value: number) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value)} st`;

function time(label: string, key: "attack" | "hold" | "decay" | "release"): Dial {
  const seconds = (place: number) => LONGEST_SECONDS * (place / TIME_STEPS) ** 2;
  return {
    label,
    least: 0,
    most: TIME_STEPS,
    step: 1,
    value: ({ envelope }) => Math.round(TIME_STEPS * Math.sqrt(Math.min(1, envelope[key] / LONGEST_SECONDS))),
    text: (place) => duration(seconds(place)),
    change: (place) => ({ envelope: { [key]: seconds(place) } }),
  };
}

const DIALS: readonly Dial[] = [
  { label: "Gain", least: PAD_BOUNDS.gainDb.least, most: PAD_BOUNDS.gainDb.most, step: 0.5, value: ({ gainDb }) => gainDb, text: (value) => decibels(value, 1), change: (gainDb) => ({ gainDb }) },
  { label: "Pitch", least: -24, most: 24, step: 1, value: ({ tuneSemitones }) => tuneSemitones, text: semitones, change: (tuneSemitones) => ({ tuneSemitones }) },
  { label: "Start", least: 0, most: 1, step: 0.005, value: ({ start }) => start, text: percent, change: (start) => ({ start }) },
  { label: "End", least: 0, most: 1, step: 0.005, value: ({ end }) => end, text: percent, change: (end) => ({ end }) },
  time("Attack", "attack"),
  time("Hold", "hold"),
  time("Decay", "decay"),
  { label: "Sustain", least: 0, most: 1, step: 0.01, value: ({ envelope }) => envelope.sustain, text: percent, change: (sustain) => ({ envelope: { sustain } }) },
  time("Release", "release"),
  { label: "Velocity", least: 0, most: 1, step: 0.01, value: ({ velocity }) => velocity.amount, text: percent, change: (amount) => ({ velocity: { amount } }) },
  { label: "Curve", least: 0.25, most: 4, step: 0.05, value: ({ velocity }) => velocity.exponent, text: (value) => `v^${value.toFixed(2)}`, change: (exponent) => ({ velocity: { exponent } }) },
];

/** @fires simile-pads @fires simile-pad-like */
export class SimilePadEditor extends LitElement {
  static override properties = { board: { attribute: false }, faces: { attribute: false }, answers: { attribute: false }, copied: { state: true } };

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: grid;
        gap: 0.5rem;
        padding: 0.625rem;
        border: 1px solid var(--_line);
        border-radius: var(--_radius);
        background: var(--_surface);
        container-type: inline-size;
      }
      header,
      .acts {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.375rem;
      }
      h3 {
        margin: 0 auto 0 0;
        min-width: 0;
        overflow: hidden;
        font-size: 0.9375rem;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      header select {
        max-width: 11rem;
      }
      button,
      select {
        min-height: 2rem;
        padding: 0 0.5rem;
        font-size: var(--_small);
      }
      .dials {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(6.75rem, 1fr));
        gap: 0.125rem 0.75rem;
      }
      .dial {
        display: grid;
      }
      .head {
        display: flex;
        justify-content: space-between;
        font-size: var(--_tiny);
      }
      .dial label {
        font-size: var(--_tiny);
      }
      .choice {
        display: grid;
        gap: 0.125rem;
        font-size: var(--_tiny);
      }
    `,
  ];

  declare board: PadBoard | null;
  declare faces: readonly PadFace[];
  /** Sounds that answered last, nearest first, to put on the pad. */
  declare answers: readonly Pick<Sound, "key" | "name">[];
  /** The pad that "Paste" would put here. */
  declare copied: PadPlace | null;

  constructor() {
    super();
    this.board = null;
    this.faces = [];
    this.answers = [];
    this.copied = null;
  }

  protected override render(): unknown {
    const { board } = this;
    if (!board) return nothing;
    const bank = chosenBank(board);
    const pad = Math.min(board.selected, padCount(bank) - 1);
    const { settings, locked } = bank.pads[pad]!;
    const face = this.faces[pad];
    const here: PadPlace = { bank: board.bank, pad };
    const filled = face?.key != null;
    const set = (change: SettingsChange) => emit(this, "simile-pads", { kind: "set", pad, settings: change });
    return html`
      <header>
        <h3>Pad ${pad + 1}${filled ? html` · <bdi>${face.sound?.name ?? face.key}</bdi>` : " · empty"}</h3>
        ${this.answers.length > 0
          ? html`<select aria-label="Put an answer on the pad" .value=${live("")} @change=${(event: Event) => emit(this, "simile-pads", { kind: "assign", pad, sound: (event.target as HTMLSelectElement).value })}>
              <option value="">Put an answer here</option>
              ${this.answers.map(({ key, name }) => html`<option value=${key}>${name}</option>`)}
            </select>`
          : nothing}
      </header>
      <div class="dials">
        ${DIALS.map((dial, index) => this.#dial(dial, index, settings, set))}
        <label class="choice">Plays
          <select .value=${live(settings.mode)} @change=${(event: Event) => set({ mode: (event.target as HTMLSelectElement).value as PadMode })}>
            ${MODES.map(([mode, title]) => html`<option value=${mode} ?selected=${mode === settings.mode}>${title}</option>`)}
          </select>
        </label>
        <label class="choice">Choke group
          <select .value=${live(String(settings.chokeGroup ?? 0))} @change=${(event: Event) => set({ chokeGroup: Number((event.target as HTMLSelectElement).value) || null })}>
            <option value="0">none</option>
            ${Array.from({ length: MAX_CHOKE_GROUP }, (_, index) => html`<option value=${index + 1} ?selected=${index + 1 === settings.chokeGroup}>${index + 1}</option>`)}
          </select>
        </label>
      </div>
      <div class="acts">
        <button ?disabled=${!filled} @click=${() => emit(this, "simile-pad-like", { pad, direction: "more" })}>More like this</button>
        <button ?disabled=${!filled} @click=${() => emit(this, "simile-pad-like", { pad, direction: "less" })}>Less like this</button>
        <button aria-pressed=${locked} ?disabled=${!filled} title="A locked pad stays while a bank in mode Hold follows" @click=${() => emit(this, "simile-pads", { kind: "lock", pad, locked: !locked })}>Lock</button>
        <button ?disabled=${!filled} @click=${() => (this.copied = here)}>Copy</button>
        ${this.copied && !(this.copied.bank === here.bank && this.copied.pad === here.pad)
          ? html`<button @click=${() => emit(this, "simile-pads", { kind: "copy", from: this.copied!, to: here })}>Paste ${nameOf(this.copied)}</button>
              <button @click=${() => emit(this, "simile-pads", { kind: "swap", from: this.copied!, to: here })}>Swap with ${nameOf(this.copied)}</button>`
          : nothing}
        <button ?disabled=${!filled} @click=${() => emit(this, "simile-pads", { kind: "clear", pad })}>Clear</button>
        <button @click=${() => emit(this, "simile-pads", { kind: "clear-bank" })}>Clear bank ${BANK_NAMES[board.bank]}</button>
      </div>
    `;
  }

  #dial({ label, least, most, step, value, text, change }: Dial, index: number, settings: PadSettings, set: (change: SettingsChange) => void): unknown {
    const now = value(settings);
    return html`<div class="dial">
      <span class="head"><label for="dial-${index}">${label}</label><output for="dial-${index}">${text(now)}</output></span>
      <input
        id="dial-${index}"
        type="range"
        min=${least}
        max=${most}
        step=${step}
        .value=${live(String(now))}
        aria-valuetext=${text(now)}
        @input=${(event: Event) => set(change(Number((event.target as HTMLInputElement).value)))}
      />
    </div>`;
  }
}

/** "A1" to "H64". */
function nameOf({ bank, pad }: PadPlace): string {
  return `${BANK_NAMES[bank]}${pad + 1}`;
}

define("simile-pad-editor", SimilePadEditor);

declare global {
  interface HTMLElementTagNameMap {
    "simile-pad-editor": SimilePadEditor;
  }
}
