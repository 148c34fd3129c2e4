/** Which sounds may answer: of other techniques or instruments only, how far, how varied, how often again; and why the nearest was found. */

import { css, html, LitElement, nothing } from "lit";
import { live } from "lit/directives/live.js";
import type { Sound } from "../../core/library/sound.ts";
import { DEFAULT_SETTINGS, type EngineSettings, type Retrieval } from "../../protocol/engine.ts";
import type { DistanceScale } from "../../protocol/retrieval.ts";
import { define, emit } from "./events.ts";
import { FAR_STEPS, farDistance, farStep } from "./far-slider.ts";
import { capitalised, counted, distance, worded } from "./format.ts";
import { aspectWord, neighbourReason } from "./reason.ts";
import { checks, controls, disclosure, tokens } from "./tokens.ts";

/** Numbers of hits to choose from. */
const COUNTS = [1, 2, 4, 8, 16, 32, 64] as const;
const MOST_REPEATS = 16;

/** @fires simile-configure - a choice about retrieval. @fires simile-exclude - the nearest sound shall never answer, or all may again. @csspart why */
export class SimileRetrieval extends LitElement {
  static override properties = { settings: { attribute: false }, sounds: { attribute: false }, retrieval: { attribute: false }, scale: { attribute: false } };

  static override styles = [
    tokens,
    controls,
    checks,
    disclosure,
    css`
      :host {
        display: block;
        font-size: var(--_small);
      }
      .body {
        display: grid;
        gap: 0.75rem;
        padding: 0.25rem 0 0.5rem 1.125rem;
      }
      .rules {
        display: grid;
        grid-template-columns: repeat(2, minmax(0, 1fr));
        gap: 0.5rem 1rem;
      }
      .rule select {
        width: 100%;
      }
      .slides {
        display: grid;
        grid-template-columns: repeat(2, minmax(0, 1fr));
        gap: 0.5rem 1rem;
      }
      .slide {
        display: grid;
      }
      .head {
        display: flex;
        justify-content: space-between;
        gap: 0.5rem;
      }
      output {
        font-weight: 600;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      .why {
        display: grid;
        gap: 0.375rem;
      }
      h3 {
        margin: 0;
        font: inherit;
        font-weight: 650;
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr 2.75rem;
        align-items: center;
        gap: 0.125rem 0.625rem;
        margin: 0;
      }
      dd {
        display: contents;
      }
      .part {
        height: 0.375rem;
        border-radius: 1rem;
        background: var(--_raised);
      }
      .share {
        display: block;
        height: 100%;
        border-radius: inherit;
        background: var(--_ink);
      }
      .percent {
        text-align: right;
      }
      @media (max-width: 26rem) {
        .rules,
        .slides {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  declare settings: EngineSettings;
  declare sounds: readonly Sound[];
  declare retrieval: Retrieval | null;
  /** How far apart the library's sounds lie: the sliders of distances reach a little beyond it. */
  declare scale: DistanceScale;

  constructor() {
    super();
    this.settings = DEFAULT_SETTINGS;
    this.sounds = [];
    this.retrieval = null;
    this.scale = { nearest: 0, random: 0 };
  }

  protected override render(): unknown {
    const { settings } = this;
    const excluded = settings.excluded.length;
    const best = this.retrieval?.matches[0];
    const sound = best && this.sounds[best.id];
    return html`<details>
      <summary><span class="muted">Choice</span> ${summaryOf(settings)}</summary>
      <div class="body">
        <div class="rules">
          ${this.#rule("technique", "Other techniques only", "otherTechniques", "ownTechnique")} ${this.#rule("instrument", "Other instruments only", "otherInstruments", "ownInstrument")}
        </div>
        <div class="slides">
          ${this.#slide("count", "How many", Math.max(0, COUNTS.findIndex((count) => count >= settings.count)), COUNTS.length - 1, String(settings.count), (step) => ({ count: COUNTS[step]! }))}
          ${this.#slide("taboo", "No repeats within", settings.taboo, MOST_REPEATS, settings.taboo === 0 ? "may repeat" : counted(settings.taboo, "answer"), (taboo) => ({ taboo }))}
          ${this.#slide("diversity", "Variety", Math.round(settings.diversity * 20), 20, settings.diversity === 0 ? "nearest" : `${Math.round(100 * settings.diversity)} %`, (step) => ({ diversity: step / 20 }))}
          ${this.#far("radius", "List no farther than", "any distance")} ${this.#far("rejectBeyond", "No answer beyond", "any distance")}
        </div>
        <div class="actions">
          ${sound ? html`<button @click=${() => emit(this, "simile-exclude", { id: best.id })}>Never again: ${sound.name}</button>` : nothing}
          ${excluded > 0 ? html`<button @click=${() => emit(this, "simile-exclude", { id: null })}>Take back ${counted(excluded, "sound")} left out</button>` : nothing}
        </div>
        ${sound && best.reason ? this.#why(sound, best.distance, best.reason) : nothing}
      </div>
    </details>`;
  }

  /** A rule about what answers, and, where it holds, what is played. */
  #rule(column: "technique" | "instrument", label: string, rule: "otherTechniques" | "otherInstruments", own: "ownTechnique" | "ownInstrument"): unknown {
    const on = this.settings[rule];
    const values = on ? [...new Set(this.sounds.map((sound) => sound[column]))].filter((value) => value !== "").sort((a, b) => a.localeCompare(b)) : [];
    return html`<div class="rule">
      <label class="check"><input type="checkbox" .checked=${live(on)} @change=${(event: Event) => emit(this, "simile-configure", { [rule]: (event.target as HTMLInputElement).checked })} /> ${label}</label>
      ${on
        ? html`<select aria-label="I play (${column})" @change=${(event: Event) => emit(this, "simile-configure", { [own]: (event.target as HTMLSelectElement).value || null })}>
            <option value="" ?selected=${this.settings[own] === null}>I play: as it sounds</option>
            ${values.map((value) => html`<option value=${value} ?selected=${this.settings[own] === value}>I play: ${worded(value)}</option>`)}
          </select>`
        : nothing}
    </div>`;
  }

  #slide(id: string, label: string, value: number, most: number, text: string, change: (step: number) => Partial<EngineSettings>): unknown {
    return html`<div class="slide">
      <span class="head"><label for=${id}>${label}</label><output for=${id}>${text}</output></span>
      <input id=${id} type="range" min="0" max=${most} step="1" .value=${live(String(value))} aria-valuetext=${text} @input=${(event: Event) => emit(this, "simile-configure", change(Number((event.target as HTMLInputElement).value)))} />
    </div>`;
  }

  /** A slider of distances whose right end is none. */
  #far(setting: "radius" | "rejectBeyond", label: string, any: string): unknown {
    const value = this.settings[setting];
    return this.#slide(setting, label, farStep(value, this.scale), FAR_STEPS, value === null ? any : distance(value), (step) => ({ [setting]: farDistance(step, this.scale) }));
  }

  #why(sound: Sound, far: number, reason: NonNullable<Retrieval["matches"][number]["reason"]>): unknown {
    const neighbours = neighbourReason(reason, this.sounds);
    return html`<section class="why" part="why" aria-label="Why ${sound.name}">
      <h3>Why ${capitalised(sound.name)}, at ${distance(far)}</h3>
      <dl>
        ${reason.aspects.map(
          ({ name, likeness }) => html`<dt>${aspectWord(name)}</dt>
            <dd><span class="part"><span class="share bar" style="width:${(100 * likeness).toFixed(0)}%"></span></span><span class="percent">${Math.round(100 * likeness)} %</span></dd>`,
        )}
      </dl>
      ${reason.aspects.length > 0 ? html`<p class="muted">100 %: the same; 0 %: no more alike than any two sounds of this library.</p>` : nothing} ${neighbours === "" ? nothing : html`<p>${neighbours}</p>`}
    </section>`;
  }
}

/** What is chosen, in a few words. */
function summaryOf(settings: EngineSettings): string {
  const chosen = [
    settings.otherTechniques ? "other techniques" : "",
    settings.otherInstruments ? "other instruments" : "",
    settings.diversity > 0 ? "varied" : "",
    settings.taboo > 0 ? `no repeats within ${settings.taboo}` : "",
    settings.radius !== null ? `within ${distance(settings.radius)}` : "",
    settings.rejectBeyond !== null ? `nothing beyond ${distance(settings.rejectBeyond)}` : "",
    settings.excluded.length > 0 ? `${settings.excluded.length} left out` : "",
  ].filter((word) => word !== "");
  return chosen.length === 0 ? "the nearest of all sounds" : chosen.join(" · ");
}

define("simile-retrieval", SimileRetrieval);

declare global {
  interface HTMLElementTagNameMap {
    "simile-retrieval": SimileRetrieval;
  }
}
