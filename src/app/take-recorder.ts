/** Records a take: input, answers and mix as WAV files of floats, and the retrievals as a table and as notes. */

import type { Sound } from "../core/library/sound.ts";
import { writePerformance } from "../core/kits/performance-file.ts";
import { pitchNote } from "../core/metadata/pitch-note.ts";
import { floatWavHeader, floatWavPart, mostFrames } from "../core/takes/float-wav.ts";
import { formatTakeCsv, type TakeAnswer, takeNotes } from "../core/takes/take-log.ts";
import type { Retrieval } from "../protocol/engine.ts";
import type { PlayerReport } from "../protocol/player.ts";
import { CHUNK_FRAMES, type Stem, STEM_CHANNELS, STEMS } from "../protocol/recorder.ts";
import type { RecorderNode } from "./audio/recorder-node.ts";

/** What is left of a take. */
export interface TakeFiles {
  readonly seconds: number;
  readonly input: Blob;
  readonly answers: Blob;
  readonly mix: Blob;
  readonly midi: Blob;
  readonly csv: Blob;
  /** Frames that could not be written, since the page was held up. */
  readonly lost: number;
}

export interface TakeState {
  readonly recording: boolean;
  /** Seconds written so far. */
  readonly seconds: number;
  /** The last take that was finished. */
  readonly files: TakeFiles | null;
}

export const NO_TAKE: TakeState = { recording: false, seconds: 0, files: null };

export interface TakeRecorderOptions {
  recorder(): RecorderNode | null;
  sampleRate(): number;
  /** Of the library that answers. */
  sounds(): readonly Sound[];
  /** The library's number of a sound that the player tells; null: of another library. */
  idOf(voice: number): number | null;
  tempo(): number;
  onChange(state: TakeState): void;
}

export interface TakeRecorder {
  start(): void;
  /** Resolves with the files; null where nothing was recorded. */
  stop(): Promise<TakeFiles | null>;
  retrieved(retrieval: Retrieval): void;
  started(report: Extract<PlayerReport, { kind: "started" }>): void;
  ended(report: Extract<PlayerReport, { kind: "ended" }>): void;
  /** Another engine answers from now on, which counts its retrievals from 0 again. */
  renumbered(): void;
}

/** Beats a minute of the file where the beat stands. */
const FILE_TEMPO = 120;

/** A sound, as the library that answered with it knew it: another may have come by the end of the take. */
interface Answering {
  readonly sound: number;
  readonly known: Sound | undefined;
}

type TakeRow = TakeAnswer & Answering;

/** What the player told of an answer's voice. */
interface TakeVoice {
  readonly answering: Answering | null;
  readonly startSeconds: number;
  readonly endSeconds?: number;
}

/** Engine and player report over two ports, in either order: what each told is joined at the end, by the index in the take. */
interface Running {
  readonly rate: number;
  readonly parts: Readonly<Record<Stem, Blob[]>>;
  readonly answers: Map<number, TakeRow>;
  readonly voices: Map<number, TakeVoice>;
  /** What each engine's indices are counted from, the last one's last. */
  readonly offsets: number[];
  stop: () => Promise<void>;
  first: number | null;
  frames: number;
  lost: number;
}

