/** Finds out what a file holds: one sound, or the sounds that a long recording is cut into, each with vector, loudness and pitch. */

import { analyse } from "../../core/analysis.ts";
import { placed } from "../../core/errors.ts";
import type { Feature } from "../../core/features/feature.ts";
import type { Segment } from "../../core/library/sound.ts";
import { pitchFrom } from "../../core/metadata/pitch.ts";
import { type CutSettings, SegmentCutter } from "../../core/onset/segment-cutter.ts";
import { LEAST_SECONDS, checkAudible, checkLength, silent } from "../../core/signal/audible.ts";
import { type Audio, toMono } from "../../core/signal/audio.ts";
import { integratedLoudness } from "../../core/signal/loudness.ts";
import type { FileAnalysis, SoundAnalysis } from "../../protocol/library.ts";
import type { AudioReader } from "./audio-reader.ts";

/** Frames of a long recording that are held at a time: some 20 s. */
const BLOCK_FRAMES = 2 ** 20;
/** Hertz below which a file lacks what listeners go by. */
const LOW_RATE = 22_050;

/** `path` begins the sentence of the FormatError that it may reject with; `contextSeconds` as `analyse` has it. */
export async function analyseFile(reader: AudioReader, path: string, feature: Feature, cut: CutSettings, contextSeconds?: number): Promise<FileAnalysis> {
  const { sampleRate, frames } = reader;
  const seconds = frames / sampleRate;
  checkLength(frames, sampleRate, path);
  const segments = seconds > cut.fromSeconds ? await cutFile(reader, cut) : null;
  if (segments?.length === 0) throw silent(path);
  const sounds: SoundAnalysis[] = [];
  const features = new Float32Array((segments?.length ?? 1) * feature.size);
  for (const [i, segment] of (segments ?? [undefined]).entries()) {
    const from = segment ? Math.round(segment.startSeconds * sampleRate) : 0;
    const to = segment ? Math.round(segment.endSeconds * sampleRate) : frames;
    const audio = await reader.read(from, to);
    if (!segment) checkAudible(audio, path);
    const { values, loudness, pitch } = placed(path, () => analyseSound(audio, feature, contextSeconds));
    features.set(values, i * feature.size);
    sounds.push({ ...(segment ? { segment } : {}), durationSeconds: (to - from) / sampleRate, loudness, pitch });
  }
  const note = noteOf(reader, path, segments);
  return { seconds, sounds, features, ...(note ? { note } : {}) };
}

function analyseSound(audio: Audio, feature: Feature, contextSeconds: number | undefined): { values: Float32Array; loudness: number; pitch: string } {
  const { values, onsetSeconds } = analyse(audio, feature, contextSeconds);
  return { values, loudness: integratedLoudness(audio), pitch: pitchFrom(audio, onsetSeconds) };
}

async function cutFile(reader: AudioReader, cut: CutSettings): Promise<Segment[]> {
  const cutter = new SegmentCutter(reader.sampleRate, cut);
  const segments: Segment[] = [];
  for (let from = 0; from < reader.frames; from += BLOCK_FRAMES) {
    segments.push(...cutter.push(toMono(await reader.read(from, Math.min(reader.frames, from + BLOCK_FRAMES)))));
  }
  segments.push(...cutter.end());
  return segments.filter(({ startSeconds, endSeconds }) => endSeconds - startSeconds >= LEAST_SECONDS);
}

/** Extensions that go with each kind of file. */
const EXTENSIONS: Readonly<Record<string, RegExp>> = { wav: /^(wav|wave|bwf|rf64)$/, aiff: /^(aif|aiff|aifc)$/, flac: /^(flac|oga|ogg)$/, mp3: /^(mp3|mp2|mpga)$/, ogg: /^(ogg|oga|opus)$/ };

function noteOf({ kind, sampleRate, frames }: AudioReader, path: string, segments: readonly Segment[] | null): string | undefined {
  const extension = /\.([A-Za-z0-9]{1,5})$/.exec(path)?.[1]?.toLowerCase();
  const notes: string[] = [];
  if (kind.type && extension && !EXTENSIONS[kind.type]!.test(extension)) notes.push(`is ${kind.name} whatever its name says, and was read as that`);
  if (sampleRate < LOW_RATE) notes.push(`holds nothing above ${sampleRate / 2000} kHz, so that it may seem duller than it was`);
  if (segments) notes.push(`of ${durationText(frames / sampleRate)} was cut into ${segments.length} ${segments.length === 1 ? "sound" : "sounds"} at its onsets`);
  return notes.length > 0 ? `${path}: ${notes.join("; ")}.` : undefined;
}

function durationText(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
