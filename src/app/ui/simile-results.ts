/** What answers: the five nearest sounds, with name, technique, pitch, dynamics, waveform and distance; each plays when chosen. */

import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import type { Sound } from "../../core/library/sound.ts";
import type { SoundEntry } from "../../core/presets/library-manifest.ts";
import type { Match, Retrieval } from "../../protocol/engine.ts";
import { offerSound, type SoundFiles } from "./drag-sound.ts";
import { define, emit } from "./events.ts";
import { familySign, familyStyles } from "./family.ts";
import { capitalised, distance, worded } from "./format.ts";
import { icon, mark } from "./icons.ts";
import { shortReason } from "./reason.ts";
import type { PeakReader } from "./simile-waveform.ts";
import "./simile-waveform.ts";
import { controls, tokens } from "./tokens.ts";

/** Between two announcements to screen readers, milliseconds. */
const ANNOUNCE = 2500;

/** @fires simile-play - a row was chosen. @fires simile-pads - "+" puts its sound on an empty pad. @fires simile-why - "?" or the button asks why it answers. @csspart row @csspart why @csspart bar @csspart family @cssprop --simile-row - height of a row. */
export class SimileResults extends LitElement {
  static override properties = {
    retrieval: { attribute: false },
    sounds: { attribute: false },
    playing: { attribute: false },
    peaks: { attribute: false },
    files: { attribute: false },
    count: { type: Number },
    said: { state: true },
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
      ol {
        display: grid;
        flex: 1;
        grid-auto-rows: minmax(var(--simile-row, 3.25rem), 1fr);
        gap: 0.25rem;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.25rem;
      }
      li > .row:only-child {
        grid-column: 1 / -1;
      }
      .why {
        width: 2rem;
        height: 100%;
        padding: 0;
        border-color: transparent;
        background: none;
        color: var(--_muted);
      }
      .row {
        display: grid;
        grid-template-columns: 2.25rem minmax(0, 1.25fr) 4.5rem minmax(0, 1fr) 9rem;
        align-items: center;
        justify-content: stretch;
        gap: 0.75rem;
        width: 100%;
        height: 100%;
        min-height: var(--simile-row, 3.25rem);
        padding: 0.25rem 0.75rem;
        border: 1px solid transparent;
        border-radius: var(--_radius);
        background: var(--_surface);
        text-align: left;
      }
      button.row:hover {
        border-color: var(--_edge);
        background: var(--_surface);
      }
      li:first-child button.row {
        border-color: var(--_edge);
      }
      .row.sounding,
      li:first-child .row.sounding,
      button.row.sounding:hover {
        border-color: var(--_accent);
        box-shadow: inset 0.25rem 0 0 var(--_accent);
      }
      .lead {
        display: grid;
        justify-items: center;
      }
      .what {
        display: grid;
        min-width: 0;
      }
      .name,
      .words {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .name {
        font-weight: 600;
      }
      li:first-child .name {
        font-size: 1.0625rem;
      }
      /* The pitch keeps its place however long the words. */
      .how {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.5rem;
        color: var(--_muted);
        font-size: var(--_small);
      }
      .sounds {
        display: flex;
        gap: 0.5rem;
        align-items: baseline;
        justify-content: space-between;
      }
      .dynamics {
        font: italic 700 1rem/1 var(--_serif);
      }
      simile-waveform {
        color: var(--_muted);
      }
      .sounding simile-waveform {
        color: var(--_accent);
      }
      .far {
        display: grid;
        grid-template-columns: 1fr 3rem;
        align-items: center;
        gap: 0.5rem;
        text-align: right;
      }
      .line {
        position: relative;
        height: 0.25rem;
        border-radius: 1rem;
        background: var(--_raised);
      }
      .bar {
        position: absolute;
        inset: 0 auto 0 0;
        border-radius: inherit;
        background: var(--_ink);
        transition: width 120ms ease-out;
      }
      .bar::after {
        position: absolute;
        top: 50%;
        right: -0.3125rem;
        width: 0.625rem;
        height: 0.625rem;
        border-radius: 50%;
        background: var(--_ink);
        content: "";
        transform: translateY(-50%);
      }
      .row.none {
        grid-template-columns: 2.25rem 1fr;
        border-color: var(--_edge);
      }
      .empty {
        color: var(--_line);
      }
      @container (max-width: 26rem) {
        header {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
      }
      @container (max-width: 40rem) {
        ol {
          grid-auto-rows: minmax(2.75rem, 1fr);
        }
        .row {
          grid-template-columns: 1.25rem minmax(0, 1fr) 4rem 4.25rem;
          gap: 0.5rem;
          min-height: 2.75rem;
          padding: 0.125rem 0.5rem;
        }
        .name,
        li:first-child .name {
          font-size: 0.9375rem;
          line-height: 1.2;
        }
        .how {
          font-size: var(--_tiny);
        }
        .row > .sounds {
          display: none;
        }
        simile-waveform {
          height: 1.5rem;
        }
        .far {
          grid-template-columns: 1fr;
          gap: 0.3125rem;
          font-size: var(--_small);
        }
        .far .line {
          order: 2;
        }
      }
      .how .sounds {
        display: inline;
      }
      .how .dynamics {
        font-size: 0.875rem;
      }
      @container (min-width: 40.01rem) {
        .how .sounds {
          display: none;
        }
      }
    `,
  ];

  declare retrieval: Retrieval | null;
  declare sounds: readonly Sound[];
  declare playing: ReadonlySet<number>;
  declare peaks: PeakReader | null;
  /** Gives the WAV of a row that is dragged out. */
  declare files: SoundFiles | null;
  /** Rows; the box is as high with fewer matches. */
  declare count: number;
  declare said: string;

  /** Full length of the distance bars: the farthest listed so far in this library, so that bars compare from answer to answer. */
  #scale = 0;
  #saidAt = -Infinity;

  constructor() {
    super();
    this.retrieval = null;
    this.sounds = [];
    this.playing = new Set();
    this.peaks = null;
    this.files = null;
    this.count = 5;
    this.said = "";
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("sounds")) this.#scale = 0;
    if (!changed.has("retrieval") || !this.retrieval) return;
    for (const match of this.retrieval.matches.slice(0, this.count)) this.#scale = Math.max(this.#scale, match.distance);
    const best = this.retrieval.matches[0];
    const sound = best && this.sounds[best.id];
    const now = performance.now();
    if (best && sound && now - this.#saidAt > ANNOUNCE) {
      this.#saidAt = now;
      this.said = `Nearest: ${spoken(sound)}, distance ${distance(best.distance)}`;
    }
    if (!best && now - this.#saidAt > ANNOUNCE) {
      this.#saidAt = now;
      this.said = lack(this.retrieval);
    }
  }

  protected override render(): unknown {
    const matches = this.retrieval?.matches.slice(0, this.count) ?? [];
    return html`
      <header><h2 id="title">Answers</h2><span class="muted small">${matches.length > 0 ? "nearest first, by distance" : "the nearest sounds will stand here"}</span></header>
      <ol aria-labelledby="title">
        ${Array.from({ length: this.count }, (_, rank) => html`<li>${rank === 0 && this.retrieval && matches.length === 0 ? none(this.retrieval) : this.#row(matches[rank])}</li>`)}
      </ol>
      <p class="unseen" role="status">${this.said}</p>
    `;
  }

  #row(match: Match | undefined): unknown {
    const sound = match && this.sounds[match.id];
    if (!match || !sound) {
      return html`<div class="row empty" part="row" aria-hidden="true"><span class="lead">${mark(1.25)}</span></div>`;
    }
    const sounding = this.playing.has(match.id);
    const share = this.#scale > 0 ? Math.min(1, match.distance / this.#scale) : 0;
    const marks = html`<span class="sounds"><span>${sound.pitch}</span> <span class="dynamics">${sound.dynamics}</span></span>`;
    const why = () => emit(this, "simile-why", { kind: "open", id: match.id });
    return html`<button
      class="row ${sounding ? "sounding" : ""}"
      part="row"
      title="Play ${sound.name} (drag it, or press +, for the pads)"
      draggable="true"
      aria-keyshortcuts="+ ?"
      @dragstart=${(event: DragEvent) => offerSound(event, { key: sound.key, from: null }, this.files)}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === "+") emit(this, "simile-pads", { kind: "put", sound: sound.key });
        if (event.key !== "?") return;
        // Elsewhere on the page the key opens the guide.
        event.stopPropagation();
        why();
      }}
      @click=${() => emit(this, "simile-play", { id: match.id, velocity: 1 })}
    >
      <span class="lead">${sounding ? html`${icon("sounding", 1.25)}<span class="unseen">sounding: </span>` : familySign(sound.family, 1.125)}</span>
      <span class="what">
        <bdi class="name">${headline(sound)}</bdi>
        <span class="how"><span class="words">${[details(sound), match.reason ? shortReason(match.reason) : ""].filter((words) => words !== "").join(" · ")}</span> ${sound.pitch || sound.dynamics ? marks : nothing}</span>
      </span>
      ${marks}
      <simile-waveform .sound=${match.id} .peaks=${this.peaks}></simile-waveform>
      <span class="far"
        ><span class="line"><span class="bar" part="bar" style="width:${(share * 100).toFixed(1)}%"></span></span><span><span class="unseen">distance </span>${distance(match.distance)}</span></span
      >
    </button>
      <button class="why" part="why" aria-label="Why ${headline(sound)}" title="Why this match (?)" @click=${why}>${icon("why")}</button>`;
  }
}

/** The name without pitch and dynamics at its end, which stand in their own column, and with the labels in it as words. */
export function headline({ name, pitch, dynamics, instrument, technique, mute }: SoundEntry): string {
  const words = name.trim().split(/\s+/);
  for (const word of [dynamics, pitch]) if (word !== "" && words.length > 1 && words.at(-1) === word) words.pop();
  return capitalised(words.map((word) => ([instrument, technique, mute].includes(word) ? worded(word) : word)).join(" "));
}

/** Family, and of instrument, mute and technique what the name leaves out. */
export function details({ name, family, instrument, technique, mute }: SoundEntry): string {
  const lacks = (label: string): boolean => label !== "" && label !== "none" && !name.toLocaleLowerCase("en").includes(label.toLocaleLowerCase("en"));
  return [family, ...[instrument, mute, technique].filter(lacks).map(worded)].filter((word) => word !== "").join(" · ");
}

/** Why there is no answer. */
function lack({ rejected }: Retrieval): string {
  return rejected === null ? "No sound is left by this choice" : `Nothing like it: the nearest is at ${distance(rejected)}`;
}

function none(retrieval: Retrieval): unknown {
  return html`<p class="row none" part="row"><span class="lead">${mark(1.25)}</span><span class="name">${lack(retrieval)}</span></p>`;
}

function spoken(sound: SoundEntry): string {
  return [headline(sound), sound.pitch, sound.dynamics, sound.family].filter(Boolean).join(", ");
}

define("simile-results", SimileResults);

declare global {
  interface HTMLElementTagNameMap {
    "simile-results": SimileResults;
  }
}
