/** The library that answers: its title and families, and behind one button all libraries, their import and their sounds. */

import { css, html, LitElement, nothing } from "lit";
import type { Sound } from "../../core/library/sound.ts";
import { DEFAULT_CUT, type CutSettings } from "../../core/onset/segment-cutter.ts";
import type { LibraryInfo } from "../../protocol/library.ts";
import { canPickFolders, listOf } from "../library/file-access.ts";
import type { LibrariesState } from "../library/libraries.ts";
import { define, emit } from "./events.ts";
import { familySign, familyStyles } from "./family.ts";
import { counted, duration } from "./format.ts";
import { icon } from "./icons.ts";
import "./simile-import.ts";
import "./simile-sounds.ts";
import { controls, tokens } from "./tokens.ts";

/** Name of the built-in library in the list. */
const BUILT_IN = "Studio (built in)";

/** @fires simile-library @csspart family @csspart families @csspart dialog */
export class SimileLibrary extends LitElement {
  static override properties = { label: { type: String }, sounds: { attribute: false }, playing: { attribute: false }, libraries: { attribute: false }, forgetting: { state: true } };

  static override styles = [
    tokens,
    controls,
    familyStyles,
    css`
      :host {
        display: grid;
        gap: 0.5rem;
        font-size: var(--_small);
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.25rem 1rem;
      }
      .line h2 {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      /* On a row of its own, there from the start, so that nothing moves once the sounds are known. */
      .families {
        display: flex;
        flex: 1 0 100%;
        flex-wrap: wrap;
        order: 1;
        gap: 0.25rem 1rem;
        min-height: 1.25rem;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .families li {
        display: flex;
        align-items: center;
        gap: 0.375rem;
      }
      .actions {
        display: flex;
        gap: 0.5rem;
        min-height: var(--_tap);
        margin-left: auto;
      }
      dialog {
        width: min(72rem, 100vw - 2rem);
        height: min(56rem, 100dvh - 2rem);
        max-width: none;
        max-height: none;
        padding: 0;
        border: 1px solid var(--_line);
        border-radius: 1rem;
        background: var(--_paper);
        color: inherit;
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 0.5);
      }
      .sheet {
        display: flex;
        flex-direction: column;
        gap: 0.75rem;
        height: 100%;
        padding: 1rem 1.25rem;
        overflow: auto;
      }
      .sheet header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem 0.75rem;
      }
      .sheet header h2 {
        margin-right: auto;
      }
      .close {
        width: var(--_tap);
        padding: 0;
        border-color: transparent;
        background: none;
      }
      simile-sounds {
        flex: 1 0 auto;
      }
      .fault {
        padding: 0.5rem 0.75rem;
        border-radius: 0.5rem;
        background: var(--_ink);
        color: var(--_paper);
        overflow-wrap: anywhere;
      }
      .offer {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem 0.75rem;
      }
      .reading {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr));
        gap: 0.75rem 1.25rem;
        padding: 0.25rem 0 0.5rem;
      }
      .reading .wide {
        grid-column: 1 / -1;
      }
      .reading label {
        display: grid;
        gap: 0.125rem;
      }
      .reading .head {
        display: flex;
        justify-content: space-between;
      }
      output {
        color: var(--_ink);
        font-weight: 600;
      }
      summary {
        min-height: var(--_tap);
        align-content: center;
        cursor: pointer;
      }
      textarea {
        width: 100%;
        min-height: 8rem;
        padding: 0.5rem 0.75rem;
        border: 1px solid var(--_edge);
        border-radius: 0.5rem;
        background: var(--_surface);
        color: var(--_ink);
        font: 0.8125rem/1.5 ui-monospace, monospace;
        resize: vertical;
      }
      @media (max-width: 40rem) {
        dialog {
          width: 100vw;
          height: 100dvh;
          border: none;
          border-radius: 0;
        }
        .sheet {
          padding: 0.75rem;
        }
      }
    `,
  ];

  /** Title of the library. */
  declare label: string;
  declare sounds: readonly Sound[];
  declare playing: ReadonlySet<number>;
  /** The user's own libraries; null where the page has none. */
  declare libraries: LibrariesState | null;
  /** The library that one more click forgets. */
  declare forgetting: string | null;

  constructor() {
    super();
    this.label = "";
    this.sounds = [];
    this.playing = new Set();
    this.libraries = null;
    this.forgetting = null;
  }

