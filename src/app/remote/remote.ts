/** The instrument under remote control: does what messages order, and reports what happens, in one vocabulary for every socket. */

import { type ControlArgument, type ControlMessage, readControlMessage } from "../../core/control/control-message.ts";
import { velocityOf } from "../../core/answer/velocity.ts";
import { FormatError, messageOf } from "../../core/errors.ts";
import { show } from "../../core/presets/fields.ts";
import { type Argument, CONTROL_ORDERS, CONTROL_SETTINGS, CONTROL_SETTING_NAMES, CONTROL_VERSION, type ControlOrder, type ControlReport, type ControlSetting, MOST_LISTED } from "../../protocol/control.ts";
import type { PadVoice } from "../audio/pad-voices.ts";
import { answerNote } from "../pads/pad-notes.ts";
import type { Simile, SimileState } from "../simile-state.ts";
import { readArgument } from "./argument.ts";
import { SETTING_HANDLES } from "./settings.ts";

export interface Remote {
  /** Does what a message orders; what is no order is told as a fault and does nothing. Never throws. */
  receive(message: unknown): void;
  /** Tells all that a newcomer wants to know. */
  tell(): void;
  /** Reports no more; what it holds is let go. */
  dispose(): void;
}

const SET = "/simile/set/";
const REMEDY = "src/docs/bridge.md lists what can be said";
/** Values that reports round to: a distance or a setting is no longer than this in text. */
const DECIMALS = 1e6;

