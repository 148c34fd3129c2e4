/** What went wrong, each in one sentence with its remedy, until its cause goes or it is dismissed. */

import { css, html, LitElement } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Fault } from "../simile-state.ts";
import { define, emit } from "./events.ts";
import { icon } from "./icons.ts";
import { controls, tokens } from "./tokens.ts";

/** @fires simile-retry - the remedy was chosen. @fires simile-dismiss @csspart fault */
export class SimileFaults extends LitElement {
  static override properties = { faults: { attribute: false } };

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }
      ul {
        display: grid;
        gap: 0.5rem;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        grid-template-columns: auto 1fr auto auto;
        align-items: center;
        gap: 0.75rem;
        padding: 0.5rem 0.5rem 0.5rem 0.875rem;
        border-radius: var(--_radius);
        background: var(--_ink);
        box-shadow: 0 0.5rem 1.5rem rgb(0 0 0 / 0.28);
        color: var(--_paper);
        font-size: 0.875rem;
        overflow-wrap: anywhere;
      }
      button {
        border-color: currentColor;
        background: none;
        color: inherit;
      }
      button:hover {
        background: color-mix(in srgb, currentColor 16%, transparent);
      }
      .remedy {
        border-color: transparent;
        background: var(--_paper);
        color: var(--_ink);
        font-weight: 600;
      }
      .remedy:hover {
        background: var(--_raised);
      }
      .close {
        grid-column: -2 / -1;
        grid-row: 1;
        width: var(--_tap);
        padding: 0;
        border-color: transparent;
      }
      :focus-visible {
        outline-color: var(--_paper);
        outline-offset: -0.25rem;
      }
      .remedy:focus-visible {
        outline-color: var(--_ink);
      }
      @container (max-width: 30rem) {
        li {
          grid-template-columns: auto 1fr auto;
          gap: 0.25rem 0.625rem;
          font-size: var(--_small);
          line-height: 1.3;
        }
        .remedy {
          grid-column: 2;
          grid-row: 2;
          justify-self: start;
        }
      }
    `,
  ];

  declare faults: readonly Fault[];

  constructor() {
    super();
    this.faults = [];
  }

  protected override render(): unknown {
    return html`<div role="alert" aria-relevant="additions">
      ${this.faults.length === 0
        ? ""
        : html`<ul>
            ${repeat(
              this.faults,
              (fault) => fault.key,
              (fault) => html`<li part="fault">
                ${icon("warning", 1.25)}
                <span>${fault.message}</span>
                ${fault.remedy ? html`<button class="remedy" @click=${() => emit(this, "simile-retry", { key: fault.key })}>${fault.remedy}</button>` : ""}
                <button class="close" aria-label="Dismiss: ${fault.message}" @click=${() => emit(this, "simile-dismiss", { key: fault.key })}>${icon("close")}</button>
              </li>`,
            )}
          </ul>`}
    </div>`;
  }
}

define("simile-faults", SimileFaults);

declare global {
  interface HTMLElementTagNameMap {
    "simile-faults": SimileFaults;
  }
}