  protected override render(): unknown {
    const families = new Map<string, number>();
    for (const { family } of this.sounds) families.set(family, (families.get(family) ?? 0) + 1);
    const sorted = [...families].sort(([a], [b]) => a.localeCompare(b));
    const { libraries } = this;
    return html`
      <div class="line">
        <h2 id="title"><span class="unseen">Library: </span>${this.label || "Library"}</h2>
        <span>${this.sounds.length > 0 ? counted(this.sounds.length, "sound") : libraries?.progress ? "being read" : "not loaded yet"}</span>
        <ul class="families" part="families" aria-label="Families">
          ${sorted.map(([family, count]) => html`<li>${familySign(family, 0.875)} <bdi>${family || "other"}</bdi> <span class="muted">${count.toLocaleString("en")}</span></li>`)}
        </ul>
        <div class="actions">${libraries ? html`${this.#openButton()}<button @click=${() => this.show()}>${icon("list")} Sounds</button>` : nothing}</div>
      </div>
      ${libraries ? this.#told(libraries) : nothing} ${libraries ? this.#dialog(libraries) : nothing}
    `;
  }

  /** Opens the list of sounds. */
  show(): void {
    this.renderRoot.querySelector("dialog")?.showModal();
  }

  #openButton(): unknown {
    return html`<button @click=${this.#openFolder}>${icon("folder")} Open a folder</button>`;
  }

  /** What the import does, and what has to be allowed or failed. */
  #told(state: LibrariesState): unknown {
    const { progress, report, chosen, locked, warning, fault } = state;
    return html`
      ${progress || report ? html`<simile-import .progress=${progress} .report=${report} .dropped=${chosen?.dropped ?? 0}></simile-import>` : nothing}
      ${locked && chosen
        ? html`<div class="offer"><span>The browser asks again before it lets this page read “${chosen.title}”.</span><button class="primary" @click=${() => emit(this, "simile-library", { kind: "allow" })}>Allow the folder</button></div>`
        : nothing}
      ${chosen?.unfinished && !progress && !locked
        ? html`<div class="offer"><span>“${chosen.title}” is not read to its end.</span>${chosen.root ? html`<button @click=${() => emit(this, "simile-library", { kind: "update" })}>Go on</button>` : this.#openButton()}</div>`
        : nothing}
      ${warning ? html`<p role="status">${warning}</p>` : nothing} ${fault ? html`<p class="fault" role="alert">${fault}</p>` : nothing}
    `;
  }

  #dialog(state: LibrariesState): unknown {
    const { libraries, chosen, readOnly, progress } = state;
    const offered = chosen && !libraries.some(({ id }) => id === chosen.id) ? [chosen, ...libraries] : libraries;
    return html`<dialog part="dialog" aria-labelledby="sheet-title">
      <div class="sheet">
        <header role="none">
          <h2 id="sheet-title">Library</h2>
          ${offered.length > 0
            ? html`<select aria-label="Library that answers" @change=${(event: Event) => emit(this, "simile-library", { kind: "choose", id: (event.target as HTMLSelectElement).value || null })}>
                <option value="" ?selected=${!chosen}>${BUILT_IN}</option>
                ${offered.map(({ id, title, sounds }) => html`<option value=${id} ?selected=${id === chosen?.id}>${title} (${sounds.toLocaleString("en")})</option>`)}
              </select>`
            : nothing}
          ${this.#openButton()}
          ${chosen?.root && !progress ? html`<button @click=${() => emit(this, "simile-library", { kind: "update" })}>Look again</button>` : nothing}
          ${chosen && !progress && !readOnly ? html`<button title="The analysis, what you said of its sounds, and copies; never your own files" @click=${() => this.#forget(chosen.id)} @blur=${() => (this.forgetting = null)}>${this.forgetting === chosen.id ? "Really forget it?" : "Forget"}</button>` : nothing}
          <button class="close" aria-label="Close" @click=${() => this.renderRoot.querySelector("dialog")?.close()}>${icon("close")}</button>
        </header>
        <p>Nothing is uploaded: sounds are read, analysed and kept by this browser alone${chosen?.audio === "copies" ? ", as copies, since it cannot remember folders" : ""}.${readOnly ? " Another tab of this page writes the libraries; this one reads them." : ""}</p>
        ${this.#told(state)}
        <simile-sounds .sounds=${this.sounds} .playing=${this.playing} .editable=${chosen !== null && !readOnly}></simile-sounds>
        ${chosen && !readOnly ? this.#reading(chosen) : nothing}
      </div>
    </dialog>`;
  }

  /** How paths and long files are read. */
  #reading({ cut, patterns }: LibraryInfo): unknown {
    const slide = (name: keyof CutSettings, title: string, least: number, most: number, step: number, words: (value: number) => string) =>
      html`<label
        ><span class="head">${title}<output>${words(cut[name])}</output></span>
        <input type="range" min=${least} max=${most} step=${step} .value=${String(cut[name])} aria-valuetext=${words(cut[name])} @change=${(event: Event) => this.#cut({ ...cut, [name]: Number((event.target as HTMLInputElement).value) })}
      /></label>`;
    return html`<details>
      <summary>How files are read</summary>
      <div class="reading">
        ${slide("fromSeconds", "Cut files longer than", 2, 120, 1, duration)}
        ${slide("sensitivity", "Sensitivity of cuts", 0, 1, 0.05, (value) => `${Math.round(value * 100)} %`)}
        ${slide("leastSeconds", "Shortest sound", 0.05, 2, 0.05, duration)} ${slide("mostSeconds", "Longest sound", 0.5, 30, 0.5, duration)}
        <label class="wide">Patterns of paths, most telling first: {family} {instrument} {technique} {mute} {pitch} {dynamics} {name}, * for anything<textarea spellcheck="false" .value=${patterns.join("\n")} @change=${this.#onPatterns}></textarea></label>
        <div class="offer wide"><button @click=${() => this.#cut(DEFAULT_CUT)}>Cut as at first</button></div>
      </div>
    </details>`;
  }

  /** What the user said of sounds goes with it: two clicks. */
  #forget(id: string): void {
    if (this.forgetting === id) emit(this, "simile-library", { kind: "remove", id });
    this.forgetting = this.forgetting === id ? null : id;
  }

  #cut(cut: CutSettings): void {
    emit(this, "simile-library", { kind: "cut", cut });
  }

  readonly #onPatterns = (event: Event): void => {
    const patterns = (event.target as HTMLTextAreaElement).value.split("\n").map((line) => line.trim()).filter((line) => line !== "");
    emit(this, "simile-library", { kind: "patterns", patterns });
  };

  readonly #openFolder = (): void => {
    if (canPickFolders()) return emit(this, "simile-library", { kind: "open-folder" });
    const input = Object.assign(document.createElement("input"), { type: "file", webkitdirectory: true, multiple: true });
    input.addEventListener("change", () => emit(this, "simile-library", { kind: "files", ...listOf(input.files ?? []) }));
    input.click();
  };
}

define("simile-library", SimileLibrary);

declare global {
  interface HTMLElementTagNameMap {
    "simile-library": SimileLibrary;
  }
}
