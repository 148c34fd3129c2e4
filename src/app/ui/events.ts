/** The events that elements send, with their details, and how one is sent. */

import type { PlaySettings } from "../../core/answer/play-settings.ts";
import type { EngineSettings } from "../../protocol/engine.ts";
import type { KitFormatId } from "../../core/kits/format-names.ts";
import type { MidiChoice } from "../midi/midi-desk.ts";
import type { DeviceSettings, Target } from "../midi/midi-map.ts";
import type { PadAction } from "../pads/pad-board.ts";
import type { InputSource } from "../simile-state.ts";
import type { PresetAction } from "../presets/presets.ts";
import type { LibraryAction } from "../library/libraries.ts";
import type { MapAction } from "../map/map-desk.ts";
import type { Balance } from "../performing.ts";
import type { WhyAction } from "../why-desk.ts";

export type Theme = "auto" | "light" | "dark";

/** Every event bubbles and crosses shadow roots, so that one listener on a common ancestor hears all. */
export interface SimileEvents {
  /** Listen to this source; null: to the one last chosen. */
  readonly "simile-listen": { readonly source: InputSource | null };
  /** Another source is chosen; whoever listens already goes over to it. */
  readonly "simile-source": { readonly source: InputSource };
  readonly "simile-stop": null;
  readonly "simile-sensitivity": { readonly value: number };
  readonly "simile-configure": Partial<EngineSettings>;
  /** This sound shall never answer; null: all may again. */
  readonly "simile-exclude": { readonly id: number | null };
  /** How answers are played. */
  readonly "simile-perform": Partial<PlaySettings>;
  readonly "simile-balance": Partial<Balance>;
  readonly "simile-guard": { readonly on: boolean };
  readonly "simile-beat": { readonly tempo?: number; readonly running?: boolean };
  readonly "simile-record": { readonly recording: boolean };
  readonly "simile-replay": null;
  /** Measure the way from the output to the input. */
  readonly "simile-loopback": null;
  readonly "simile-volume": { readonly db: number };
  /** `solo`: in place of the sound that was played so before, as a pointer sweeps over them. */
  readonly "simile-play": { readonly id: number; readonly velocity: number; readonly solo?: boolean };
  /** A pad is hit: 0 (bottom left) to 63, velocity 0 to 1. */
  readonly "simile-pad": { readonly pad: number; readonly velocity: number };
  /** The last finger has left it. */
  readonly "simile-pad-up": { readonly pad: number };
  readonly "simile-pads": PadAction;
  readonly "simile-kit-export": { readonly format: KitFormatId };
  readonly "simile-kit-import": { readonly files: readonly File[] };
  /** A pad preset is saved under a name, recalled, deleted, or saved as a file. */
  readonly "simile-pad-preset": { readonly act: "save" | "recall" | "remove" | "file"; readonly name: string };
  readonly "simile-performance": { readonly act: "file" | "clear" };
  readonly "simile-pad-editing": { readonly editing: boolean };
  readonly "simile-pad-like": { readonly pad: number; readonly direction: "more" | "less" };
  readonly "simile-panic": null;
  readonly "simile-midi-enable": null;
  readonly "simile-midi-choose": MidiChoice;
  readonly "simile-midi-device": { readonly key: string; readonly change: Partial<DeviceSettings> };
  readonly "simile-midi-learn": { readonly target: Target | null };
  readonly "simile-midi-forget": { readonly target: Target };
  readonly "simile-dismiss": { readonly key: string };
  readonly "simile-retry": { readonly key: string };
  /** Open, attach, analyse or save a preset. */
  readonly "simile-preset": PresetAction;
  /** About the user's own libraries. */
  readonly "simile-library": LibraryAction;
  /** About the map of the library. */
  readonly "simile-map": MapAction;
  /** Why a sound answers. */
  readonly "simile-why": WhyAction;
  readonly "simile-theme": { readonly theme: Theme };
  /** To the stage view, or back from it. */
  readonly "simile-stage": { readonly on: boolean };
  /** The first steps shall be shown, or are done. */
  readonly "simile-guide": { readonly shown: boolean };
  /** Go over to the new version of the page. */
  readonly "simile-update": null;
}

export type SimileEventHandlers = { readonly [Name in keyof SimileEvents]: CustomEvent<SimileEvents[Name]> };

declare global {
  interface HTMLElementEventMap extends SimileEventHandlers {}
}

export function emit<Name extends keyof SimileEvents>(from: EventTarget, name: Name, detail: SimileEvents[Name]): void {
  from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
}

/** Registers an element, once however often its module is loaded. */
export function define(tag: string, element: CustomElementConstructor): void {
  if (!customElements.get(tag)) customElements.define(tag, element);
}

/** Whether a key press belongs to a field that takes text or chooses by letters. */
export function isTyping(event: Event): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches("textarea, select, input:not([type=range], [type=checkbox], [type=radio], [type=button], [type=file])");
}

/** Whether a key press belongs to a control that Space itself operates. */
export function isOnControl(event: Event): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches("button, input:not([type=range]), select, textarea, summary, a[href], [role=button], [role=switch]");
}

/** Whether a dialog is open over the page, in this root or in a shadow below it. */
export function hasModal(root: Document | ShadowRoot): boolean {
  return root.querySelector("dialog:modal") !== null || [...root.querySelectorAll("*")].some(({ shadowRoot }) => shadowRoot !== null && hasModal(shadowRoot));
}
