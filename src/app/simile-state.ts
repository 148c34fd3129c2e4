/** What the page knows and can do: the contract between the headless instrument (`simile.ts`) and the elements that show it (`ui/`). */

import type { PlaySettings } from "../core/answer/play-settings.ts";
import type { Sound } from "../core/library/sound.ts";
import type { Audio } from "../core/signal/audio.ts";
import type { EngineRows, EngineSettings, EngineStatus, Retrieval } from "../protocol/engine.ts";
import type { RoundTrip } from "./audio/loopback.ts";
import type { EngineClient } from "./engine-client.ts";
import type { LatencyReport } from "./latency-log.ts";
import type { OpenLibrary } from "./library/open-library.ts";
import type { MidiChoice, MidiDesk, MidiState } from "./midi/midi-desk.ts";
import type { KitDesk, KitState } from "./pads/kit-desk.ts";
import type { PadBoard } from "./pads/pad-board.ts";
import type { PadDesk } from "./pads/pad-desk.ts";
import type { PadFace } from "./pads/pad-faces.ts";
import type { Balance, BeatChange } from "./performing.ts";
import type { TakeFiles, TakeState } from "./take-recorder.ts";

/** Where the sound comes from. `device` without an id is the browser's default input; `demo` is the built-in take. */
export type InputSource =
  | { readonly kind: "device"; readonly deviceId?: string }
  | { readonly kind: "file"; readonly file: File }
  | { readonly kind: "demo" }
  /** A node of the context that was lent. */
  | { readonly kind: "node"; readonly node: AudioNode; readonly label: string };

export interface InputState {
  readonly source: InputSource;
  readonly label: string;
  /** What the browser really gave; null for files and the demo. */
  readonly settings: MediaTrackSettings | null;
  readonly contextRate: number;
}

/** One readable sentence with a remedy. Stays until its cause goes or the user dismisses it; `key` names the cause, so that one cause shows once. */
export interface Fault {
  readonly key: string;
  readonly name: string;
  readonly message: string;
  /** Label of what `retry(key)` does, where something can be done. */
  readonly remedy?: string;
}

export interface SimileState {
  readonly phase: "idle" | "loading" | "ready" | "listening";
  readonly progress: { readonly stage: string; readonly done: number; readonly all: number } | null;
  readonly engine: EngineStatus | null;
  /** Of the library that answers; a sound's id is its index here. */
  readonly sounds: readonly Sound[];
  readonly input: InputState | null;
  readonly devices: readonly { readonly deviceId: string; readonly label: string }[];
  readonly settings: EngineSettings;
  readonly sensitivity: number;
  /** Output volume in dB. */
  readonly volumeDb: number;
  /** The last retrieval, null before the first. */
  readonly retrieval: Retrieval | null;
  /** Eight banks of pads, with all that was done to them. */
  readonly board: PadBoard;
  /** The chosen bank's pads as they are shown, bottom left first. */
  readonly faces: readonly PadFace[];
  /** Ids of the sounds on those pads; null where a pad is empty, or its sound of no open library. */
  readonly pads: readonly (number | null)[];
  /** Ids of the sounds that sound now. */
  readonly playing: ReadonlySet<number>;
  /** How loud input and answers are beside each other. */
  readonly balance: Balance;
  /** Whether answers that come back by a microphone are told from the player. */
  readonly guard: boolean;
  /** How long the last hundred answers took, stage by stage. */
  readonly latency: LatencyReport;
  readonly take: TakeState;
  /** What a loopback test measured of the devices in use, null where none was made; and whether one is under way. */
  readonly roundTrip: RoundTrip | null;
  readonly testing: boolean;
  /** What the engine left out so far to keep in time. */
  readonly shed: { readonly refinements: number; readonly grains: number };
  readonly midi: MidiState;
  readonly kits: KitState;
  readonly faults: readonly Fault[];
}

