/** The library that answers: its title, how many sounds, and the families among them, which is the key to their signs. */

import { css, html, LitElement } from "lit";
import type { SoundEntry } from "../../core/presets/library-manifest.ts";
import { define } from "./events.ts";
import { familySign, familyStyles } from "./family.ts";
import { counted } from "./format.ts";
import { controls, tokens } from "./tokens.ts";

/** @csspart family */
export class SimileLibrary extends LitElement {
  static override properties = { label: { type: String }, sounds: { attribute: false } };

  static override styles = [
    tokens,
    controls,
    familyStyles,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0.25rem 1rem;
        font-size: var(--_small);
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 1rem;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: flex;
        align-items: center;
        gap: 0.375rem;
      }
    `,
  ];

  /** Title of the library. */
  declare label: string;
  declare sounds: readonly SoundEntry[];

  constructor() {
    super();
    this.label = "";
    this.sounds = [];
  }

  protected override render(): unknown {
    const families = new Map<string, number>();
    for (const { family } of this.sounds) families.set(family, (families.get(family) ?? 0) + 1);
    const sorted = [...families].sort(([a], [b]) => a.localeCompare(b));
    return html`
      <h2 id="title"><span class="unseen">Library: </span>${this.label || "Library"}</h2>
      <span>${this.sounds.length > 0 ? counted(this.sounds.length, "sound") : "not loaded yet"}</span>
      <ul aria-label="Families">
        ${sorted.map(([family, count]) => html`<li>${familySign(family, 0.875)} <bdi>${family || "other"}</bdi> <span class="muted">${count.toLocaleString("en")}</span></li>`)}
      </ul>
    `;
  }
}

define("simile-library", SimileLibrary);

declare global {
  interface HTMLElementTagNameMap {
    "simile-library": SimileLibrary;
  }
}
