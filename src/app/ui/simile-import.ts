/** An import as it goes and as it ended: how far, how fast, how long still; pause, cancel, take back, and one sentence for each file that could not be used. */

import { css, html, LitElement, nothing } from "lit";
import type { ImportProgress, ImportReport } from "../../protocol/library.ts";
import { define, emit } from "./events.ts";
import { counted } from "./format.ts";
import { icon } from "./icons.ts";
import { controls, tokens } from "./tokens.ts";

/** @fires simile-library - pause, resume, cancel, undrop or dismiss. @csspart bar */
export class SimileImport extends LitElement {
  static override properties = { progress: { attribute: false }, report: { attribute: false }, dropped: { type: Number } };

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: block;
        font-size: var(--_small);
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.375rem 0.75rem;
      }
      .said {
        flex: 1 1 12rem;
        min-width: 0;
        overflow-wrap: anywhere;
      }
      .track {
        flex: 1 0 100%;
        height: 0.375rem;
        border-radius: 1rem;
        background: var(--_raised);
        overflow: hidden;
      }
      .bar {
        height: 100%;
        border-radius: inherit;
        background: var(--_accent);
        transition: width 120ms ease-out;
      }
      .paused .bar {
        background: var(--_edge);
      }
      ul {
        display: grid;
        gap: 0.25rem;
        max-height: 9rem;
        margin: 0.25rem 0 0;
        padding: 0 0 0 1.125rem;
        overflow: auto;
        overflow-wrap: anywhere;
      }
      details[open] {
        flex: 1 0 100%;
        order: 1;
      }
      summary {
        min-height: var(--_tap);
        align-content: center;
        cursor: pointer;
      }
      .close {
        width: var(--_tap);
        padding: 0;
        border-color: transparent;
        background: none;
      }
    `,
  ];

  declare progress: ImportProgress | null;
  declare report: ImportReport | null;
  /** Sounds that can be taken back. */
  declare dropped: number;

  constructor() {
    super();
    this.progress = null;
    this.report = null;
    this.dropped = 0;
  }

  protected override render(): unknown {
    if (this.progress) return this.#running(this.progress);
    return this.report ? this.#ended(this.report) : nothing;
  }

  #running({ phase, done, all, rate, secondsLeft }: ImportProgress): unknown {
    const share = all > 0 ? done / all : 0;
    const words = phase === "looking" ? "Looking at the folder" : `${done.toLocaleString("en")} of ${counted(all, "file")}`;
    const pace = phase === "analysing" && rate > 0 ? ` · ${rate < 10 ? rate.toFixed(1) : Math.round(rate)} a second` : "";
    const left = phase === "analysing" && secondsLeft !== null ? ` · ${timeLeft(secondsLeft)} left` : phase === "paused" ? " · paused" : "";
    const turn = phase === "paused" ? "resume" : "pause";
    return html`<div class="row ${phase}">
      <div class="track" role="progressbar" aria-label="Import" aria-valuemin="0" aria-valuemax=${all} aria-valuenow=${done} aria-valuetext=${words}><div class="bar" part="bar" style="width:${(share * 100).toFixed(2)}%"></div></div>
      <span class="said">${words}${pace}${left}</span>
      <button ?disabled=${phase === "looking"} @click=${() => emit(this, "simile-library", { kind: turn })}>${turn === "pause" ? "Pause" : "Go on"}</button>
      <button @click=${() => emit(this, "simile-library", { kind: "cancel" })}>Cancel</button>
    </div>`;
  }

  #ended({ ended, analysed, unchanged, renamed, added, dropped, faults, faulty, notes }: ImportReport): unknown {
    const parts = [
      analysed > 0 ? `${counted(added, "sound")} analysed` : "",
      renamed > 0 ? `${counted(renamed, "file")} renamed` : "",
      dropped > 0 ? `${counted(dropped, "sound")} dropped, since ${dropped === 1 ? "its file is" : "their files are"} gone` : "",
      unchanged > 0 ? `${counted(unchanged, "file")} as before` : "",
    ].filter((part) => part !== "");
    const head = { done: "", cancelled: "Cancelled; what was analysed stays. ", stopped: "Stopped; what was analysed stays. " }[ended];
    return html`<div class="row">
        <span class="said" role="status">${head}${parts.length > 0 ? `${parts.join(", ")}.` : faulty > 0 ? "Nothing to use." : "No audio files in this folder."}</span>
        ${faulty > 0 ? list(`${counted(faulty, "file")} could not be used`, faults, faulty) : nothing} ${notes.length > 0 ? list(`${counted(notes.length, "file")} to know about`, notes, notes.length) : nothing}
        ${dropped > 0 && this.dropped > 0 ? html`<button @click=${() => emit(this, "simile-library", { kind: "undrop" })}>Take back</button>` : nothing}
        <button class="close" aria-label="Dismiss the report" @click=${() => emit(this, "simile-library", { kind: "dismiss" })}>${icon("close")}</button>
      </div>`;
  }
}

function list(title: string, notes: ImportReport["faults"], count: number): unknown {
  return html`<details>
    <summary>${title}</summary>
    <ul>
      ${notes.map(({ sentence }) => html`<li>${sentence}</li>`)} ${count > notes.length ? html`<li>and ${(count - notes.length).toLocaleString("en")} more.</li>` : nothing}
    </ul>
  </details>`;
}

/** "40 s", "3 min", "2.5 h". */
function timeLeft(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

define("simile-import", SimileImport);

declare global {
  interface HTMLElementTagNameMap {
    "simile-import": SimileImport;
  }
}