/** `send` gets every report. */
export function createRemote(simile: Simile, send: (message: ControlMessage) => void): Remote {
  let before: SimileState | null = null;
  const held = new Map<number, PadVoice>();
  const report = (address: ControlReport, ...args: readonly ControlArgument[]) => send({ address, args: args.map((arg) => (typeof arg === "number" ? Math.round(arg * DECIMALS) / DECIMALS : arg)) });

  const strike = (pad: number, velocity: number) => {
    held.get(pad)?.release();
    held.delete(pad);
    const voice = velocity > 0 ? simile.pads.strike(pad, velocity) : null;
    if (voice) held.set(pad, voice);
  };
  const orders: Readonly<Record<ControlOrder, (...args: never[]) => void>> = {
    "/simile/listen": (source: "device" | "demo" = "device") => void simile.listen({ kind: source }),
    "/simile/stop": () => simile.stopListening(),
    "/simile/play": (id: number, velocity = 1) => void simile.play(id, velocity),
    "/simile/pad": (pad: number, velocity = 1) => strike(pad, velocity),
    "/simile/note": (note: number, velocity = 127) => {
      const pad = simile.state.faces.findIndex((face) => face.note === note);
      if (pad >= 0) strike(pad, velocity / 127);
    },
    "/simile/panic": () => {
      held.clear();
      simile.panic();
    },
    "/simile/preset": (name: string) => {
      const { presets } = simile.state.kits;
      if (!presets.some((preset) => preset.name === name)) throw new FormatError(`/simile/preset: expected one of ${presets.map((preset) => preset.name).join(", ") || "none yet"}, got ${show(name)}; ${REMEDY}.`);
      simile.kits.recallPreset(name);
    },
    "/simile/exclude": (id: number) => simile.exclude(id < 0 ? null : id),
    "/simile/record": (on: number) => void (on ? simile.startTake() : simile.stopTake()),
    "/simile/get": () => tell(),
  };

  const library = ({ engine, sounds }: SimileState) => report("/simile/library", engine?.library.title ?? "", sounds.length);
  const pads = ({ faces }: SimileState) => report("/simile/pads", ...faces.flatMap(({ note, id }) => [note, id ?? -1]));
  const setting = (name: ControlSetting, state: SimileState) => report("/simile/setting", name, SETTING_HANDLES[name].read(state));
  const retrieved = (state: SimileState) => {
    const { retrieval, sounds, faces } = state;
    if (!retrieval) return;
    const { index, matches, rejected, loudnessDb } = retrieval;
    const [best] = matches;
    const first = before?.retrieval?.index !== index;
    if (!best) return first ? report("/simile/nothing", index, rejected ?? -1) : undefined;
    const name = (id: number) => sounds[id]?.name ?? "";
    if (first) report("/simile/answer", index, best.id, name(best.id), best.distance, answerNote(matches, faces, "pad", () => ""), velocityOf(loudnessDb));
    report("/simile/list", index, ...matches.slice(0, MOST_LISTED).flatMap(({ id, distance }) => [id, name(id), distance]));
  };
  const look = () => {
    const { state } = simile;
    const changed = <K extends keyof SimileState>(key: K) => before?.[key] !== state[key];
    if (changed("phase")) report("/simile/state", state.phase);
    if (changed("engine") || changed("sounds")) library(state);
    if (changed("faces") && JSON.stringify(before?.pads) !== JSON.stringify(state.pads)) pads(state);
    // Reasons come later, for matches that were told already.
    if (changed("retrieval") && (before?.retrieval?.index !== state.retrieval?.index || before?.retrieval?.contextSeconds !== state.retrieval?.contextSeconds)) retrieved(state);
    if (changed("playing")) report("/simile/playing", ...state.playing);
    if (before) for (const name of CONTROL_SETTING_NAMES) if (SETTING_HANDLES[name].read(before) !== SETTING_HANDLES[name].read(state)) setting(name, state);
    if (changed("faults")) for (const { message } of state.faults) if (!before?.faults.some((fault) => fault.message === message)) report("/simile/fault", message);
    before = state;
  };
  const tell = () => {
    const { state } = simile;
    report("/simile/hello", CONTROL_VERSION);
    report("/simile/state", state.phase);
    library(state);
    pads(state);
    for (const name of CONTROL_SETTING_NAMES) setting(name, state);
  };
  before = simile.state;
  simile.addEventListener("change", look);

  return {
    receive(message) {
      try {
        const { address, args } = readControlMessage(message);
        if (address.startsWith(SET)) {
          const name = address.slice(SET.length);
          if (!Object.hasOwn(CONTROL_SETTINGS, name)) throw new FormatError(`${address}: expected one of ${CONTROL_SETTING_NAMES.join(", ")}, got another setting; ${REMEDY}.`);
          const [value] = checked(address, args, [{ name: "value", is: CONTROL_SETTINGS[name as ControlSetting] }]);
          return SETTING_HANDLES[name as ControlSetting].set(simile, value as never);
        }
        if (!Object.hasOwn(CONTROL_ORDERS, address)) throw new FormatError(`${address}: expected one of ${Object.keys(CONTROL_ORDERS).join(", ")} or ${SET}NAME, got another address; ${REMEDY}.`);
        const order = address as ControlOrder;
        orders[order](...(checked(address, args, CONTROL_ORDERS[order].args) as never[]));
      } catch (cause) {
        report("/simile/fault", messageOf(cause));
      }
    },
    tell,
    dispose() {
      simile.removeEventListener("change", look);
      for (const voice of held.values()) voice.release();
      held.clear();
    },
  };
}

/** The arguments as the word wants them. Throws FormatError for too few, too many, or others. */
function checked(address: string, args: readonly ControlArgument[], wanted: readonly Argument[]): readonly ControlArgument[] {
  const least = wanted.filter(({ optional }) => !optional).length;
  if (args.length < least || args.length > wanted.length) {
    throw new FormatError(`${address}: expected ${wanted.map(({ name, optional }) => (optional ? `[${name}]` : name)).join(" ") || "no argument"}, got ${args.length} arguments; ${REMEDY}.`);
  }
  return args.map((value, i) => readArgument(value, wanted[i]!.is, { name: `${address}: ${wanted[i]!.name}`, remedy: REMEDY }));
}
