/** A small notice that a new version waits; it is taken on the player's word, and never while a take would be lost. */

import { css, html, LitElement, nothing } from "lit";
import type { UpdatesState } from "../updates.ts";
import { define, emit } from "./events.ts";
import { icon } from "./icons.ts";
import { controls, tokens } from "./tokens.ts";

/** @fires simile-update - the new version shall be taken. @csspart notice */
export class SimileUpdate extends LitElement {
  static override properties = { waiting: { type: String }, busy: { type: Boolean }, later: { state: true } };

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: block;
      }
      .notice {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem 0.75rem;
        max-width: 26rem;
        padding: 0.625rem 0.75rem;
        border: 1px solid var(--_edge);
        border-radius: var(--_radius);
        background: var(--_surface);
        box-shadow: 0 0.25rem 1.25rem rgb(0 0 0 / 0.18);
        font-size: var(--_small);
      }
      p {
        flex: 1 1 14rem;
      }
      .close {
        width: var(--_tap);
        padding: 0;
        border-color: transparent;
        background: none;
      }
    `,
  ];

  declare waiting: UpdatesState["waiting"];
  /** Whether a take is being recorded, or was not saved yet. */
  declare busy: boolean;
  declare later: boolean;

  constructor() {
    super();
    this.waiting = "no";
    this.busy = false;
    this.later = false;
  }

  protected override render(): unknown {
    const shown = this.waiting !== "no" && !this.later;
    return html`<div role="status">
      ${shown
        ? html`<div class="notice" part="notice">
            <p>${this.busy ? "A new version is ready. Save your take first, or it comes with the next start." : "A new version is ready. Settings, pads and libraries stay as they are."}</p>
            <button ?disabled=${this.busy} @click=${() => emit(this, "simile-update", null)}>Update now</button>
            <button class="close" aria-label="Later, with the next start" title="Later, with the next start" @click=${() => (this.later = true)}>${icon("close")}</button>
          </div>`
        : nothing}
    </div>`;
  }
}

define("simile-update", SimileUpdate);

declare global {
  interface HTMLElementTagNameMap {
    "simile-update": SimileUpdate;
  }
}
