/** How the answer is found: the backend chosen and the trials that chose it, the model and its feature, and how long the last match took. */

import { css, html, LitElement } from "lit";
import type { BackendTrial, EngineStatus } from "../../protocol/engine.ts";
import { define } from "./events.ts";
import { counted, milliseconds } from "./format.ts";
import { controls, disclosure, tokens } from "./tokens.ts";

/** @csspart latency - how long the last match took. */
export class SimileEngine extends LitElement {
  static override properties = { status: { attribute: false }, latency: { type: Number } };

  static override styles = [
    tokens,
    controls,
    disclosure,
    css`
      :host {
        display: block;
        font-size: var(--_small);
      }
      .none {
        display: flex;
        align-items: center;
        min-height: var(--_tap);
      }
      .body {
        display: grid;
        gap: 0.5rem;
        padding: 0.25rem 0 0.25rem 1.125rem;
      }
      table {
        width: 100%;
        border-collapse: collapse;
      }
      th {
        width: 4.5rem;
        padding: 0.125rem 0;
        font-weight: 400;
        text-align: left;
      }
      td {
        padding: 0.125rem 0;
      }
      td:nth-child(2) {
        width: 4.5rem;
        text-align: right;
      }
      td:last-child {
        width: 4.5rem;
        padding-left: 0.75rem;
      }
      tr.chosen {
        font-weight: 650;
      }
      dl {
        display: grid;
        grid-template-columns: 4.5rem 1fr;
        gap: 0.125rem 0;
        margin: 0;
      }
      dt {
        color: var(--_muted);
      }
      dd {
        margin: 0;
      }
    `,
  ];

  declare status: EngineStatus | null;
  /** Milliseconds of the last match, vector to ranking; null before the first. */
  declare latency: number | null;

  constructor() {
    super();
    this.status = null;
    this.latency = null;
  }

  protected override render(): unknown {
    const { status, latency } = this;
    if (!status) return html`<p class="none muted">Engine · not running yet</p>`;
    const { model } = status;
    return html`<details>
      <summary><span class="muted">Engine</span> ${status.backend}<span class="muted" part="latency">${latency === null ? "" : `· last match ${milliseconds(latency)}`}</span></summary>
      <div class="body">
        <table>
          <caption class="unseen">One live query on each backend, measured at load</caption>
          <tbody>
            ${status.trials.map((trial) => html`<tr class=${trial.name === status.backend ? "chosen" : ""}><th scope="row">${trial.name}</th>${trialCells(trial, trial.name === status.backend)}</tr>`)}
          </tbody>
        </table>
        <dl>
          <dt>Model</dt>
          <dd>${model.name}, version ${model.version}</dd>
          <dt>Hears</dt>
          <dd>${model.feature}</dd>
          <dt>Graph</dt>
          <dd>${counted(model.anchors, "anchor")}, ${model.embeddingSize} dimensions</dd>
        </dl>
      </div>
    </details>`;
  }
}

function trialCells(trial: BackendTrial, chosen: boolean): unknown {
  if (trial.milliseconds === null) return html`<td colspan="2" class="muted">${trial.reason ?? "not to be had"}</td>`;
  return html`<td>${milliseconds(trial.milliseconds)}</td><td>${chosen ? "chosen" : ""}</td>`;
}

define("simile-engine", SimileEngine);

declare global {
  interface HTMLElementTagNameMap {
    "simile-engine": SimileEngine;
  }
}
