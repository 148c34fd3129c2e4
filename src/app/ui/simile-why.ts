/** Why a sound answers: distance and rank, the neighbours of both in the model's graph, their qualities side by side, and both to be heard at the same loudness. */

import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import type { QualityComparison, QualityName } from "../../core/answer/compare-qualities.ts";
import type { Sound } from "../../core/library/sound.ts";
import { noteName } from "../../core/metadata/note-name.ts";
import type { WhyState } from "../why-desk.ts";
import { define, emit } from "./events.ts";
import { familySign, familyStyles } from "./family.ts";
import { distance, duration } from "./format.ts";
import { icon } from "./icons.ts";
import { aspectWord } from "./reason.ts";
import { details, headline } from "./simile-results.ts";
import { controls, sheet, tokens } from "./tokens.ts";

/** Likeness from which two sounds are the same to a listener, alike, or a little apart. */
const SAME = 0.92;
const ALIKE = 0.75;
const APART = 0.4;

/** What is said of a hit that has more of a quality than the query, and less. */
const MORE: Readonly<Record<QualityName, readonly [more: string, less: string]>> = {
  brightness: ["brighter", "darker"],
  attack: ["slower", "more sudden"],
  noisiness: ["noisier", "purer"],
  modulation: ["moves more", "moves less"],
  pitch: ["higher", "lower"],
};
const NAMES: Readonly<Record<QualityName, string>> = { brightness: "Brightness", attack: "Attack", noisiness: "Noisiness", modulation: "Modulation", pitch: "Pitch" };

/**
 * Keys: A plays what was played, B the answer, X goes over to the other, S stops; Escape closes.
 *
 * @fires simile-why - what is asked of it. @fires simile-play - a neighbour was chosen. @csspart dialog @csspart bar @csspart family
 */
export class SimileWhy extends LitElement {
  static override properties = { why: { attribute: false }, sounds: { attribute: false } };

  static override styles = [
    tokens,
    controls,
    sheet,
    familyStyles,
    css`
      dialog {
        width: min(42rem, calc(100vw - 1.5rem));
        font-size: 0.875rem;
      }
      .head {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 0.75rem;
      }
      h2 {
        min-width: 0;
        overflow-wrap: anywhere;
      }
      h2:focus-visible {
        outline: none;
      }
      h3 {
        margin: 0;
        font: inherit;
        font-weight: 650;
      }
      .hit {
        display: flex;
        align-items: center;
        gap: 0.625rem;
        margin-top: 0.5rem;
      }
      .facts {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr));
        gap: 0.5rem 2rem;
        margin: 0.75rem 0 0;
      }
      .facts > div {
        display: grid;
        align-content: start;
      }
      .facts .muted {
        display: block;
        font-size: var(--_small);
      }
      dt {
        color: var(--_muted);
        font-size: var(--_small);
      }
      dd {
        margin: 0;
      }
      .facts dd b {
        font-size: 1.5rem;
        font-weight: 650;
        line-height: 1.2;
      }
      .sides {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      .sides button {
        flex: 1 1 12rem;
        min-height: 3rem;
      }
      .sides button.x {
        flex: 0 1 auto;
      }
      kbd {
        padding: 0 0.3125rem;
        border: 1px solid currentColor;
        border-radius: 0.25rem;
        font: 600 var(--_tiny) / 1.4 var(--_sans);
      }
      table {
        width: 100%;
        border-collapse: collapse;
      }
      th {
        padding: 0.375rem 0.5rem 0.375rem 0;
        font-weight: 600;
        text-align: left;
        vertical-align: top;
        white-space: nowrap;
      }
      thead th {
        color: var(--_muted);
        font-size: var(--_small);
        font-weight: 400;
      }
      td {
        padding: 0.375rem 0.5rem 0.375rem 0;
        vertical-align: top;
      }
      td.bars {
        width: 42%;
      }
      td.alike {
        white-space: nowrap;
      }
      .pair {
        display: grid;
        grid-template-columns: 1.125rem 1fr;
        align-items: center;
        gap: 0.375rem;
        color: var(--_muted);
        font-size: var(--_tiny);
      }
      .line {
        position: relative;
        display: block;
        height: 0.375rem;
        border-radius: 1rem;
        background: var(--_raised);
      }
      .bar {
        position: absolute;
        inset: 0 auto 0 0;
        min-width: 0.25rem;
        border-radius: inherit;
        background: var(--_ink);
      }
      .query .bar {
        background: var(--_accent);
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.375rem;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      ul.parts {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr));
        gap: 0.375rem 1rem;
      }
      .parts li {
        display: grid;
        grid-template-columns: 5.25rem 1fr 3.75rem;
        align-items: center;
        gap: 0.5rem;
      }
      .parts li span:last-child {
        text-align: right;
      }
      @media (max-width: 30rem) {
        thead {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
        tr {
          display: grid;
          grid-template: "name alike" "words words" "bars bars" / 1fr auto;
          padding-block: 0.375rem;
        }
        th {
          grid-area: name;
        }
        td {
          grid-area: words;
        }
        td.bars {
          grid-area: bars;
          width: auto;
        }
        td.alike {
          grid-area: alike;
        }
        th,
        td {
          padding: 0.0625rem 0;
        }
        td br {
          display: none;
        }
      }
    `,
  ];

