/** The library's sounds as a list of any length: found by words, folder, field and favourites, heard, chosen, and described many at a time. */

import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { live } from "lit/directives/live.js";
import { type LitVirtualizer } from "@lit-labs/virtualizer/LitVirtualizer.js";
import "@lit-labs/virtualizer";
import { BROWSE_ALL, BROWSE_FIELDS, type Browse, type BrowseField, browse, foldersOf, valuesOf } from "../../core/library/browse-sounds.ts";
import type { Sound } from "../../core/library/sound.ts";
import type { LibrarySound, SoundEdit } from "../../protocol/library.ts";
import { offerSound } from "./drag-sound.ts";
import { define, emit, isTyping } from "./events.ts";
import { familySign, familyStyles } from "./family.ts";
import { capitalised, counted, decibels, duration, worded } from "./format.ts";
import { icon } from "./icons.ts";
import { controls, tokens } from "./tokens.ts";

type Shown = Sound & Partial<Pick<LibrarySound, "favourite" | "loudness" | "estimated">>;

/** Most folders offered to choose from. */
const MOST_FOLDERS = 2000;

/**
 * Keys in the list: arrows, Page Up and Down, Home and End go; Enter plays; Space chooses, with Shift up to there; Ctrl+A chooses all that are shown; F marks.
 *
 * @fires simile-play @fires simile-pads - "+" puts a sound on an empty pad. @fires simile-library - edit. @csspart list @csspart row @csspart family
 */
export class SimileSounds extends LitElement {
  static override properties = { sounds: { attribute: false }, playing: { attribute: false }, editable: { type: Boolean }, narrowed: { state: true }, chosen: { state: true }, at: { state: true } };

  static override styles = [
    tokens,
    controls,
    familyStyles,
    css`
      :host {
        display: grid;
        grid-template: auto auto minmax(12rem, 1fr) auto / minmax(0, 1fr);
        gap: 0.5rem;
        font-size: var(--_small);
      }
      .filters {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      .filters select {
        flex: 1 1 8.5rem;
        max-width: 14rem;
        font-size: var(--_small);
      }
      input[type="search"],
      input[type="text"] {
        padding: 0 0.75rem;
        font-size: 0.875rem;
      }
      input[type="search"] {
        flex: 2 1 12rem;
      }
      .count {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.25rem 1rem;
        min-height: 1.5rem;
      }
      .count button {
        min-height: 1.75rem;
        padding: 0 0.5rem;
        font-size: var(--_small);
      }
      [role="grid"] {
        display: block;
        min-height: 0;
        overflow: hidden;
        border: 1px solid var(--_line);
        border-radius: 0.5rem;
        background: var(--_surface);
      }
      lit-virtualizer {
        height: 100%;
        min-height: 100%;
      }
      .row {
        display: grid;
        grid-template-columns: 1.25rem minmax(0, 3fr) minmax(0, 1.3fr) minmax(0, 1.3fr) 3.5rem 2.5rem 4.25rem 4rem 2rem;
        align-items: center;
        gap: 0.5rem;
        width: 100%;
        height: 2.5rem;
        padding: 0 0.5rem;
        border-bottom: 1px solid var(--_line);
        cursor: default;
      }
      .row > span {
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .row:hover {
        background: var(--_raised);
      }
      .row[aria-selected="true"] {
        background: color-mix(in oklab, var(--_accent) 18%, var(--_surface));
      }
      .row:focus-visible {
        outline-offset: -0.1875rem;
      }
      .name b {
        display: block;
        overflow: hidden;
        font-weight: 600;
        text-overflow: ellipsis;
      }
      .path {
        display: block;
        overflow: hidden;
        color: var(--_muted);
        font-size: var(--_tiny);
        text-overflow: ellipsis;
      }
      .sounding {
        color: var(--_accent);
      }
      .dynamics {
        font: italic 600 0.875rem var(--_serif);
      }
      .number {
        text-align: right;
      }
      .mark {
        display: grid;
        place-items: center;
        width: 2rem;
        min-height: 2rem;
        padding: 0;
        border: none;
        background: none;
        color: var(--_muted);
      }
      .mark[aria-pressed="true"] {
        background: none;
        color: var(--_accent);
      }
      form {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr));
        gap: 0.5rem;
        align-items: end;
      }
      form label {
        display: grid;
        gap: 0.125rem;
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        grid-column: 1 / -1;
        gap: 0.5rem;
      }
      .nothing {
        padding: 1.5rem;
        color: var(--_muted);
        text-align: center;
      }
      @media (max-width: 60rem) {
        .row {
          grid-template-columns: 1.25rem minmax(0, 1fr) 2.75rem 2rem 2rem;
        }
        .wide {
          display: none;
        }
      }
    `,
  ];