/** The instrument without a face. Every method that can fail reports a Fault in the state and resolves, but those that say that they reject; none throws at a user's mistake. */
export interface Simile extends EventTarget {
  /** An immutable snapshot; a "change" event follows each new one. */
  readonly state: SimileState;
  /** The library that answers, null before the first. */
  readonly library: OpenLibrary | null;
  /** Creates the audio context, the worklets and the engine, loads model and library. Idempotent. Before the page's first gesture all but the sound starts; that gesture starts it. */
  start(): Promise<void>;
  listen(source: InputSource): Promise<void>;
  stopListening(): void;
  configure(settings: Partial<EngineSettings>): void;
  /** Keeps a sound of the library from answering, in any library that holds it; null lets all answer again. */
  exclude(id: number | null): void;
  /** How answers are played: what is out of bounds is brought to the nearest bound. */
  perform(settings: Partial<PlaySettings>): void;
  setSensitivity(value: number): void;
  setBalance(balance: Partial<Balance>): void;
  setGuard(guard: boolean): void;
  /** The beat that quantised answers are held to. Its state is in `settings.beat`. */
  setBeat(change: BeatChange): void;
  /** Records input, answers and mix from now on. */
  startTake(): void;
  stopTake(): Promise<TakeFiles | null>;
  /** Answers the input of the last take again, as the settings are now. */
  replayTake(): Promise<void>;
  /** Measures the way from output to input by a sweep, and keeps it for the device that is listened to. */
  measureRoundTrip(): Promise<void>;
  setVolume(db: number): void;
  /** Answers from another library, live: the one before answers until the engine has gone over, and its voices sound out. Pads keep the sounds that both hold. False where it failed, which is told. */
  useLibrary(library: OpenLibrary): Promise<boolean>;
  /** Adds sounds, with their rows, to the end of the library that answers. Rejects where the engine does not take them. */
  addSounds(sounds: readonly Sound[], rows: EngineRows): Promise<void>;
  /** Describes the sounds of the library that answers anew: the same sounds, in the same order. Rejects where the engine does not take them. */
  describeSounds(sounds: readonly Sound[], columns: EngineRows["columns"]): Promise<void>;
  /** Asks the engine; rejects where it is not open, or ends before it answers. */
  ask: EngineClient["ask"];
  /** Sounds one sample of the library now; returns how to stop it. */
  play(id: number, velocity?: number): () => void;
  /** A sound of the library, decoded. Rejects with MissingError or FormatError. */
  sound(id: number): Promise<Audio>;
  /** What was heard of the live sound that led to the retrieval of this index, two seconds of it at most, once it has been heard; null where another came since and it was not asked for, or nothing was kept. */
  heard(index: number): Promise<Audio | null>;
  /** Plays any sound now, at a linear gain; returns how to stop it. */
  audition(audio: Audio, gain: number, onEnd?: () => void): () => void;
  /** Strikes a pad of the chosen bank with a velocity of 0 to 1; returns how to stop it. */
  playPad(pad: number, velocity?: number): () => void;
  readonly pads: Pick<PadDesk, "change" | "strike" | "like">;
  /** Kits, presets and the performance, out and in. */
  readonly kits: Omit<KitDesk, "state" | "load" | "program">;
  readonly midi: Pick<MidiDesk, "setDevice" | "learn" | "forget">;
  /** Mean magnitude peaks (min, max pairs, `[points * 2]`) of a sound, for drawing its waveform. */
  peaks(id: number, points: number): Promise<Float32Array>;
  /** The input's meter now: peak and root mean square, linear. No allocation; call it once a frame. */
  readLevel(into: { peak: number; rms: number }): void;
  /** Fills `into` with the input's magnitude spectrum, dB, `into.length` bins up to half the context's rate. */
  readSpectrum(into: Float32Array): void;
  enableMidi(): Promise<void>;
  chooseMidi(choice: MidiChoice): void;
  /** Silences everything at once, notes sent out included. */
  panic(): void;
  dismiss(key: string): void;
  retry(key: string): Promise<void>;
  dispose(): Promise<void>;
}
