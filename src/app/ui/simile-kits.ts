/** What leaves the pads and what comes to them: presets, kits for samplers and drum machines, and the performance, in a dialog. */

import { css, html, LitElement, nothing } from "lit";
import { KIT_FORMAT_NAMES } from "../../core/kits/format-names.ts";
import { BANK_NAMES } from "../../core/pads/pad-bank.ts";
import type { KitState } from "../pads/kit-desk.ts";
import { KIT_TYPES } from "../pads/kit-files.ts";
import { define, emit } from "./events.ts";
import { counted } from "./format.ts";
import { icon } from "./icons.ts";
import { controls, sheet, tokens } from "./tokens.ts";

/** @fires simile-pad-preset @fires simile-kit-export @fires simile-kit-import @fires simile-performance @csspart dialog */
export class SimileKits extends LitElement {
  static override properties = { kits: { attribute: false }, bank: { type: Number } };

  static override styles = [
    tokens,
    controls,
    sheet,
    css`
      :host {
        display: contents;
      }
      dialog {
        width: min(36rem, calc(100vw - 1.5rem));
      }
      dialog header {
        margin-bottom: 0.75rem;
      }
      h3 {
        margin: 0;
        font-size: 0.9375rem;
      }
      ul {
        display: grid;
        gap: 0.25rem;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto auto auto;
        align-items: center;
        gap: 0.375rem;
      }
      .name {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 0.375rem;
      }
      input[type="text"] {
        flex: 1 1 10rem;
      }
      input[type="file"] {
        position: absolute;
        width: 1px;
        height: 1px;
        opacity: 0;
      }
      .notes {
        padding-left: 1.25rem;
        list-style: disc;
      }
      .notes li {
        display: list-item;
      }
    `,
  ];

  declare kits: KitState;
  /** Number of the chosen bank. */
  declare bank: number;

  constructor() {
    super();
    this.kits = { presets: [], notes: [] };
    this.bank = 0;
  }

  get #dialog(): HTMLDialogElement {
    return this.renderRoot.querySelector("dialog")!;
  }

  #save(event: Event): void {
    event.preventDefault();
    const input = this.renderRoot.querySelector<HTMLInputElement>("#name")!;
    const name = input.value.trim();
    if (!name) return input.focus();
    emit(this, "simile-pad-preset", { act: "save", name });
    input.value = "";
  }

  #chosen(event: Event): void {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = "";
    if (files.length > 0) emit(this, "simile-kit-import", { files });
  }

  #browse(id: string): void {
    this.renderRoot.querySelector<HTMLInputElement>(`#${id}`)!.click();
  }

  protected override render(): unknown {
    const { presets, notes } = this.kits;
    const preset = (act: "recall" | "remove" | "file", name: string) => emit(this, "simile-pad-preset", { act, name });
    const bank = BANK_NAMES[this.bank];
    return html`
      <button class="icon" aria-label="Kits and presets" title="Kits and presets" aria-haspopup="dialog" @click=${() => this.#dialog.showModal()}>${icon("kit")}</button>
      <dialog part="dialog" aria-labelledby="heading" @click=${(event: Event) => event.target === this.#dialog && this.#dialog.close()}>
        <header role="none">
          <h2 id="heading">Kits and presets</h2>
          <button class="icon" aria-label="Close" @click=${() => this.#dialog.close()}>${icon("close")}</button>
        </header>
        <section>
          <h3>Presets</h3>
          <ul>
            ${presets.map(
              ({ name, builtIn, banks }, index) => html`<li>
                <span class="name"><bdi>${name}</bdi> <span class="muted small">· program ${BANK_NAMES.length + 1 + index} · ${counted(banks, "bank")}</span></span>
                <button aria-label="Load ${name}" @click=${() => preset("recall", name)}>Load</button>
                <button aria-label="Save ${name} as a file" @click=${() => preset("file", name)}>File</button>
                ${builtIn ? html`<span></span>` : html`<button aria-label="Delete ${name}" @click=${() => preset("remove", name)}>Delete</button>`}
              </li>`,
            )}
          </ul>
          <form class="row" @submit=${this.#save}>
            <input id="name" type="text" maxlength="200" aria-label="Name of the preset" placeholder="Name" />
            <button>Save from bank ${bank} on</button>
          </form>
          <p class="muted small">Program changes 1 to 8 choose banks A to H, those from 9 on load these presets.</p>
        </section>
        <section>
          <h3>Bank ${bank} as a kit</h3>
          <div class="row">${KIT_FORMAT_NAMES.map(({ id, title }) => html`<button @click=${() => emit(this, "simile-kit-export", { format: id })}>${title}</button>`)}</div>
          <p class="muted small">Or drag a pad, or an answer, to the desktop or into a DAW: it arrives as a WAV.</p>
        </section>
        <section>
          <h3>Open a kit in bank ${bank}</h3>
          <div class="row">
            <button @click=${() => this.#browse("files")}>Files</button>
            <button @click=${() => this.#browse("folder")}>Folder</button>
            <input id="files" type="file" multiple accept=${KIT_TYPES} tabindex="-1" aria-label="Files of a kit" @change=${this.#chosen} />
            <input id="folder" type="file" webkitdirectory tabindex="-1" aria-label="Folder of a kit" @change=${this.#chosen} />
          </div>
          <p class="muted small">SFZ with its samples, Hydrogen (.h2drumkit, or drumkit.xml with its samples), or a pad preset (.json).</p>
          <div role="status">${notes.length > 0 ? html`<ul class="notes small">${notes.map((note) => html`<li>${note}</li>`)}</ul>` : nothing}</div>
        </section>
        <section>
          <h3>Performance</h3>
          <div class="row">
            <button @click=${() => emit(this, "simile-performance", { act: "file" })}>Save as MIDI file</button>
            <button @click=${() => emit(this, "simile-performance", { act: "clear" })}>Start over</button>
          </div>
          <p class="muted small">All that was played since the page was opened: pads on channel 1, answers on channel 2.</p>
        </section>
      </dialog>
    `;
  }
}

define("simile-kits", SimileKits);

declare global {
  interface HTMLElementTagNameMap {
    "simile-kits": SimileKits;
  }
}
