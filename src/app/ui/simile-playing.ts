/** How answers are played: the three ways, their times, and the voices' envelope, pitch, place and number. */

import { css, html, LitElement, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { type Beat, NO_BEAT } from "../../core/answer/beat.ts";
import { type Choke, CHOKES, DEFAULT_PLAY, PLAY_BOUNDS, PLAY_MODES, type PlayMode, type PlayNumber, type PlaySettings } from "../../core/answer/play-settings.ts";
import type { Balance } from "../performing.ts";
import { define, emit } from "./events.ts";
import { capitalised, counted, duration } from "./format.ts";
import { MODE_WORDS } from "./mode-words.ts";
import { checks, controls, disclosure, tokens } from "./tokens.ts";


const CHOKE_WORDS: Readonly<Record<Choke, string>> = { none: "None", sound: "Same sound", family: "Same family", all: "All" };

const percent = (value: number) => `${Math.round(100 * value)} %`;
const semitones = (value: number) => (value === 0 ? "off" : `±${counted(value, "semitone")}`);

interface Slide {
  readonly name: PlayNumber;
  readonly label: string;
  readonly says: (value: number) => string;
  /** Default: all. */
  readonly modes?: readonly PlayMode[];
  /** Small values fill most of the way: position p gives least + (most - least) p^3. */
  readonly bent?: true;
}

const SLIDES: readonly Slide[] = [
  { name: "crossfade", label: "Crossfade", says: duration, modes: ["progressive"] },
  { name: "grain", label: "Grain every", says: duration, modes: ["mosaic"] },
  { name: "overlap", label: "Grains at once", says: (value) => String(value), modes: ["mosaic"] },
  { name: "continuity", label: "Continuity", says: percent, modes: ["progressive", "mosaic"] },
  { name: "taboo", label: "No return for", says: duration, modes: ["mosaic"], bent: true },
  { name: "match", label: "As loud as the input", says: percent },
  { name: "transpose", label: "To the input's pitch", says: semitones },
  { name: "attack", label: "Attack", says: duration, modes: ["hit", "progressive"], bent: true },
  { name: "length", label: "Length", says: (value) => (value >= PLAY_BOUNDS.length.most ? "whole" : duration(value)), modes: ["hit", "progressive"], bent: true },
  { name: "release", label: "Release", says: duration, modes: ["hit", "progressive"], bent: true },
  { name: "polyphony", label: "Voices", says: (value) => String(value), modes: ["hit", "progressive"] },
  { name: "pan", label: "Pan", says: (value) => (Math.abs(value) < 0.005 ? "middle" : `${percent(Math.abs(value))} ${value < 0 ? "left" : "right"}`) },
  { name: "spread", label: "Spread", says: percent },
];

const STEPS = 100;
const QUANTISE = [0, 1, 2, 3, 4, 6, 8] as const;

/**
 * @fires simile-perform - one setting of how answers are played. @fires simile-balance - mix or monitor. @fires simile-guard @fires simile-beat - tempo or running.
 * @csspart modes
 */
export class SimilePlaying extends LitElement {
  static override properties = { play: { attribute: false }, beat: { attribute: false }, balance: { attribute: false }, guard: { type: Boolean } };

  static override styles = [
    tokens,
    controls,
    checks,
    disclosure,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.25rem;
        font-size: var(--_small);
      }
      .modes {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: 0.375rem;
      }
      .modes button {
        padding: 0 0.5rem;
      }
      .body {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr));
        gap: 0.5rem 1rem;
        padding: 0.25rem 0 0.5rem 1.125rem;
      }
      .slide {
        display: grid;
        align-content: start;
      }
      .head {
        display: flex;
        justify-content: space-between;
        gap: 0.5rem;
      }
      output {
        font-weight: 600;
        white-space: nowrap;
      }
      input[type="number"] {
        width: 4.5rem;
        padding: 0 0.5rem;
        color: var(--_ink);
      }
      .beat {
        display: flex;
        grid-column: 1 / -1;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.5rem 1rem;
      }
      .field {
        display: grid;
        gap: 0.125rem;
      }
      select {
        color: var(--_ink);
      }
    `,
  ];

  declare play: PlaySettings;
  declare beat: Beat;
  declare balance: Balance;
  /** Whether answers that come back by a microphone are told from the player. */
  declare guard: boolean;

  constructor() {
    super();
    this.play = DEFAULT_PLAY;
    this.beat = NO_BEAT;
    this.balance = { mix: 0.5, monitor: false };
    this.guard = true;
  }

  protected override render(): unknown {
    const { play, beat, balance } = this;
    const { mode } = play;
    return html`
      <div class="modes" part="modes" role="group" aria-label="Way of playing">
        ${PLAY_MODES.map((one) => html`<button aria-pressed=${one === mode} title=${MODE_WORDS[one].about} @click=${() => emit(this, "simile-perform", { mode: one })}>${MODE_WORDS[one].name}</button>`)}
      </div>
      <details>
        <summary><span class="muted">How it plays</span> <span class="said">${MODE_WORDS[mode].about}</span></summary>
        <div class="body">
          ${SLIDES.filter(({ modes }) => !modes || modes.includes(mode)).map((slide) => this.#slide(slide))}
          <div class="slide">
            <span class="head"><label for="mix">Input and answers</label><output for="mix">${balance.mix === 0.5 ? "both" : percent(balance.mix)}</output></span>
            <input id="mix" type="range" min="0" max="1" step="0.01" .value=${live(String(balance.mix))} @input=${(event: Event) => emit(this, "simile-balance", { mix: numberIn(event) })} />
          </div>
          ${mode === "mosaic"
            ? nothing
            : html`<div class="field">
                <label for="choke">Cuts short</label>
                <select id="choke" .value=${live(play.choke)} @change=${(event: Event) => emit(this, "simile-perform", { choke: (event.target as HTMLSelectElement).value as Choke })}>
                  ${CHOKES.map((choke) => html`<option value=${choke} ?selected=${choke === play.choke}>${CHOKE_WORDS[choke]}</option>`)}
                </select>
              </div>`}
          ${this.#check("align", "Start at the sound's own onset", play.align === 1, (on) => emit(this, "simile-perform", { align: on ? 1 : 0 }))}
          ${this.#check("monitor", "Hear the device", balance.monitor, (on) => emit(this, "simile-balance", { monitor: on }))}
          ${this.#check("guard", "Never answer itself", this.guard, (on) => emit(this, "simile-guard", { on }))}
          ${mode === "mosaic" ? nothing : this.#beat(play, beat)}
        </div>
      </details>
    `;
  }

  #slide({ name, label, says, bent }: Slide): unknown {
    const { least, most } = PLAY_BOUNDS[name];
    const value = this.play[name];
    const whole = "whole" in PLAY_BOUNDS[name];
    const share = (value - least) / (most - least);
    const position = bent ? Math.cbrt(share) : share;
    const set = (event: Event) => {
      const moved = numberIn(event) / STEPS;
      const next = least + (most - least) * (bent ? moved ** 3 : moved);
      emit(this, "simile-perform", { [name]: whole ? Math.round(next) : next });
    };
    return html`<div class="slide">
      <span class="head"><label for=${name}>${label}</label><output for=${name}>${says(value)}</output></span>
      <input id=${name} type="range" min="0" max=${STEPS} step=${whole ? STEPS / (most - least) : 1} .value=${live(String(position * STEPS))} aria-valuetext=${says(value)} @input=${set} />
    </div>`;
  }

  #check(id: string, label: string, on: boolean, set: (on: boolean) => void): unknown {
    return html`<label class="check" for=${id}><input id=${id} type="checkbox" .checked=${live(on)} @change=${(event: Event) => set((event.target as HTMLInputElement).checked)} />${label}</label>`;
  }

  #beat({ quantise }: PlaySettings, { running, tempo }: Beat): unknown {
    return html`<div class="beat" role="group" aria-label="Beat">
      <div class="field">
        <label for="quantise">Hold to</label>
        <select id="quantise" .value=${live(String(quantise))} @change=${(event: Event) => emit(this, "simile-perform", { quantise: numberIn(event) })}>
          ${QUANTISE.map((steps) => html`<option value=${steps} ?selected=${steps === quantise}>${steps === 0 ? "nothing" : steps === 1 ? "beats" : `${steps} steps a beat`}</option>`)}
        </select>
      </div>
      <div class="field">
        <label for="tempo">Beats a minute</label>
        <input id="tempo" type="number" min="0" max="400" step="1" .value=${live(String(Math.round(tempo * 10) / 10))} @change=${(event: Event) => emit(this, "simile-beat", { tempo: numberIn(event) })} />
      </div>
      <button aria-pressed=${running} @click=${() => emit(this, "simile-beat", { running: !running })}>${capitalised(running ? "stop beat" : "start beat")}</button>
    </div>`;
  }
}

function numberIn(event: Event): number {
  return Number((event.target as HTMLInputElement | HTMLSelectElement).value);
}

define("simile-playing", SimilePlaying);

declare global {
  interface HTMLElementTagNameMap {
    "simile-playing": SimilePlaying;
  }
}