export function createTakeRecorder(options: TakeRecorderOptions): TakeRecorder {
  let running: Running | null = null;
  let files: TakeFiles | null = null;

  const answeringOf = (sound: number): Answering => ({ sound, known: options.sounds()[sound] });

  const tell = () => options.onChange({ recording: running !== null, seconds: running ? running.frames / running.rate : (files?.seconds ?? 0), files });

  const write = (take: Running, frame: number, frames: number, samples: Float32Array) => {
    take.first ??= frame;
    for (const [s, stem] of STEMS.entries()) {
      const channels = Array.from({ length: STEM_CHANNELS }, (_, c) => samples.subarray((s * STEM_CHANNELS + c) * CHUNK_FRAMES, (s * STEM_CHANNELS + c + 1) * CHUNK_FRAMES));
      // A blob may leave memory for the disk; an array may not.
      take.parts[stem].push(new Blob([floatWavPart(channels, frames)]));
    }
    take.frames += frames;
    tell();
    if (take.frames + CHUNK_FRAMES > mostFrames(STEM_CHANNELS)) void stop();
  };

  /** Frames that are lost stay silent, so that the stems keep their time. */
  const skip = (take: Running, frames: number) => {
    take.lost += frames;
    for (const stem of STEMS) take.parts[stem].push(new Blob([new Uint8Array(frames * STEM_CHANNELS * 4)]));
    take.frames += frames;
  };

  const stop = async (): Promise<TakeFiles | null> => {
    const take = running;
    if (!take) return null;
    await take.stop();
    if (running !== take) return files;
    running = null;
    files = filesOf(take, options);
    tell();
    return files;
  };

  return {
    start() {
      const recorder = options.recorder();
      if (running || !recorder) return;
      const take: Running = { rate: options.sampleRate(), parts: { input: [], answers: [], mix: [] }, answers: new Map(), voices: new Map(), offsets: [0], stop: async () => {}, first: null, frames: 0, lost: 0 };
      running = take;
      take.stop = recorder.record(
        (frame, frames, samples) => write(take, frame, frames, samples),
        (frames) => skip(take, frames),
      );
      tell();
    },
    stop,
    retrieved({ index: told, onsetTime, contextSeconds, loudnessDb, lufs = Number.NaN, matches }) {
      if (!running) return;
      const index = told + running.offsets.at(-1)!;
      if (running.answers.has(index)) return;
      const [best] = matches;
      running.answers.set(index, { index, onsetSeconds: onsetTime, contextSeconds, loudnessDb, lufs, ...answeringOf(best?.id ?? -1), distance: best?.distance ?? Number.NaN });
    },
    started({ index: told, sound, time }) {
      if (!running) return;
      const index = told + running.offsets.at(-1)!;
      const before = running.voices.get(index);
      const id = options.idOf(sound);
      running.voices.set(index, { answering: id === null ? (before?.answering ?? null) : answeringOf(id), startSeconds: before?.startSeconds ?? time });
    },
    ended({ index: told, time }) {
      // Voices of an engine that is gone sound out.
      const index = running?.offsets.map((offset) => told + offset).findLast((at) => running?.voices.has(at) && running.voices.get(at)!.endSeconds === undefined);
      if (running && index !== undefined) running.voices.set(index, { ...running.voices.get(index)!, endSeconds: time });
    },
    renumbered() {
      running?.offsets.push(Math.max(-1, ...running.answers.keys(), ...running.voices.keys()) + 1);
    },
  };
}

/** Times of the audio clock become times of the take. */
function filesOf({ rate, parts, answers, voices, first, frames, lost }: Running, { tempo }: TakeRecorderOptions): TakeFiles {
  const begin = (first ?? 0) / rate;
  const rows = [...answers.values()].map((answer): TakeRow => {
    const { answering, startSeconds, endSeconds } = voices.get(answer.index) ?? {};
    return {
      ...answer,
      ...answering,
      onsetSeconds: answer.onsetSeconds - begin,
      ...(startSeconds === undefined ? {} : { startSeconds: startSeconds - begin }),
      ...(endSeconds === undefined ? {} : { endSeconds: endSeconds - begin }),
    };
  });
  const wav = (stem: Stem) => new Blob([floatWavHeader(frames, STEM_CHANNELS, rate), ...parts[stem]], { type: "audio/wav" });
  const beats = tempo();
  const midi = writePerformance({ name: "simile", tempo: beats >= 4 && beats <= 1000 ? beats : FILE_TEMPO, notes: takeNotes(rows, ({ known }) => pitchNote(known?.pitch ?? ""), frames / rate) });
  return {
    seconds: frames / rate,
    input: wav("input"),
    answers: wav("answers"),
    mix: wav("mix"),
    midi: new Blob([midi as Uint8Array<ArrayBuffer>], { type: "audio/midi" }),
    csv: new Blob([formatTakeCsv(rows, ({ known }) => known)], { type: "text/csv" }),
    lost,
  };
}
