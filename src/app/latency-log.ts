/** Measures how long each answer took, stage by stage, over the last hundred: input, detection, context, match, schedule, output. */

import type { Retrieval } from "../protocol/engine.ts";

export const LATENCY_STAGES = ["input", "detection", "context", "match", "schedule", "output"] as const;
/**
 * input: from the air into the page. detection: from an onset's first sample until it was known. context: from there until the vector was posted. match: from vector to ranking, in the worker.
 * schedule: the ways between the threads and the wait for the next block of audio. output: from the page to the loudspeaker.
 */
export type LatencyStage = (typeof LATENCY_STAGES)[number];

export interface LatencyFigures {
  readonly p50: number;
  readonly p95: number;
  /** Standard deviation. */
  readonly jitter: number;
}

/** Milliseconds; null where the browser does not tell. */
export interface LatencyReport {
  /** Onsets counted. */
  readonly count: number;
  readonly stages: Readonly<Record<LatencyStage, LatencyFigures | null>>;
  /** Match and schedule: what the instrument adds to the context chosen and to the browser's own buffers. */
  readonly own: LatencyFigures | null;
  /** From the onset's first sample to the answer's, in the page. */
  readonly whole: LatencyFigures | null;
}

/** What the browser says of its own buffers, seconds; undefined where it does not. */
export interface DeviceLatency {
  readonly input?: number | undefined;
  readonly output?: number | undefined;
}

export interface LatencyLog {
  /** An answer was chosen. Refinements of an answer and grains are passed over. */
  retrieved(retrieval: Retrieval, device: DeviceLatency): void;
  /** Its voice begins at `time` on the audio clock. */
  started(index: number, time: number): void;
  report(): LatencyReport;
  clear(): void;
}

/** Onsets that the figures are taken over. */
export const LATENCY_ONSETS = 100;
/** Answers that may wait for their voice. */
const WAITING = 32;

type Row = Readonly<Record<LatencyStage, number | null>> & { readonly whole: number };

export function createLatencyLog(onChange: (report: LatencyReport) => void = () => {}): LatencyLog {
  const retrieved = new Map<number, { readonly retrieval: Retrieval; readonly device: DeviceLatency }>();
  const started = new Map<number, number>();
  const rows: Row[] = [];

  const join = (index: number) => {
    const first = retrieved.get(index);
    const time = started.get(index);
    if (!first || time === undefined) return;
    retrieved.delete(index);
    started.delete(index);
    const row = rowOf(first.retrieval, time, first.device);
    if (!row) return;
    rows.push(row);
    if (rows.length > LATENCY_ONSETS) rows.shift();
    onChange(report());
  };
  const report = (): LatencyReport => ({
    count: rows.length,
    stages: Object.fromEntries(LATENCY_STAGES.map((stage) => [stage, figuresOf(rows.map((row) => row[stage]))])) as Record<LatencyStage, LatencyFigures | null>,
    own: figuresOf(rows.map(({ match, schedule }) => match! + schedule!)),
    whole: figuresOf(rows.map(({ whole }) => whole)),
  });
  const bound = (map: Map<number, unknown>) => {
    for (const index of map.keys()) {
      if (map.size <= WAITING) return;
      map.delete(index);
    }
  };

  return {
    retrieved(retrieval, device) {
      if (retrieval.grain || retrieval.matches.length === 0) return;
      // The first telling of an index that names a sound chose the voice.
      if (!retrieved.has(retrieval.index)) retrieved.set(retrieval.index, { retrieval, device });
      bound(retrieved);
      join(retrieval.index);
    },
    started(index, time) {
      if (!started.has(index)) started.set(index, time);
      bound(started);
      join(index);
    },
    report,
    clear() {
      retrieved.clear();
      started.clear();
      rows.length = 0;
      onChange(report());
    },
  };
}

/** One answer's stages, milliseconds; null where its times are not known. */
function rowOf({ onsetTime, detectedTime, heardTime, milliseconds }: Retrieval, time: number, { input, output }: DeviceLatency): Row | null {
  if (detectedTime === undefined || heardTime === undefined) return null;
  const ways = (time - heardTime) * 1000;
  return {
    input: input === undefined ? null : input * 1000,
    detection: (detectedTime - onsetTime) * 1000,
    context: (heardTime - detectedTime) * 1000,
    match: milliseconds,
    schedule: ways - milliseconds,
    output: output === undefined ? null : output * 1000,
    whole: (time - onsetTime) * 1000,
  };
}

/** p50 and p95 by nearest rank, and the standard deviation; null where a value is missing or none is there. */
export function figuresOf(values: readonly (number | null)[]): LatencyFigures | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0 || known.length < values.length) return null;
  const ascending = known.toSorted((a, b) => a - b);
  const rank = (share: number) => ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)]!;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return { p50: rank(0.5), p95: rank(0.95), jitter: Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length) };
}
