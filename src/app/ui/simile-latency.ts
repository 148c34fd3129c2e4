/** How long answers take, stage by stage, over the last hundred, and what was left out to keep in time. */

import { css, html, LitElement, nothing } from "lit";
import type { RoundTrip } from "../audio/loopback.ts";
import { createLatencyLog, LATENCY_STAGES, type LatencyFigures, type LatencyReport, type LatencyStage } from "../latency-log.ts";
import { define, emit } from "./events.ts";
import { counted, milliseconds } from "./format.ts";
import { controls, disclosure, tokens } from "./tokens.ts";

const WORDS: Readonly<Record<LatencyStage, string>> = { input: "Input", detection: "Detection", context: "Context", match: "Match", schedule: "Schedule", output: "Output" };

/** @fires simile-loopback - measure the round trip of the input and output in use. @csspart whole */
export class SimileLatency extends LitElement {
  static override properties = { report: { attribute: false }, shed: { attribute: false }, roundTrip: { attribute: false }, testing: { type: Boolean } };

  static override styles = [
    tokens,
    controls,
    disclosure,
    css`
      :host {
        display: block;
        font-size: var(--_small);
      }
      .body {
        display: grid;
        gap: 0.5rem;
        padding: 0.25rem 0 0.5rem 1.125rem;
      }
      table {
        width: 100%;
        border-collapse: collapse;
      }
      th {
        padding: 0.125rem 0;
        font-weight: 400;
        text-align: left;
      }
      thead th,
      td {
        text-align: right;
      }
      thead th {
        color: var(--_muted);
      }
      tr.sum th,
      tr.sum td {
        font-weight: 650;
      }
      .test {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem 1rem;
      }
    `,
  ];

  declare report: LatencyReport;
  declare shed: { readonly refinements: number; readonly grains: number };
  /** Of the devices in use; null where it was not measured. */
  declare roundTrip: RoundTrip | null;
  declare testing: boolean;

  constructor() {
    super();
    this.report = createLatencyLog().report();
    this.shed = { refinements: 0, grains: 0 };
    this.roundTrip = null;
    this.testing = false;
  }

  protected override render(): unknown {
    const { count, stages, own, whole } = this.report;
    const { refinements, grains } = this.shed;
    return html`<details>
      <summary><span class="muted">Latency</span> <span part="whole">${own ? `${milliseconds(own.p50)} beside the context` : "after the first answer"}</span></summary>
      <div class="body">
        <table>
          <caption class="unseen">Median, 95th percentile and standard deviation of each stage over the last ${counted(count, "answer")}</caption>
          <thead>
            <tr><th scope="col"><span class="unseen">Stage</span></th><th scope="col">p50</th><th scope="col">p95</th><th scope="col">jitter</th></tr>
          </thead>
          <tbody>
            ${LATENCY_STAGES.map((stage) => row(WORDS[stage], stages[stage]))} ${row("Match and schedule", own, "sum")} ${row("Onset to answer", whole, "sum")}
          </tbody>
        </table>
        ${refinements + grains > 0 ? html`<p class="muted">Left out to keep in time: ${counted(refinements, "refinement")}, ${counted(grains, "grain")}.</p>` : nothing}
        <div class="test">
          <button ?disabled=${this.testing} @click=${() => emit(this, "simile-loopback", null)}>${this.testing ? "Measuring" : "Measure round trip"}</button>
          <span class="muted">
            ${this.roundTrip ? `${milliseconds(this.roundTrip.seconds * 1000)} from output to input` : "Join output and input by a cable, or hold the microphone to the loudspeaker."}
          </span>
        </div>
      </div>
    </details>`;
  }
}

function row(name: string, figures: LatencyFigures | null, kind = ""): unknown {
  return html`<tr class=${kind}>
    <th scope="row">${name}</th>
    ${figures ? [figures.p50, figures.p95, figures.jitter].map((value) => html`<td>${milliseconds(value)}</td>`) : html`<td colspan="3" class="muted">not told</td>`}
  </tr>`;
}

define("simile-latency", SimileLatency);

declare global {
  interface HTMLElementTagNameMap {
    "simile-latency": SimileLatency;
  }
}
