/** Presets: those that ship, one from a file or an address, where its sounds are, and the library written as one. */

import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { live } from "lit/directives/live.js";
import type { Sound } from "../../core/library/sound.ts";
import { canPickFolders, listOf, pickFolder } from "../library/file-access.ts";
import type { ArchiveHit } from "../presets/archive-client.ts";
import type { PresetsState, WaitingPreset } from "../presets/presets.ts";
import { define, emit } from "./events.ts";
import { capitalised, counted, distance } from "./format.ts";
import { checks, controls, disclosure, tokens } from "./tokens.ts";

/** Missing sounds that are listed by name. */
const MOST_LISTED = 20;
/** What may be written: everything, what is on the pads, or one family. */
const ALL = "all";
const PADS = "pads";

const EMPTY: PresetsState = { builtIn: [], before: [], work: null, waiting: null, archive: null, note: null, missing: [], fault: null };

/** @fires simile-preset - what is asked of the presets. */
export class SimilePresets extends LitElement {
  static override properties = { presets: { attribute: false }, sounds: { attribute: false }, pads: { attribute: false }, label: { type: String }, open: { state: true } };

  static override styles = [
    tokens,
    controls,
    checks,
    disclosure,
    css`
      :host {
        display: block;
        font-size: var(--_small);
      }
      .body {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        gap: 1rem 1.5rem;
        padding: 0.25rem 0 0.5rem 1.125rem;
      }
      section {
        display: grid;
        align-content: start;
        gap: 0.5rem;
        min-width: 0;
      }
      h3 {
        margin: 0;
        font: inherit;
        font-weight: 650;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      ol {
        display: grid;
        gap: 0.125rem;
        margin: 0;
        padding-left: 1.5rem;
      }
      ol li span:first-child {
        font-weight: 600;
      }
      li,
      button {
        min-width: 0;
        max-width: 100%;
      }
      button {
        white-space: normal;
        text-align: left;
        overflow-wrap: anywhere;
      }
      .wide {
        grid-column: 1 / -1;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem;
      }
      .row > input[type="url"] {
        flex: 1 1 12rem;
      }
      input[type="file"] {
        display: none;
      }
      .fields {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        align-items: center;
        gap: 0.375rem 0.625rem;
      }
      .waiting,
      .fault {
        padding: 0.625rem 0.75rem;
        border: 1px solid var(--_edge);
        border-radius: var(--_radius);
        background: var(--_surface);
      }
      .fault {
        border-color: var(--_accent);
      }
      progress {
        flex: 1 1 8rem;
        height: 0.5rem;
        accent-color: var(--_accent);
      }
      .missing {
        margin: 0;
        overflow-wrap: anywhere;
      }
      @media (max-width: 40rem) {
        .body {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  declare presets: PresetsState;
  /** Of the library that answers. */
  declare sounds: readonly Sound[];
  declare pads: readonly (number | null)[];
  /** Title of the library that answers. */
  declare label: string;
  declare open: boolean;

  constructor() {
    super();
    this.presets = EMPTY;
    this.sounds = [];
    this.pads = [];
    this.label = "";
    this.open = false;
  }

  /** What is under way, or was just told, is shown. */
  protected override willUpdate(changed: PropertyValues<this>): void {
    const { work, waiting, note, fault } = this.presets;
    if (changed.has("presets") && (work ?? waiting ?? note ?? fault) !== null) this.open = true;
  }

  protected override render(): unknown {
    const { work, waiting, note, missing, fault } = this.presets;
    return html`<details .open=${live(this.open)} @toggle=${(event: Event) => (this.open = (event.target as HTMLDetailsElement).open)}>
      <summary><span class="muted">Presets</span> ${work ? `${capitalised(work.stage)}: ${work.title}` : (waiting?.title ?? "open, share and save what the library has learned")}</summary>
      <div class="body">
        ${work || waiting || fault || note ? html`<section class="wide">${this.#working()} ${waiting ? this.#wait(waiting) : nothing} ${told(note, fault)} ${lost(missing)}</section>` : nothing}
        <section aria-label="Open a preset">
          <h3>Open</h3>
          ${this.#builtIn()} ${this.#before()}
          <div class="row">
            <button @click=${() => this.renderRoot.querySelector<HTMLInputElement>("#file")!.click()}>Open a .simile file</button>
            <input id="file" type="file" accept=".simile" aria-label="A .simile file" @change=${this.#onFile} />
          </div>
          <form class="row" @submit=${this.#onAddress}>
            <input type="url" name="address" required placeholder="https://…/preset.simile" aria-label="Address of a preset" autocomplete="off" />
            <button>Fetch</button>
          </form>
        </section>
        ${this.#export()} ${this.#archive()}
      </div>
    </details>`;
  }

  #working(): unknown {
    const { work } = this.presets;
    if (!work) return nothing;
    const { stage, title, done, all } = work;
    return html`<div class="row" role="status">
      <span>${capitalised(stage)} ${title}${all === null ? "" : stage === "fetching" ? `, ${(done / 2 ** 20).toFixed(1)} of ${(all / 2 ** 20).toFixed(1)} MB` : `, ${done.toLocaleString("en")} of ${all.toLocaleString("en")}`}</span>
      ${all ? html`<progress max=${all} value=${done} aria-label=${stage}></progress>` : html`<progress aria-label=${stage}></progress>`}
      <button @click=${() => emit(this, "simile-preset", { kind: "cancel" })}>Cancel</button>
    </div>`;
  }

  #wait({ title, sounds, otherModel, audio }: WaitingPreset): unknown {
    if (this.presets.work) return nothing;
    const counts = counted(sounds, "sound");
    const text = otherModel
      ? `“${title}” was made by another model (${otherModel}), whose distances do not hold here. ${audio ? `Its ${counts} can be analysed again.` : `With the folder of its ${counts} they can be analysed again.`}`
      : `“${title}” knows ${counts} and carries no audio. Choose the folder that holds them.`;
    return html`<div class="waiting">
      <p>${text} Nothing is uploaded.</p>
      <div class="row">
        ${audio ? html`<button class="primary" @click=${() => emit(this, "simile-preset", { kind: "analyse" })}>Analyse ${counts}</button>` : html`<button class="primary" @click=${this.#onFolder}>Choose their folder</button>`}
        <input id="folder" type="file" webkitdirectory multiple aria-label="The folder that holds its sounds" @change=${this.#onFiles} />
        ${otherModel || audio ? nothing : html`<button @click=${() => emit(this, "simile-preset", { kind: "silent" })}>Open without sound</button>`}
        <button @click=${() => emit(this, "simile-preset", { kind: "cancel" })}>Leave it</button>
      </div>
    </div>`;
  }

  #builtIn(): unknown {
    const { builtIn } = this.presets;
    if (builtIn.length === 0) return nothing;
    return html`<ul aria-label="Built in">
      ${builtIn.map(({ address, title, sounds, licence, author }) => html`<li><button title="${author}, ${licence || "no licence named"}" @click=${() => emit(this, "simile-preset", { kind: "built-in", address })}>${title} · ${counted(sounds, "sound")}</button></li>`)}
    </ul>`;
  }

  #before(): unknown {
    const { before } = this.presets;
    if (before.length === 0) return nothing;
    return html`<ul aria-label="Before">
      ${before.map((title, at) => html`<li><button @click=${() => emit(this, "simile-preset", { kind: "return", at })}>Back to ${title}</button></li>`)}
    </ul>`;
  }

  #export(): unknown {
    const families = [...new Set(this.sounds.map(({ family }) => family))].filter((family) => family !== "").sort((a, b) => a.localeCompare(b));
    return html`<section aria-label="Save as a preset">
      <h3>Save</h3>
      <form class="fields" @submit=${this.#onExport}>
        <label for="title">Title</label><input id="title" type="text" name="title" maxlength="200" required .value=${this.label} /> <label for="author">Author</label><input id="author" type="text" name="author" maxlength="200" />
        <label for="licence">Licence</label><input id="licence" type="text" name="licence" maxlength="200" placeholder="CC0-1.0" /> <label for="which">Sounds</label>
        <select id="which" name="which">
          <option value=${ALL}>All ${counted(this.sounds.length, "sound")}</option>
          <option value=${PADS}>On the pads</option>
          ${families.map((family) => html`<option value="family:${family}">${capitalised(family)}</option>`)}
        </select>
        <label class="check wide"><input type="checkbox" name="audio" /> With the audio itself</label>
        <button class="wide" ?disabled=${this.sounds.length === 0}>Save as .simile</button>
      </form>
    </section>`;
  }

  /** What lies in a vector database, served to this page. */
  #archive(): unknown {
    const { archive } = this.presets;
    return html`<section class="wide" aria-label="Ask an archive">
      <h3>Ask an archive</h3>
      <form class="row" @submit=${this.#onArchive}>
        <input type="url" name="archive" required placeholder="http://127.0.0.1:8750, from npx simile serve" aria-label="Address of an archive" autocomplete="off" />
        <button>Look</button>
      </form>
      ${archive
        ? html`<ul aria-label="Kept there">
            ${archive.presets.map(({ name, title, count }) => html`<li><button @click=${() => emit(this, "simile-preset", { kind: "ask", preset: name })}>Likes of the last sound in ${title} · ${counted(count, "sound")}</button></li>`)}
          </ul>`
        : nothing}
      ${archive?.hits ? (archive.hits.length === 0 ? html`<p role="status">Nothing like it there.</p>` : html`<ol aria-label="Likes in the archive">${archive.hits.map(hitLine)}</ol>`) : nothing}
    </section>`;
  }

  readonly #onArchive = (event: SubmitEvent): void => {
    event.preventDefault();
    const address = new FormData(event.target as HTMLFormElement).get("archive");
    if (typeof address === "string" && address.trim() !== "") emit(this, "simile-preset", { kind: "archive", address: address.trim() });
  };

  readonly #onFile = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const [file] = input.files ?? [];
    if (file) emit(this, "simile-preset", { kind: "file", file });
    input.value = "";
  };

  readonly #onAddress = (event: SubmitEvent): void => {
    event.preventDefault();
    const address = new FormData(event.target as HTMLFormElement).get("address");
    if (typeof address === "string" && address.trim() !== "") emit(this, "simile-preset", { kind: "address", address: address.trim() });
  };

  readonly #onFolder = async (): Promise<void> => {
    if (!canPickFolders()) return this.renderRoot.querySelector<HTMLInputElement>("#folder")!.click();
    const folder = await pickFolder().catch(() => null);
    if (folder) emit(this, "simile-preset", { kind: "attach", folder });
  };

  readonly #onFiles = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const { files } = listOf(input.files ?? []);
    if (files.length > 0) emit(this, "simile-preset", { kind: "attach", folder: files });
    input.value = "";
  };

  readonly #onExport = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const which = text("which");
    const family = which.startsWith("family:") ? which.slice("family:".length) : null;
    const ids = which === PADS ? this.pads.filter((id) => id !== null) : family === null ? null : this.sounds.flatMap((sound, id) => (sound.family === family ? [id] : []));
    emit(this, "simile-preset", { kind: "export", wish: { title: text("title"), author: text("author"), licence: text("licence"), audio: form.get("audio") !== null, ids } });
  };
}

function hitLine({ file, distance: far, sound }: ArchiveHit): unknown {
  const known = ["instrument", "technique", "pitch", "dynamics"].map((column) => String(sound[column] ?? "")).filter((value) => value !== "");
  return html`<li><span>${distance(far)}</span> <bdi>${sound["name"] || file}</bdi> <span class="muted">${known.join(" · ")}</span></li>`;
}

function told(note: string | null, fault: string | null): unknown {
  return html`${note === null ? nothing : html`<p role="status">${note}</p>`}${fault === null ? nothing : html`<p class="fault" role="alert">${fault}</p>`}`;
}

function lost(missing: readonly string[]): unknown {
  if (missing.length === 0) return nothing;
  const rest = missing.length - MOST_LISTED;
  return html`<p class="missing muted">Missing: ${missing.slice(0, MOST_LISTED).join(", ")}${rest > 0 ? ` and ${rest.toLocaleString("en")} more` : ""}.</p>`;
}

define("simile-presets", SimilePresets);

declare global {
  interface HTMLElementTagNameMap {
    "simile-presets": SimilePresets;
  }
}
