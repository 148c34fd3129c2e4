/** The row over the pads: bank, what a retrieval does to it, size, colour, undo and redo, and whether pads are edited. */

import { css, html, LitElement } from "lit";
import { live } from "lit/directives/live.js";
import { BANK_MODES, BANK_NAMES, type BankMode } from "../../core/pads/pad-bank.ts";
import { chosenBank, type PadBoard } from "../pads/pad-board.ts";
import { define, emit } from "./events.ts";
import { icon } from "./icons.ts";
import { controls, segments, tokens } from "./tokens.ts";

const MODE_TITLES: Readonly<Record<BankMode, string>> = { follow: "Follow", spread: "Spread", hold: "Hold", kit: "Kit" };
const MODE_HINTS: Readonly<Record<BankMode, string>> = {
  follow: "the nearest sounds",
  spread: "near at bottom left, far at top right",
  hold: "locked pads stay",
  kit: "filled by hand",
};

/** @fires simile-pads - bank, mode, size, colour, undo or redo. @fires simile-pad-editing - pads are edited from now on, or no longer. */
export class SimilePadBar extends LitElement {
  static override properties = { board: { attribute: false }, editing: { type: Boolean } };

  static override styles = [
    tokens,
    controls,
    segments,
    css`
      :host {
        display: grid;
        gap: 0.375rem;
        container-type: inline-size;
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.375rem;
      }
      h2 {
        margin-right: auto;
      }
      .banks button {
        min-width: 2rem;
        padding: 0 0.375rem;
        font-weight: 600;
      }
      .banks button.filled:not([aria-pressed="true"]) {
        text-decoration: underline 0.125rem var(--_accent);
        text-underline-offset: 0.25rem;
      }
      .icon {
        width: var(--_tap);
        padding: 0;
      }
      select {
        max-width: 7rem;
      }
      .hint {
        flex: 1 1 6rem;
        min-width: 0;
        overflow: hidden;
        color: var(--_muted);
        font-size: var(--_tiny);
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      @container (max-width: 26rem) {
        h2,
        .hint {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
        .banks {
          flex: 1;
        }
        .banks button {
          flex: 1;
          min-width: 0;
        }
        .line {
          flex-wrap: nowrap;
          gap: 0.25rem;
        }
        .line :is(button, select) {
          min-height: 2.25rem;
        }
        .line :is(button:not(.icon), select) {
          padding-inline: 0.5rem;
        }
        .icon {
          width: 2.25rem;
        }
        ::slotted(*) {
          --_tap: 2.25rem;
        }
      }
      @container (max-width: 20rem) {
        .line {
          flex-wrap: wrap;
        }
      }
    `,
  ];

  declare board: PadBoard | null;
  declare editing: boolean;

  constructor() {
    super();
    this.board = null;
    this.editing = false;
  }

  protected override render(): unknown {
    const { board } = this;
    if (!board) return "";
    const bank = chosenBank(board);
    const value = (event: Event): string => (event.target as HTMLSelectElement).value;
    return html`
      <div class="line">
        <h2>Pads</h2>
        <div class="segments banks" role="group" aria-label="Bank">
          ${BANK_NAMES.map((name, index) => this.#bank(name, index, board))}
        </div>
        <button class="icon" aria-label="Undo" title="Undo" ?disabled=${board.past.length === 0} @click=${() => emit(this, "simile-pads", { kind: "undo" })}>${icon("undo")}</button>
        <button class="icon" aria-label="Redo" title="Redo" ?disabled=${board.future.length === 0} @click=${() => emit(this, "simile-pads", { kind: "redo" })}>${icon("redo")}</button>
      </div>
      <div class="line">
        <select aria-label="What a new sound does to the bank" .value=${live(bank.mode)} @change=${(event: Event) => emit(this, "simile-pads", { kind: "mode", mode: value(event) as BankMode })}>
          ${BANK_MODES.map((mode) => html`<option value=${mode} ?selected=${mode === bank.mode}>${MODE_TITLES[mode]}</option>`)}
        </select>
        <span class="hint">${bank.title ? `${bank.title} · ` : ""}${MODE_HINTS[bank.mode]}</span>
        <button title="4 x 4 or 8 x 8 pads" @click=${() => emit(this, "simile-pads", { kind: "size", size: bank.size === 4 ? 8 : 4 })}><span class="unseen">Size: </span>${bank.size} × ${bank.size}</button>
        <button
          aria-pressed=${board.colour === "distance"}
          title="Colour pads by distance instead of family"
          @click=${() => emit(this, "simile-pads", { kind: "colour", colour: board.colour === "distance" ? "family" : "distance" })}
        >
          Distance
        </button>
        <button class="icon" aria-label="Edit pads" title="Edit pads" aria-pressed=${this.editing} @click=${() => emit(this, "simile-pad-editing", { editing: !this.editing })}>${icon("edit")}</button>
        <slot></slot>
      </div>
    `;
  }

  #bank(name: string, index: number, board: PadBoard): unknown {
    const filled = board.banks[index]!.pads.some(({ sound }) => sound !== null);
    const title = board.banks[index]!.title;
    return html`<button
      class=${filled ? "filled" : ""}
      aria-pressed=${index === board.bank}
      aria-label="Bank ${name}${title ? `, ${title}` : ""}${filled ? "" : ", empty"}"
      @click=${() => emit(this, "simile-pads", { kind: "bank", bank: index })}
    >
      ${name}
    </button>`;
  }
}

define("simile-pad-bar", SimilePadBar);

declare global {
  interface HTMLElementTagNameMap {
    "simile-pad-bar": SimilePadBar;
  }
}
