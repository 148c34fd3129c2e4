/** Joins MIDI with the instrument: what devices play and turn, what is learned and remembered of each, lights and answers sent back, and the clock. */

import { messageOf, UnsupportedError } from "../../core/errors.ts";
import type { PadVoice } from "../audio/pad-voices.ts";
import type { GridSize } from "../../core/pads/pad-bank.ts";
import { type ClockFollower, createClockFollower } from "./clock-follower.ts";
import { type LayoutId, layoutFor, layoutOf } from "./layouts.ts";
import { type MidiAction, type MidiMap, createMidiMap, DEFAULT_DEVICE, type DeviceSettings, sameTarget, type Target, type TransportEvent, withBinding } from "./midi-map.ts";
import { createMidiReader, type MidiReader } from "./midi-message.ts";
import { createMidiPorts, type MidiAccessRequest, type MidiPort } from "./midi-ports.ts";
import { DEFAULT_MIDI, distanceValue, type MidiSettings, type OutSettings, parseMidiSettings, writeMidiSettings } from "./midi-settings.ts";
import { createNoteBook } from "./note-book.ts";
import { createPadLights, type PadLight, type PadLights } from "./pad-lights.ts";

/** A device that plays the pads, connected now or remembered. */
export interface MidiDevice {
  readonly key: string;
  readonly connected: boolean;
  readonly settings: DeviceSettings;
}

export interface MidiState {
  /** "off" until asked for; "absent" where the browser has no Web MIDI. */
  readonly access: "off" | "asking" | "granted" | "refused" | "absent";
  readonly inputs: readonly MidiPort[];
  readonly outputs: readonly MidiPort[];
  /** null: all inputs. */
  readonly input: string | null;
  /** null: no MIDI out. */
  readonly output: string | null;
  /** 1 to 16. */
  readonly channel: number;
  readonly out: OutSettings;
  readonly devices: readonly MidiDevice[];
  /** What the next note or controller will be learned for. */
  readonly learning: Target | null;
  /** Beats a minute of the MIDI clock that is followed, to a tenth; null without one. */
  readonly clockBpm: number | null;
}

export const MIDI_OFF: MidiState = {
  access: "off",
  inputs: [],
  outputs: [],
  input: null,
  output: null,
  channel: 1,
  out: DEFAULT_MIDI.out,
  devices: [],
  learning: null,
  clockBpm: null,
};

export type MidiChoice = Partial<Pick<MidiState, "input" | "output" | "channel"> & OutSettings>;

/** A note that answers. */
export interface AnswerNote {
  readonly note: number;
  /** 1 to 127. */
  readonly velocity: number;
  readonly distance: number;
}

export interface MidiDeskOptions {
  onChange(state: MidiState): void;
  onFault(fault: Error | null): void;
  /** Strikes a pad of the chosen bank; null where it is empty. */
  strike(pad: number, velocity: number): PadVoice | null;
  /** A learned control is turned to a value of 0 to 1, or pushed (null). */
  control(control: string, value: number | null): void;
  program(program: number): void;
  /** The clock runs at this tempo, with a beat at that time (milliseconds of `performance.now()`); null: it has stopped. */
  transport(clock: { readonly bpm: number; readonly beatTime: number } | null): void;
  readonly requestAccess?: MidiAccessRequest;
  /** Where settings are kept between visits; null: nowhere. */
  readonly storage: Pick<Storage, "getItem" | "setItem"> | null;
}

export interface MidiDesk {
  readonly state: MidiState;
  enable(): Promise<void>;
  choose(choice: MidiChoice): void;
  /** Changes how one device is heard. */
  setDevice(key: string, change: Partial<DeviceSettings>): void;
  /** The next note or controller of any device is taken for this; null: no longer. */
  learn(target: Target | null): void;
  /** Forgets what was learned for this. */
  forget(target: Target): void;
  /** Sends an answer's note, and its distance, at `time` (milliseconds of `performance.now()`); returns how to end it. */
  answer(answer: AnswerNote, time: number): (time: number) => void;
  /** Shows the pads on controllers that have lights. */
  show(lights: readonly PadLight[], size: GridSize): void;
  /** Ends every note, sent or played. */
  silence(): void;
  dispose(): Promise<void>;
}

const STORAGE_KEY = "simile-midi";
/** Looks for a clock that fell silent this often, milliseconds. */
const LOOK_MILLISECONDS = 250;
const CONTROL_CHANGE = 0xb0;

interface Device {
  readonly reader: MidiReader;
  readonly map: MidiMap;
  readonly clock: ClockFollower;
  lights: { readonly layout: LayoutId; readonly lights: PadLights } | null;
}

