/** The guide in the app: a dialog with the pages that the repository has as well, there without a network too. */

import { css, html, LitElement, nothing } from "lit";
import { unsafeHTML } from "lit/directives/unsafe-html.js";
import { messageOf } from "../../core/errors.ts";
import { define, emit } from "./events.ts";
import { icon } from "./icons.ts";
import { controls, sheet, tokens } from "./tokens.ts";

/** Gives the guide as HTML that was made when the page was built. */
export type GuideReader = () => Promise<string>;

/** @fires simile-guide - the first steps shall be shown again. @csspart dialog */
export class SimileHelp extends LitElement {
  static override properties = { read: { attribute: false }, page: { state: true }, fault: { state: true } };

  static override styles = [
    tokens,
    controls,
    sheet,
    css`
      :host {
        display: contents;
      }
      dialog {
        width: min(46rem, calc(100vw - 1.5rem));
        padding-top: 0;
        line-height: 1.55;
      }
      dialog header {
        position: sticky;
        top: 0;
        gap: 0.75rem;
        margin-inline: -1.25rem;
        padding: 0.75rem 1.25rem;
        border-bottom: 1px solid var(--_line);
        background: var(--_paper);
      }
      dialog header h2 {
        margin-right: auto;
        font-size: 1.5rem;
      }
      .text :is(h3, h4) {
        margin: 1.5rem 0 0.5rem;
        font: italic 600 1.25rem/1.25 var(--_serif);
        scroll-margin-top: 4rem;
      }
      .text h4 {
        font-size: 1.0625rem;
      }
      .text p,
      .text li,
      .text table {
        margin: 0.5rem 0;
      }
      .text a {
        color: inherit;
        text-decoration-color: var(--_accent);
        text-underline-offset: 0.15em;
      }
      .text code {
        font: 0.875em/1.5 ui-monospace, monospace;
      }
      .text pre,
      .wide {
        overflow-x: auto;
      }
      .text pre {
        padding: 0.75rem;
        border-radius: 0.5rem;
        background: var(--_surface);
      }
      .text table {
        border-collapse: collapse;
      }
      .text :is(th, td) {
        padding: 0.375rem 0.75rem 0.375rem 0;
        border-bottom: 1px solid var(--_line);
        text-align: left;
        vertical-align: top;
      }
      @media (max-width: 40rem) {
        dialog {
          width: 100vw;
          max-width: none;
          height: 100dvh;
          max-height: none;
          margin: 0;
          border: none;
          border-radius: 0;
        }
      }
    `,
  ];

  declare read: GuideReader | null;
  declare page: string;
  declare fault: string;

  constructor() {
    super();
    this.read = null;
    this.page = "";
    this.fault = "";
  }

  /** Opens the guide. */
  async show(): Promise<void> {
    this.renderRoot.querySelector("dialog")?.showModal();
    if (this.page !== "" || !this.read) return;
    try {
      this.page = await this.read();
      this.fault = "";
    } catch (cause) {
      this.fault = `Guide: expected its text, got "${messageOf(cause)}"; check the connection to the server and open it again.`;
    }
  }

  protected override render(): unknown {
    return html`<dialog part="dialog" aria-labelledby="title">
      <header role="none">
        <h2 id="title">Guide</h2>
        <button @click=${this.#again}>First steps</button>
        <button class="icon" aria-label="Close the guide" @click=${this.#close}>${icon("close")}</button>
      </header>
      ${this.fault ? html`<p role="alert">${this.fault}</p>` : nothing}
      <div class="text" @click=${this.#follow}>${unsafeHTML(this.page)}</div>
    </dialog>`;
  }

  readonly #close = (): void => this.renderRoot.querySelector("dialog")?.close();

  readonly #again = (): void => {
    this.#close();
    emit(this, "simile-guide", { shown: true });
  };

  /** A link to a chapter goes there; the page's address stays as it is. */
  readonly #follow = (event: Event): void => {
    const link = (event.target as Element).closest("a");
    const chapter = link?.getAttribute("href");
    if (!chapter?.startsWith("#")) return;
    event.preventDefault();
    this.renderRoot.querySelector(`[id="${CSS.escape(chapter.slice(1))}"]`)?.scrollIntoView();
  };
}

define("simile-help", SimileHelp);

declare global {
  interface HTMLElementTagNameMap {
    "simile-help": SimileHelp;
  }
}