  declare sounds: readonly Shown[];
  declare playing: ReadonlySet<number>;
  /** Whether sounds can be described and marked. */
  declare editable: boolean;
  declare narrowed: Browse;
  /** Keys of the sounds that are chosen. */
  declare chosen: ReadonlySet<string>;
  /** Place in the list that the keys are at. */
  declare at: number;

  /** Ids that are shown. */
  #shown: readonly number[] = [];
  #values: ReadonlyMap<BrowseField, readonly (readonly [string, number])[]> = new Map();
  #folders: readonly string[] = [];
  /** Where a range of choices began. */
  #anchor = 0;

  constructor() {
    super();
    this.sounds = [];
    this.playing = new Set();
    this.editable = false;
    this.narrowed = BROWSE_ALL;
    this.chosen = new Set();
    this.at = 0;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("sounds")) {
      this.#values = new Map(BROWSE_FIELDS.map((field) => [field, valuesOf(this.sounds, field)]));
      this.#folders = foldersOf(this.sounds).slice(0, MOST_FOLDERS);
      const keys = new Set(this.sounds.map(({ key }) => key));
      if ([...this.chosen].some((key) => !keys.has(key))) this.chosen = new Set([...this.chosen].filter((key) => keys.has(key)));
    }
    if (changed.has("sounds") || changed.has("narrowed")) {
      this.#shown = browse(this.sounds, this.narrowed);
      this.at = Math.max(0, Math.min(this.at, this.#shown.length - 1));
    }
  }

  protected override render(): unknown {
    const { folder, favourites, text } = this.narrowed;
    return html`
      <div class="filters" role="search">
        <input type="search" aria-label="Find sounds" placeholder="Find by name, path or field" .value=${live(text)} @input=${(event: InputEvent) => this.#narrow({ text: valueOf(event) })} />
        ${this.#folders.length > 0 ? html`<select aria-label="Folder" @change=${(event: Event) => this.#narrow({ folder: valueOf(event) })}><option value="" ?selected=${folder === ""}>All folders</option>${this.#folders.map((path) => html`<option value=${path} ?selected=${folder === path}>${path}</option>`)}</select>` : nothing}
        ${BROWSE_FIELDS.map((field) => this.#choice(field))}
        ${this.editable ? html`<button aria-pressed=${favourites} @click=${() => this.#narrow({ favourites: !favourites })}>${icon("star")} Favourites</button>` : nothing}
      </div>
      <div class="count">
        <span role="status">${this.#shown.length === this.sounds.length ? counted(this.sounds.length, "sound") : `${this.#shown.length.toLocaleString("en")} of ${counted(this.sounds.length, "sound")}`}${this.chosen.size > 0 ? `, ${this.chosen.size.toLocaleString("en")} chosen` : ""}</span>
        ${this.narrowed === BROWSE_ALL ? nothing : html`<button @click=${() => (this.narrowed = BROWSE_ALL)}>Show all</button>`}
        ${this.editable && this.#shown.length > 0 ? html`<button @click=${() => this.#chooseAll()}>Choose all shown</button>` : nothing}
        ${this.chosen.size > 0 ? html`<button @click=${() => (this.chosen = new Set())}>Choose none</button>` : nothing}
      </div>
      <div role="grid" part="list" aria-label="Sounds" aria-rowcount=${this.#shown.length} aria-multiselectable="true" tabindex=${this.#shown.length === 0 ? 0 : -1} @keydown=${this.#onKey}>
        ${this.#shown.length === 0
          ? html`<div role="row"><div role="gridcell" class="nothing">${this.sounds.length === 0 ? "No sounds yet." : "No sound fits."}</div></div>`
          : html`<lit-virtualizer role="presentation" scroller .items=${this.#shown as number[]} .keyFunction=${(id: unknown) => this.sounds[id as number]?.key} .renderItem=${(id: unknown, place: number) => this.#row(id as number, place) as ReturnType<typeof html>}></lit-virtualizer>`}
      </div>
      ${this.editable && this.chosen.size > 0 ? this.#editor() : nothing}
    `;
  }

  #choice(field: BrowseField): unknown {
    const values = this.#values.get(field) ?? [];
    const now = this.narrowed.fields[field];
    if (values.length < 2 && now === undefined) return nothing;
    return html`<select aria-label=${capitalised(field)} @change=${(event: Event) => this.#narrowField(field, valueOf(event))}>
      <option value="any" ?selected=${now === undefined}>Any ${field}</option>
      ${values.map(([value, count]) => html`<option value=${`is ${value}`} ?selected=${now === value}>${value === "" ? `no ${field}` : worded(value)} (${count.toLocaleString("en")})</option>`)}
    </select>`;
  }

  #row(id: number, place: number): unknown {
    const sound = this.sounds[id];
    if (!sound) return nothing;
    const { name, file, family, instrument, technique, pitch, dynamics, durationSeconds, loudness, estimated, favourite = false, key } = sound;
    const sounding = this.playing.has(id);
    return html`<div
      class="row"
      part="row"
      role="row"
      aria-rowindex=${place + 1}
      aria-selected=${this.chosen.has(key)}
      data-place=${place}
      tabindex=${place === this.at ? 0 : -1}
      draggable="true"
      aria-keyshortcuts="+"
      @dragstart=${(event: DragEvent) => offerSound(event, { key, from: null }, null)}
      @focus=${() => (this.at = place)}
      @click=${(event: MouseEvent) => this.#onClick(event, place)}
      @dblclick=${() => this.#play(id)}
    >
      <span role="gridcell" class=${sounding ? "sounding" : ""}>${sounding ? icon("sounding", 1.125) : familySign(family, 1)}<span class="unseen">${sounding ? "sounding" : family}</span></span>
      <span role="gridcell" class="name" title=${file}><b><bdi>${name}</bdi></b><bdi class="path">${file}</bdi></span>
      <span role="gridcell" class="wide">${worded(instrument)}</span>
      <span role="gridcell" class="wide">${worded(technique)}</span>
      <span role="gridcell" title=${estimated ? "estimated from the sound" : nothing}>${pitch}${estimated ? html`<span class="muted" aria-label=", estimated"> ~</span>` : nothing}</span>
      <span role="gridcell" class="dynamics">${dynamics}</span>
      <span role="gridcell" class="number wide">${duration(durationSeconds)}</span>
      <span role="gridcell" class="number wide">${loudness === undefined ? "" : decibels(loudness).replace("dB", "LUFS")}</span>
      <span role="gridcell">${this.editable ? html`<button class="mark" tabindex="-1" aria-pressed=${favourite} aria-label="Favourite: ${name}" @click=${(event: Event) => this.#mark(event, [key], !favourite)}>${icon("star", 1)}</button>` : nothing}</span>
    </div>`;
  }

  #editor(): unknown {
    const chosen = this.sounds.filter(({ key }) => this.chosen.has(key));
    /** The value that all chosen sounds have. */
    const common = (field: BrowseField) => (chosen.every((sound) => sound[field] === chosen[0]![field]) ? chosen[0]![field] : null);
    return html`<form aria-label="Describe the chosen sounds" @submit=${this.#onSubmit}>
      ${BROWSE_FIELDS.map((field) => {
        const value = common(field);
        return html`<label>${capitalised(field)}<input type="text" name=${field} autocomplete="off" placeholder=${value === null ? "several" : value || "none"} /></label>`;
      })}
      <div class="buttons">
        <button class="primary">Describe ${counted(this.chosen.size, "sound")}</button>
        <button type="button" @click=${(event: Event) => this.#mark(event, [...this.chosen], true)}>${icon("star")} Mark</button>
        <button type="button" @click=${(event: Event) => this.#mark(event, [...this.chosen], false)}>Unmark</button>
        <button type="button" @click=${() => this.#edit([...this.chosen], Object.fromEntries(BROWSE_FIELDS.map((field) => [field, null])))}>As path and sound tell</button>
      </div>
    </form>`;
  }

  readonly #onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const fields = [...new FormData(form)].filter(([, value]) => value !== "").map(([field, value]) => [field, String(value).trim()]);
    if (fields.length > 0) this.#edit([...this.chosen], Object.fromEntries(fields));
    form.reset();
  };

  #edit(keys: readonly string[], edit: SoundEdit): void {
    emit(this, "simile-library", { kind: "edit", keys, edit });
  }

  #mark(event: Event, keys: readonly string[], favourite: boolean): void {
    event.stopPropagation();
    this.#edit(keys, { favourite });
  }

  #narrow(change: Partial<Browse>): void {
    const next = { ...this.narrowed, ...change };
    const all = next.text === "" && next.folder === "" && !next.favourites && Object.keys(next.fields).length === 0;
    this.narrowed = all ? BROWSE_ALL : next;
  }

  #narrowField(field: BrowseField, choice: string): void {
    const { [field]: _, ...others } = this.narrowed.fields;
    this.#narrow({ fields: choice === "any" ? others : { ...others, [field]: choice.slice(3) } });
  }

  #play(id: number): void {
    emit(this, "simile-play", { id, velocity: 1 });
  }

  #onClick(event: MouseEvent, place: number): void {
    this.at = place;
    if (event.shiftKey) this.#chooseTo(place);
    else if (event.ctrlKey || event.metaKey) this.#toggle(place);
    else {
      this.#anchor = place;
      this.#play(this.#shown[place]!);
    }
  }

  #toggle(place: number): void {
    if (!this.editable) return;
    this.#anchor = place;
    const key = this.sounds[this.#shown[place]!]!.key;
    const next = new Set(this.chosen);
    if (!next.delete(key)) next.add(key);
    this.chosen = next;
  }

  #chooseTo(place: number): void {
    if (!this.editable) return;
    const [from, to] = place < this.#anchor ? [place, this.#anchor] : [this.#anchor, place];
    this.chosen = new Set([...this.chosen, ...this.#shown.slice(from, to + 1).map((id) => this.sounds[id]!.key)]);
  }

  #chooseAll(): void {
    this.chosen = new Set([...this.chosen, ...this.#shown.map((id) => this.sounds[id]!.key)]);
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (isTyping(event)) return;
    const last = this.#shown.length - 1;
    const steps: Readonly<Record<string, number>> = { ArrowDown: this.at + 1, ArrowUp: this.at - 1, PageDown: this.at + 10, PageUp: this.at - 10, Home: 0, End: last };
    const step = steps[event.key];
    const id = this.#shown[this.at];
    if (step !== undefined) {
      this.#go(Math.max(0, Math.min(last, step)));
      if (event.shiftKey) this.#chooseTo(this.at);
    } else if (event.key === "Enter" && id !== undefined) this.#play(id);
    else if (event.key === "+" && id !== undefined) emit(this, "simile-pads", { kind: "put", sound: this.sounds[id]!.key });
    else if (event.key === " ") {
      if (event.shiftKey) this.#chooseTo(this.at);
      else this.#toggle(this.at);
    } else if (event.key === "a" && (event.ctrlKey || event.metaKey) && this.editable) this.#chooseAll();
    else if (event.key === "f" && !event.ctrlKey && !event.metaKey && id !== undefined && this.editable) {
      const { key, favourite = false } = this.sounds[id]!;
      this.#edit([key], { favourite: !favourite });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** Brings a place of the list into view and under the keys. */
  async #go(place: number): Promise<void> {
    this.at = place;
    const list = this.renderRoot.querySelector("lit-virtualizer") as LitVirtualizer | null;
    list?.element(place)?.scrollIntoView({ block: "nearest" });
    await this.updateComplete;
    await list?.layoutComplete;
    (this.renderRoot.querySelector(`[data-place="${place}"]`) as HTMLElement | null)?.focus({ preventScroll: true });
  }
}

function valueOf(event: Event): string {
  return (event.target as HTMLInputElement).value;
}

define("simile-sounds", SimileSounds);

declare global {
  interface HTMLElementTagNameMap {
    "simile-sounds": SimileSounds;
  }
}
