/** How each MIDI device is heard, what its pads and knobs were learned for, and how answers are sent, in a dialog. */

import { css, html, LitElement, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { MAX_BANK_PADS } from "../../core/pads/pad-bank.ts";
import { type Control, CONTROL_GROUPS, CONTROLS } from "../controls.ts";
import { LAYOUTS, type LayoutId, layoutOf } from "../midi/layouts.ts";
import type { MidiDevice, MidiState } from "../midi/midi-desk.ts";
import { sameTarget, type Target, type Trigger } from "../midi/midi-map.ts";
import { define, emit } from "./events.ts";
import { icon } from "./icons.ts";
import { controls, sheet, tokens } from "./tokens.ts";

const CHANNELS = Array.from({ length: 16 }, (_, index) => index + 1);
/** Controllers offered for the distance: those that MIDI leaves to the user, and the modulation wheel. */
const DISTANCE_CONTROLLERS = [1, 3, 9, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 74];

/** @fires simile-midi-device @fires simile-midi-learn @fires simile-midi-forget @fires simile-midi-choose @csspart dialog */
export class SimileMidiSetup extends LitElement {
  static override properties = { midi: { attribute: false }, pads: { type: Number } };

  static override styles = [
    tokens,
    controls,
    sheet,
    css`
      :host {
        display: contents;
      }
      dialog {
        width: min(44rem, calc(100vw - 1.5rem));
      }
      h3,
      h4 {
        margin: 0;
        font-size: 0.9375rem;
      }
      h4 {
        font-size: var(--_small);
      }
      .device {
        display: grid;
        grid-template-columns: minmax(0, 1.5fr) minmax(0, 1fr) auto;
        align-items: end;
        gap: 0.25rem 0.5rem;
        padding: 0.5rem 0.625rem;
        border-radius: var(--_radius);
        background: var(--_surface);
      }
      .device > :is(h4, p) {
        grid-column: 1 / -1;
      }
      label {
        display: grid;
        gap: 0.125rem;
      }
      label.check {
        display: flex;
        align-items: center;
        gap: 0.375rem;
        min-height: var(--_tap);
      }
      select {
        color: var(--_ink);
      }
      .grid {
        display: grid;
        grid-template-columns: repeat(4, minmax(0, 1fr));
        gap: 0.25rem;
      }
      @media (min-width: 44rem) {
        .grid {
          grid-template-columns: repeat(8, minmax(0, 1fr));
        }
      }
      .grid button {
        flex-direction: column;
        gap: 0;
        padding: 0.125rem;
        font-size: var(--_tiny);
      }
      .list {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(18rem, 1fr));
        gap: 0.25rem 0.75rem;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .list li {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto auto auto;
        align-items: center;
        gap: 0.375rem;
        font-size: var(--_small);
      }
      .list button {
        min-height: 1.75rem;
        padding: 0 0.5rem;
        font-size: var(--_tiny);
      }
      .bound {
        color: var(--_muted);
        font-size: var(--_tiny);
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      button.learning,
      button.learning:hover {
        border-color: var(--_accent);
        background: var(--_accent);
        color: var(--_on-accent);
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

  get #dialog(): HTMLDialogElement {
    return this.renderRoot.querySelector("dialog")!;
  }

  protected override render(): unknown {
    const { midi } = this;
    if (midi?.access !== "granted") return nothing;
    const value = (event: Event): string => (event.target as HTMLSelectElement).value;
    const shown = midi.devices.filter(({ connected, settings }) => connected || settings.bindings.length > 0);
    return html`
      <button aria-haspopup="dialog" @click=${() => this.#dialog.showModal()}>Set up</button>
      <dialog
        part="dialog"
        aria-labelledby="heading"
        @close=${() => emit(this, "simile-midi-learn", { target: null })}
        @click=${(event: Event) => event.target === this.#dialog && this.#dialog.close()}
      >
        <header role="none">
          <h2 id="heading">MIDI</h2>
          <button class="icon" aria-label="Close" @click=${() => this.#dialog.close()}>${icon("close")}</button>
        </header>
        <p class="muted small" role="status">${midi.learning ? `Move a key or a knob: it is learned for ${nameOf(midi.learning)}.` : midi.clockBpm === null ? "" : `MIDI clock: ${midi.clockBpm} beats a minute.`}</p>
        <section>
          <h3>Devices</h3>
          ${shown.length === 0 ? html`<p class="muted small">No device is connected: plug one in, it appears by itself.</p>` : shown.map((device) => this.#device(device))}
        </section>
        <section>
          <h3>Answers sent on</h3>
          <div class="row">
            <label>Note
              <select .value=${live(midi.out.notes)} @change=${(event: Event) => emit(this, "simile-midi-choose", { notes: value(event) as "pad" | "pitch" })}>
                <option value="pad" ?selected=${midi.out.notes === "pad"}>of the pad</option>
                <option value="pitch" ?selected=${midi.out.notes === "pitch"}>the sound's own pitch</option>
              </select>
            </label>
            <label>Distance as controller
              <select .value=${live(String(midi.out.distanceController ?? ""))} @change=${(event: Event) => emit(this, "simile-midi-choose", { distanceController: value(event) === "" ? null : Number(value(event)) })}>
                <option value="" ?selected=${midi.out.distanceController === null}>none</option>
                ${DISTANCE_CONTROLLERS.map((controller) => html`<option value=${controller} ?selected=${controller === midi.out.distanceController}>CC ${controller}</option>`)}
              </select>
            </label>
          </div>
        </section>
        <section>
          <h3>Learn pads</h3>
          <div class="grid">${Array.from({ length: Math.min(MAX_BANK_PADS, this.pads) }, (_, pad) => this.#pad(pad, midi))}</div>
          <p class="muted small">Press a pad here, then one on the device. Learned pads keep their layout's note as well.</p>
        </section>
        <section>
          <h3>Learn controls</h3>
          ${CONTROL_GROUPS.map(
            (group) => html`<h4>${group}</h4>
              <ul class="list">
                ${CONTROLS.filter((control) => control.group === group).map((control) => this.#control(control, midi))}
              </ul>`,
          )}
        </section>
      </dialog>
    `;
  }

  #device({ key, connected, settings }: MidiDevice): unknown {
    const set = (change: Partial<MidiDevice["settings"]>) => emit(this, "simile-midi-device", { key, change });
    const { hint } = layoutOf(settings.layout);
    return html`<div class="device" role="group" aria-label=${key}>
      <h4><bdi>${key}</bdi>${connected ? nothing : html` <span class="muted">· not connected</span>`}</h4>
      <label>Pads lie like
        <select .value=${live(settings.layout)} @change=${(event: Event) => set({ layout: (event.target as HTMLSelectElement).value as LayoutId })}>
          ${LAYOUTS.map(({ id, title }) => html`<option value=${id} ?selected=${id === settings.layout}>${title}</option>`)}
        </select>
      </label>
      <label>Channel
        <select .value=${live(String(settings.channel ?? ""))} @change=${(event: Event) => set({ channel: Number((event.target as HTMLSelectElement).value) || null })}>
          <option value="" ?selected=${settings.channel === null}>all (omni)</option>
          ${CHANNELS.map((channel) => html`<option value=${channel} ?selected=${channel === settings.channel}>${channel}</option>`)}
        </select>
      </label>
      <label class="check"><input type="checkbox" .checked=${live(settings.mpe)} @change=${(event: Event) => set({ mpe: (event.target as HTMLInputElement).checked })} />MPE</label>
      ${hint ? html`<p class="muted small">${hint}</p>` : nothing}
    </div>`;
  }

  /** Where a target is bound, by device. */
  #bound(target: Target, midi: MidiState): string {
    const found = midi.devices.flatMap(({ settings }) => settings.bindings.filter((binding) => sameTarget(binding.target, target)).map(({ trigger }) => spoken(trigger)));
    return found.join(", ");
  }

  #learnButton(target: Target, midi: MidiState, name: string): unknown {
    const learning = midi.learning !== null && sameTarget(midi.learning, target);
    return html`<button class=${learning ? "learning" : ""} aria-pressed=${learning} aria-label="Learn ${name}" @click=${() => emit(this, "simile-midi-learn", { target: learning ? null : target })}>
      ${learning ? "Waiting" : "Learn"}
    </button>`;
  }

  #pad(pad: number, midi: MidiState): unknown {
    const target: Target = { kind: "pad", pad };
    const bound = this.#bound(target, midi);
    const learning = midi.learning !== null && sameTarget(midi.learning, target);
    return html`<button class=${learning ? "learning" : ""} aria-pressed=${learning} @click=${() => emit(this, "simile-midi-learn", { target: learning ? null : target })}>
      <span>Pad ${pad + 1}</span><span>${learning ? "waiting" : bound || "–"}</span>
    </button>`;
  }

  #control({ id, title }: Control, midi: MidiState): unknown {
    const target: Target = { kind: "control", control: id };
    const bound = this.#bound(target, midi);
    return html`<li>
      <span>${title}</span><span class="bound">${bound}</span>${this.#learnButton(target, midi, title)}
      ${bound ? html`<button aria-label="Forget ${title}" @click=${() => emit(this, "simile-midi-forget", { target })}>Forget</button>` : html`<span></span>`}
    </li>`;
  }
}

function nameOf(target: Target): string {
  return target.kind === "pad" ? `pad ${target.pad + 1}` : (CONTROLS.find(({ id }) => id === target.control)?.title ?? target.control);
}

/** "note 36", "CC 7", with the channel where it is not the first. */
function spoken(trigger: Trigger): string {
  const channel = trigger.channel === 1 ? "" : ` ch ${trigger.channel}`;
  return trigger.kind === "note" ? `note ${trigger.note}${channel}` : `CC ${trigger.controller}${channel}`;
}

define("simile-midi-setup", SimileMidiSetup);

declare global {
  interface HTMLElementTagNameMap {
    "simile-midi-setup": SimileMidiSetup;
  }
}