export function createMidiDesk(options: MidiDeskOptions): MidiDesk {
  /** Devices that are connected and heard. */
  const devices = new Map<string, Device>();
  let settings = load();
  let state: MidiState = { ...MIDI_OFF, ...shown() };
  let size: GridSize = 4;
  let shownLights: readonly PadLight[] = [];
  let voices = 0;
  const playing = new Map<number, PadVoice>();
  /** The device whose clock is followed. */
  let leader: string | null = null;
  let looking: ReturnType<typeof setInterval> | undefined;

  function load(): MidiSettings {
    try {
      const text = options.storage?.getItem(STORAGE_KEY);
      return text ? parseMidiSettings(text) : DEFAULT_MIDI;
    } catch {
      // Settings that cannot be read are set up again; the ones that are written next are whole.
      return DEFAULT_MIDI;
    }
  }
  function shown(): Partial<MidiState> {
    const { input, output, channel, out } = settings;
    return { input, output, channel, out, devices: [...settings.devices].map(([key, its]) => ({ key, connected: devices.has(key), settings: its })) };
  }
  const change = (next: Partial<MidiState>) => {
    state = { ...state, ...next };
    options.onChange(state);
  };
  const keep = (next: Partial<MidiSettings>) => {
    settings = { ...settings, ...next };
    try {
      options.storage?.setItem(STORAGE_KEY, writeMidiSettings(settings));
    } catch {
      // Without storage they last as long as the page.
    }
    change(shown());
  };

  const send = (message: readonly number[], time: number) => {
    if (settings.output !== null) ports.send(settings.output, message, time);
  };
  let book = createNoteBook(settings.channel, send);

  const act = (key: string, action: MidiAction, time: number) => {
    switch (action.kind) {
      case "strike": {
        const voice = options.strike(action.pad, action.velocity);
        if (voice) playing.set(action.voice, voice);
        return;
      }
      case "release":
        playing.get(action.voice)?.release();
        playing.delete(action.voice);
        return;
      case "press":
        return playing.get(action.voice)?.press(action.value);
      case "bend":
        return playing.get(action.voice)?.bend(action.semitones);
      case "control":
        return options.control(action.control, action.value);
      case "program":
        return options.program(action.program);
      case "learned": {
        for (const [other, { map }] of devices) if (other !== key) map.learn(null);
        setDevice(key, { bindings: withBinding(settingsOf(key).bindings, action.binding) });
        return change({ learning: null });
      }
      case "mpe":
        return setDevice(key, { mpe: action.on });
      case "transport":
        return transport(key, action.event, time);
      default:
        action satisfies never;
    }
  };

  const transport = (key: string, event: TransportEvent, time: number) => {
    const device = devices.get(key);
    if (!device) return;
    device.clock.hear(event, time);
    // The first device that ticks leads, for as long as it does.
    if (leader === null && device.clock.state.ticking) leader = key;
    if (leader === key) follow(device.clock);
    looking ??= setInterval(look, LOOK_MILLISECONDS);
  };
  const follow = ({ state: clock, beatTime }: ClockFollower) => {
    const bpm = clock.running && clock.bpm !== null ? Math.round(10 * clock.bpm) / 10 : null;
    if (clock.running && clock.bpm !== null && beatTime !== null) {
      // Once a beat is enough, and keeps the jitter of single ticks out.
      if (Math.abs(clock.beat - Math.round(clock.beat)) < 1e-6 || state.clockBpm === null) options.transport({ bpm: clock.bpm, beatTime });
    } else if (state.clockBpm !== null) options.transport(null);
    if (bpm !== state.clockBpm) change({ clockBpm: bpm });
  };
  const look = () => {
    const now = performance.now();
    for (const [key, { clock }] of devices) {
      clock.look(now);
      if (key !== leader) continue;
      follow(clock);
      if (!clock.state.ticking) leader = null;
    }
    if (leader !== null || [...devices.values()].some(({ clock }) => clock.state.ticking)) return;
    clearInterval(looking);
    looking = undefined;
  };

  const settingsOf = (key: string): DeviceSettings => settings.devices.get(key) ?? { ...DEFAULT_DEVICE, layout: layoutFor(key).id };

  const lightsOf = (key: string): { readonly output: string; readonly lights: PadLights } | null => {
    const device = devices.get(key);
    const output = state.outputs.find(({ id }) => id === key) ?? state.outputs.find(({ name }) => sideOf(name) === sideOf(key));
    if (!device || !output) return null;
    const { layout } = settingsOf(key);
    if (device.lights?.layout !== layout) {
      // What the layout before has lit goes out first.
      for (const message of device.lights?.lights.clear() ?? []) ports.send(output.id, message);
      device.lights = { layout, lights: createPadLights(layoutOf(layout)) };
    }
    return { output: output.id, lights: device.lights.lights };
  };
  const light = (key: string) => {
    const its = lightsOf(key);
    for (const message of its?.lights.show(shownLights, size) ?? []) ports.send(its!.output, message);
  };
  const darken = (key: string) => {
    const its = lightsOf(key);
    for (const message of its?.lights.clear() ?? []) ports.send(its!.output, message);
  };

  const setDevice = (key: string, part: Partial<DeviceSettings>) => {
    const next = { ...settingsOf(key), ...part };
    keep({ devices: new Map(settings.devices).set(key, next) });
    devices.get(key)?.map.configure(next, size);
    light(key);
  };

  const connect = (key: string) => {
    const device: Device = { reader: createMidiReader(), map: createMidiMap((action) => act(key, action, actTime), () => voices++), clock: createClockFollower(), lights: null };
    devices.set(key, device);
    device.map.configure(settingsOf(key), size);
    if (state.learning) device.map.learn(state.learning);
  };
  const disconnect = (key: string) => {
    devices.get(key)?.map.release();
    devices.delete(key);
    if (leader !== key) return;
    leader = null;
    if (state.clockBpm !== null) options.transport(null);
    change({ clockBpm: null });
  };
  /** Time of the bytes that are read now. */
  let actTime = 0;

  const listen = (inputs: readonly MidiPort[]) => {
    const wanted = new Set(inputs.filter(({ id }) => settings.input === null || settings.input === id).map(({ id }) => id));
    for (const key of [...devices.keys()]) if (!wanted.has(key)) disconnect(key);
    for (const key of wanted) if (!devices.has(key)) connect(key);
  };
  const update = (inputs: readonly MidiPort[], outputs: readonly MidiPort[]) => {
    state = { ...state, inputs, outputs };
    // A controller that comes back has forgotten its lights.
    for (const [key, device] of devices) if (!outputs.some(({ name }) => sideOf(name) === sideOf(key))) device.lights = null;
    listen(inputs);
    const known = new Map(settings.devices);
    for (const { id } of inputs) if (!known.has(id)) known.set(id, settingsOf(id));
    keep({ devices: known });
    for (const key of devices.keys()) light(key);
    const lost = settings.output !== null && !outputs.some(({ id }) => id === settings.output);
    options.onFault(lost ? new UnsupportedError(`MIDI output: expected ${settings.output}, got none since it was unplugged; connect it again, or choose another output.`) : null);
  };

  const ports = createMidiPorts({
    onAccess: (access) => change({ access }),
    onPorts: update,
    onBytes(key, bytes, time) {
      const device = devices.get(key);
      if (!device) return;
      actTime = time;
      try {
        for (const event of device.reader.read(bytes)) device.map.hear(event);
      } catch (cause) {
        options.onFault(new UnsupportedError(`MIDI input ${key}: expected a message that can be played, got "${messageOf(cause)}"; play it again.`));
      }
    },
    onFault: (fault) => options.onFault(fault),
    ...(options.requestAccess ? { requestAccess: options.requestAccess } : {}),
  });

  return {
    get state() {
      return state;
    },
    enable: () => ports.enable(),
    choose({ input, output, channel, notes, distanceController }) {
      const nextOutput = output === undefined ? settings.output : output;
      const nextChannel = Math.min(16, Math.max(1, Math.round(channel ?? settings.channel)));
      const moves = nextOutput !== settings.output || nextChannel !== settings.channel;
      if (moves) book.silence(performance.now());
      const out = { notes: notes ?? settings.out.notes, distanceController: distanceController === undefined ? settings.out.distanceController : distanceController };
      keep({ input: input === undefined ? settings.input : input, output: nextOutput, channel: nextChannel, out });
      if (moves) book = createNoteBook(nextChannel, send);
      if (state.access === "granted") update(state.inputs, state.outputs);
    },
    setDevice,
    learn(target) {
      for (const { map } of devices.values()) map.learn(target);
      change({ learning: target });
    },
    forget(target) {
      const next = [...settings.devices].map(([key, its]) => [key, { ...its, bindings: its.bindings.filter((binding) => !sameTarget(binding.target, target)) }] as const);
      keep({ devices: new Map(next) });
      for (const [key, { map }] of devices) map.configure(settingsOf(key), size);
    },
    answer({ note, velocity, distance }, time) {
      const { distanceController } = settings.out;
      if (distanceController !== null) send([CONTROL_CHANGE | (settings.channel - 1), distanceController, distanceValue(distance)], time);
      return book.on(note, velocity, time);
    },
    show(lights, grid) {
      shownLights = lights;
      if (grid !== size) {
        size = grid;
        for (const [key, { map }] of devices) map.configure(settingsOf(key), size);
      }
      for (const key of devices.keys()) light(key);
    },
    silence() {
      book.silence(performance.now());
      for (const { map } of devices.values()) map.release();
    },
    async dispose() {
      clearInterval(looking);
      book.silence(performance.now());
      for (const key of [...devices.keys()]) {
        darken(key);
        disconnect(key);
      }
      await ports.dispose();
      state = { ...MIDI_OFF };
    },
  };
}

/** The name of a device's port without the word that says which way it goes: both ports of a Launchpad are alike then. */
function sideOf(name: string): string {
  return name.replace(/\b(in|out|input|output)\b/gi, "").replace(/\s+/g, " ").trim();
}
