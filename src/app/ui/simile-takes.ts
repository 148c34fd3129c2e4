/** Records takes, and gives their files: input, answers and mix, the notes and the table of what was retrieved. */

import { css, html, LitElement, nothing } from "lit";
import { NO_TAKE, type TakeFiles, type TakeState } from "../take-recorder.ts";
import { define, emit } from "./events.ts";
import { icon } from "./icons.ts";
import { controls, tokens } from "./tokens.ts";

const FILES = [
  ["mix", "Mix", "wav"],
  ["input", "Input", "wav"],
  ["answers", "Answers", "wav"],
  ["midi", "Notes", "mid"],
  ["csv", "Table", "csv"],
] as const satisfies readonly (readonly [keyof TakeFiles, string, string])[];

/** @fires simile-record - begin or end a take. @fires simile-replay - answer the last take's input again, with the settings of now. */
export class SimileTakes extends LitElement {
  static override properties = { take: { attribute: false }, ready: { type: Boolean }, testing: { type: Boolean } };

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem 0.75rem;
        font-size: var(--_small);
      }
      .dot {
        width: 0.75rem;
        height: 0.75rem;
        border-radius: 50%;
        background: var(--_accent);
      }
      .files {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 0.75rem;
      }
      a {
        color: var(--_ink);
        line-height: var(--_tap);
      }
    `,
  ];

  declare take: TakeState;
  /** Whether there is audio to record. */
  declare ready: boolean;
  /** Whether the round trip is being measured, on the tape that a take needs. */
  declare testing: boolean;

  #files: TakeFiles | null = null;
  #addresses: readonly string[] = [];

  constructor() {
    super();
    this.take = NO_TAKE;
    this.ready = false;
    this.testing = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#offer(null);
  }

  /** Addresses for the files, as long as they are shown. */
  #offer(files: TakeFiles | null): void {
    if (files === this.#files) return;
    for (const address of this.#addresses) URL.revokeObjectURL(address);
    this.#files = files;
    this.#addresses = files ? FILES.map(([name]) => URL.createObjectURL(files[name])) : [];
  }

  protected override render(): unknown {
    const { recording, seconds, files } = this.take;
    this.#offer(this.isConnected ? files : null);
    return html`
      <button aria-pressed=${recording} ?disabled=${!this.ready || this.testing} title=${this.testing ? "The round trip is being measured: record when that has ended." : nothing} @click=${() => emit(this, "simile-record", { recording: !recording })}>
        ${recording ? icon("stop") : html`<span class="dot" aria-hidden="true"></span>`} ${recording ? "End take" : "Record a take"}
      </button>
      <output aria-label="Length of the take">${recording || files ? clock(seconds) : ""}</output>
      ${files && !recording
        ? html`<button @click=${() => emit(this, "simile-replay", null)}>${icon("play")} Answer it again</button>
            <span class="files">${FILES.map(([name, label, ending], i) => html`<a href=${this.#addresses[i]!} download="take-${name}.${ending}">${label}</a>`)}</span>
            ${files.lost > 0 ? html`<span class="muted">The page was held up: some of it is silent.</span>` : nothing}`
        : nothing}
    `;
  }
}

/** "1:05". */
function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

define("simile-takes", SimileTakes);

declare global {
  interface HTMLElementTagNameMap {
    "simile-takes": SimileTakes;
  }
}
