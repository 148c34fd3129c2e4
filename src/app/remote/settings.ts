/** Reads and sets, by the names of the remote control, everything that the instrument can be set to. */

import { PLAY_BOUNDS, type PlayNumber, type PlaySettings } from "../../core/answer/play-settings.ts";
import type { ControlArgument } from "../../core/control/control-message.ts";
import type { ControlSetting } from "../../protocol/control.ts";
import type { Simile, SimileState } from "../simile-state.ts";

interface Handle {
  read(state: SimileState): ControlArgument;
  set(simile: Simile, value: never): void;
}

const handle = <T extends ControlArgument>(read: (state: SimileState) => ControlArgument, set: (simile: Simile, value: T) => void): Handle => ({ read, set });
const flag = (read: (state: SimileState) => boolean, set: (simile: Simile, on: boolean) => void): Handle => handle<number>((state) => Number(read(state)), (simile, value) => set(simile, value !== 0));
/** A distance, or none: -1. */
const bound = (value: number | null) => value ?? -1;
const unbound = (value: number) => (value < 0 ? null : value);

const played = Object.fromEntries(
  (Object.keys(PLAY_BOUNDS) as PlayNumber[]).map((name) => [name, handle<number>(({ settings }) => settings.play[name], (simile, value) => simile.perform({ [name]: value } as Partial<PlaySettings>))]),
) as Record<PlayNumber, Handle>;

/** One handle for each name of the vocabulary, values as it has them. */
export const SETTING_HANDLES: Readonly<Record<ControlSetting, Handle>> = {
  ...played,
  answering: flag(({ settings }) => settings.answering, (simile, answering) => simile.configure({ answering })),
  commit: handle<number>(({ settings }) => settings.commitSeconds, (simile, commitSeconds) => simile.configure({ commitSeconds })),
  count: handle<number>(({ settings }) => settings.count, (simile, count) => simile.configure({ count })),
  radius: handle<number>(({ settings }) => bound(settings.radius), (simile, value) => simile.configure({ radius: unbound(value) })),
  "reject-beyond": handle<number>(({ settings }) => bound(settings.rejectBeyond), (simile, value) => simile.configure({ rejectBeyond: unbound(value) })),
  diversity: handle<number>(({ settings }) => settings.diversity, (simile, diversity) => simile.configure({ diversity })),
  "no-repeat": handle<number>(({ settings }) => settings.taboo, (simile, taboo) => simile.configure({ taboo })),
  "other-techniques": flag(({ settings }) => settings.otherTechniques, (simile, otherTechniques) => simile.configure({ otherTechniques })),
  "other-instruments": flag(({ settings }) => settings.otherInstruments, (simile, otherInstruments) => simile.configure({ otherInstruments })),
  "own-technique": handle<string>(({ settings }) => settings.ownTechnique ?? "", (simile, value) => simile.configure({ ownTechnique: value || null })),
  "own-instrument": handle<string>(({ settings }) => settings.ownInstrument ?? "", (simile, value) => simile.configure({ ownInstrument: value || null })),
  mode: handle<PlaySettings["mode"]>(({ settings }) => settings.play.mode, (simile, mode) => simile.perform({ mode })),
  choke: handle<PlaySettings["choke"]>(({ settings }) => settings.play.choke, (simile, choke) => simile.perform({ choke })),
  sensitivity: handle<number>(({ sensitivity }) => sensitivity, (simile, value) => simile.setSensitivity(value)),
  volume: handle<number>(({ volumeDb }) => Math.max(-96, volumeDb), (simile, value) => simile.setVolume(value)),
  mix: handle<number>(({ balance }) => balance.mix, (simile, mix) => simile.setBalance({ mix })),
  monitor: flag(({ balance }) => balance.monitor, (simile, monitor) => simile.setBalance({ monitor })),
  guard: flag(({ guard }) => guard, (simile, on) => simile.setGuard(on)),
  tempo: handle<number>(({ settings }) => settings.beat.tempo, (simile, tempo) => simile.setBeat({ tempo })),
  beat: flag(({ settings }) => settings.beat.running, (simile, running) => simile.setBeat({ running })),
  bank: handle<number>(({ board }) => board.bank, (simile, bank) => simile.pads.change({ kind: "bank", bank })),
};
