/** Where MIDI comes from and goes to: asks for access, then chooses input, output and channel, and opens the set-up. */

import { css, html, LitElement } from "lit";
import { live } from "lit/directives/live.js";
import type { MidiState } from "../midi/midi-desk.ts";
import { define, emit } from "./events.ts";
import "./simile-midi-setup.ts";
import { controls, tokens } from "./tokens.ts";

const CHANNELS = Array.from({ length: 16 }, (_, index) => index + 1);

/** @fires simile-midi-enable @fires simile-midi-choose - one of input, output, channel. */
export class SimileMidi extends LitElement {
  static override properties = { midi: { attribute: false }, pads: { type: Number } };

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: grid;
        gap: 0.5rem;
      }
      .off {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 0.5rem 1rem;
      }
      .off p {
        flex: 1 1 14rem;
      }
      .ports {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) auto auto;
        align-items: end;
        gap: 0.25rem 0.5rem;
      }
      .ports label {
        display: grid;
        gap: 0.125rem;
      }
      select {
        color: var(--_ink);
      }
    `,
  ];

  declare midi: MidiState | null;
  /** Pads that can be learned. */
  declare pads: number;

  constructor() {
    super();
    this.midi = null;
    this.pads = 16;
  }

  protected override render(): unknown {
    const midi = this.midi;
    if (midi?.access === "granted") return this.#ports(midi);
    const sentence = {
      off: "Play the pads from a controller, send every answer on as a note.",
      asking: "The browser asks whether this page may use MIDI.",
      refused: "MIDI was refused. Allow it in the browser's site settings, then try again.",
      absent: "This browser has no Web MIDI (Chrome, Edge and Firefox have it). Mouse, touch and keys play the pads.",
    }[midi?.access ?? "off"];
    return html`<div class="off">
      <p class="muted small"><strong>MIDI</strong> · ${sentence}</p>
      ${midi?.access === "absent"
        ? ""
        : html`<button ?disabled=${midi?.access === "asking"} @click=${() => emit(this, "simile-midi-enable", null)}>${midi?.access === "refused" ? "Try again" : "Use MIDI"}</button>`}
    </div>`;
  }

  #ports(midi: MidiState): unknown {
    const value = (event: Event): string => (event.target as HTMLSelectElement).value;
    return html`<div class="ports" role="group" aria-label="MIDI">
      <label>MIDI in
        <select .value=${live(midi.input ?? "")} @change=${(event: Event) => emit(this, "simile-midi-choose", { input: value(event) || null })}>
          <option value="" ?selected=${midi.input === null}>All inputs</option>
          ${midi.inputs.map((port) => html`<option value=${port.id} ?selected=${port.id === midi.input}>${port.name}</option>`)}
        </select>
      </label>
      <label>MIDI out
        <select .value=${live(midi.output ?? "")} @change=${(event: Event) => emit(this, "simile-midi-choose", { output: value(event) || null })}>
          <option value="" ?selected=${midi.output === null}>None</option>
          ${midi.outputs.map((port) => html`<option value=${port.id} ?selected=${port.id === midi.output}>${port.name}</option>`)}
        </select>
      </label>
      <label>Out channel
        <select .value=${live(String(midi.channel))} @change=${(event: Event) => emit(this, "simile-midi-choose", { channel: Number(value(event)) })}>
          ${CHANNELS.map((channel) => html`<option value=${channel} ?selected=${channel === midi.channel}>${channel}</option>`)}
        </select>
      </label>
      <simile-midi-setup .midi=${midi} .pads=${this.pads}></simile-midi-setup>
    </div>`;
  }
}

define("simile-midi", SimileMidi);

declare global {
  interface HTMLElementTagNameMap {
    "simile-midi": SimileMidi;
  }
}