  /** What is explained; null closes. */
  declare why: WhyState | null;
  declare sounds: readonly Sound[];

  constructor() {
    super();
    this.why = null;
    this.sounds = [];
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("why")) this.#show();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#show();
  }

  #show(): void {
    const dialog = this.renderRoot.querySelector("dialog");
    if (!dialog) return;
    if (this.why && !dialog.open) dialog.showModal();
    else if (!this.why && dialog.open) dialog.close();
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    // Keys of the dialog are not the page's: letters strike pads there.
    event.stopPropagation();
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const key = event.key.toLowerCase();
    if (key === "a") emit(this, "simile-why", { kind: "play", side: "query" });
    else if (key === "b") emit(this, "simile-why", { kind: "play", side: "hit" });
    else if (key === "x") emit(this, "simile-why", { kind: "switch" });
    else if (key === "s") emit(this, "simile-why", { kind: "stop" });
    else return;
    event.preventDefault();
  };

  protected override render(): unknown {
    const { why } = this;
    return html`<dialog part="dialog" aria-labelledby="title" @keydown=${this.#onKey} @close=${() => this.why && emit(this, "simile-why", { kind: "close" })}>${why ? this.#face(why) : nothing}</dialog>`;
  }

  #face(why: WhyState): unknown {
    const { sound, fault } = why;
    return html`
      <div class="head">
        <h2 id="title" tabindex="-1" autofocus>Why this match</h2>
        <button class="icon" aria-label="Close" @click=${() => emit(this, "simile-why", { kind: "close" })}>${icon("close")}</button>
      </div>
      <div class="hit">${familySign(sound.family, 1.25)}<span><b><bdi>${headline(sound)}</bdi></b> ${sound.pitch} <span class="muted">${details(sound)}</span></span></div>
      ${fault === null ? nothing : html`<p role="alert">${fault}</p>`} ${this.#facts(why)} ${this.#sides(why)} ${this.#qualities(why)} ${this.#graph(why)}
    `;
  }

  #facts({ distance: far, rank, of, scale, contextSeconds }: WhyState): unknown {
    const typical = scale.random > 0 && far !== null ? html`<span class="muted">nearest neighbours lie at ${distance(scale.nearest)}, any two sounds at ${distance(scale.random)}</span>` : nothing;
    return html`<dl class="facts">
      <div><dt>Distance</dt><dd><b>${far === null ? "–" : distance(far)}</b> ${typical}</dd></div>
      <div><dt>Rank</dt><dd><b>${rank === null ? "–" : rank.toLocaleString("en")}</b> <span class="muted">of ${of.toLocaleString("en")}${contextSeconds > 0 ? `, by ${duration(contextSeconds)} of what was played` : ""}</span></dd></div>
    </dl>`;
  }

  #sides({ query, hit, playing }: WhyState): unknown {
    const side = (name: "query" | "hit", key: string, label: string, there: WhyState["query"]) =>
      html`<button aria-pressed=${playing === name} aria-keyshortcuts=${key} ?disabled=${there !== "there"} @click=${() => emit(this, "simile-why", playing === name ? { kind: "stop" } : { kind: "play", side: name })}><kbd>${key}</kbd> ${icon(playing === name ? "stop" : "play")} ${label}</button>`;
    const note = query === "gone" ? "What was played is not kept any more: play again, and open this while its answers stand." : query === null ? "What was played is taken from the input as soon as it has sounded." : "Both at the loudness of the softer.";
    return html`<section aria-label="Listen">
      <div class="sides">
        ${side("query", "A", "What was played", query)} ${side("hit", "B", "The answer", hit)}
        <button class="x" aria-keyshortcuts="X" ?disabled=${query !== "there" || hit !== "there"} @click=${() => emit(this, "simile-why", { kind: "switch" })}><kbd>X</kbd> Switch</button>
      </div>
      <p class="muted small" role="status">${note}</p>
    </section>`;
  }

  #qualities({ qualities }: WhyState): unknown {
    const bar = (kind: "query" | "hit", letter: string, place: number | null) => html`<span class="pair ${kind}"><span aria-hidden="true">${letter}</span><span class="line">${place === null ? nothing : html`<span class="bar" part="bar" style="width:${(100 * place).toFixed(1)}%"></span>`}</span></span>`;
    return html`<section aria-label="Qualities">
      <h3>Side by side</h3>
      <table>
        <thead><tr><th scope="col">Quality</th><th scope="col">The answer is</th><th scope="col">Played (A), answer (B)</th><th scope="col">Alike</th></tr></thead>
        <tbody>
          ${qualities.map(
            (row) => html`<tr>
              <th scope="row">${NAMES[row.name]}</th>
              <td>${words(row)}<br /><span class="muted small">${numbers(row)}</span></td>
              <td class="bars">${bar("query", "A", row.queryPlace)}${bar("hit", "B", row.hitPlace)}</td>
              <td class="alike">${row.likeness === null ? html`<span class="muted">–</span>` : percent(row.likeness)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </section>`;
  }

  /** What the model itself saw: parts of its feature, and its graph. */
  #graph({ reason }: WhyState): unknown {
    if (!reason) return nothing;
    const named = [...new Set(reason.anchors.map(({ sound }) => sound))].flatMap((id) => (this.sounds[id] ? [{ id, sound: this.sounds[id], share: reason.anchors.filter((anchor) => anchor.sound === id).reduce((sum, anchor) => sum + anchor.share, 0) }] : []));
    return html`<section aria-label="The model">
      <h3>What the model heard</h3>
      ${reason.aspects.length === 0
        ? nothing
        : html`<ul class="parts" aria-label="Parts of the sound, most alike first">
            ${reason.aspects.map(({ name, likeness }) => html`<li><span>${aspectWord(name)}</span><span class="line"><span class="bar" style="width:${(100 * likeness).toFixed(0)}%"></span></span><span>${percent(likeness)}</span></li>`)}
          </ul>`}
      ${named.length === 0
        ? html`<p class="muted">They share no neighbour in the model's graph.</p>`
        : html`<p>In the model's graph they share ${percent(reason.shared)} of their neighbours, by the anchors nearest to:</p>
            <ul aria-label="Anchors in common">
              ${named.map(({ id, sound, share }) => html`<li><button title="Play ${sound.name}" @click=${() => emit(this, "simile-play", { id, velocity: 1, solo: true })}>${familySign(sound.family, 0.875)} <bdi>${headline(sound)}</bdi> ${sound.pitch} <span class="muted">${percent(share)}</span></button></li>`)}
            </ul>`}
    </section>`;
  }
}

/** "62 %"; a share that is there but small is not rounded away. */
function percent(share: number): string {
  return share > 0 && share < 0.01 ? "under 1 %" : `${Math.round(100 * share)} %`;
}

/** "the same", "a little darker", "much slower"; of pitches the interval: "2 semitones lower". */
function words({ name, query, hit, likeness }: QualityComparison): string {
  if (likeness === null || query === null || hit === null) {
    if (name === "pitch" && (query === null) !== (hit === null)) return query === null ? "pitched, what was played not" : "unpitched, what was played not";
    if (name === "modulation" && (query === null) !== (hit === null)) return query === null ? "what was played is too short to tell" : "the answer is too short to tell";
    return name === "pitch" ? "no pitch in either" : name === "modulation" ? "too short to tell" : "not known";
  }
  const word = MORE[name][hit > query ? 0 : 1];
  if (name === "pitch") {
    const semitones = Math.round(Math.abs(12 * Math.log2(hit / query)));
    return semitones === 0 ? "the same" : `${semitones} ${semitones === 1 ? "semitone" : "semitones"} ${word}`;
  }
  if (likeness >= SAME) return "the same";
  return likeness >= ALIKE ? `a little ${word}` : likeness >= APART ? word : `much ${word}`;
}

/** "1.2 kHz against 980 Hz": the answer's first. */
function numbers({ name, query, hit }: QualityComparison): string {
  if (query === null && hit === null) return "";
  const say = (value: number | null): string => {
    if (value === null) return "none";
    switch (name) {
      case "brightness":
        return hertz(value);
      case "attack":
        return duration(value);
      case "noisiness":
        return `${Math.round(100 * value)} %`;
      case "modulation":
        return `±${Math.round(100 * value)} %`;
      case "pitch":
        return `${noteName(Math.round(69 + 12 * Math.log2(value / 440)))} (${hertz(value)})`;
      default:
        return name satisfies never;
    }
  };
  return `${say(hit)} against ${say(query)}`;
}

function hertz(value: number): string {
  return value < 1000 ? `${Math.round(value)} Hz` : `${Number((value / 1000).toFixed(2))} kHz`;
}

define("simile-why", SimileWhy);

declare global {
  interface HTMLElementTagNameMap {
    "simile-why": SimileWhy;
  }
}
