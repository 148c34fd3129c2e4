/** Tells what stays of a sound's neighbours when it comes louder, softer, at another rate, coded, noisy or late: whether the nearest is the same, and whether what is near still sounds alike to listeners. */

import { type Figure, type Resampling, meanFigure } from "../../core/evaluation/bootstrap.ts";
import { joined } from "../../core/joined.ts";
import type { Embedder } from "../../model/embedder.ts";
import { createRandom } from "../../model/random.ts";
import { type Codec, codecFault } from "../alteration/ffmpeg.ts";
import type { Step } from "../alteration/steps.ts";
import { featuresOf } from "../feature-cache.ts";
import { type TrainingData, valuesAt } from "../train/training-data.ts";
import { tripletsBetween } from "./agreement.ts";
import { cell, table } from "./tables.ts";

export interface Disturbance {
  readonly name: string;
  readonly steps: (row: number) => readonly Step[];
  readonly codec?: Codec;
}

/** The disturbances of the report, each on its own. */
export const DISTURBANCES: readonly Disturbance[] = [
  { name: "gain of +20 dB", steps: () => [{ kind: "gain", db: 20 }] },
  { name: "gain of -20 dB", steps: () => [{ kind: "gain", db: -20 }] },
  { name: "at 44.1 kHz", steps: () => [{ kind: "rate", hertz: 44_100 }] },
  { name: "at 48 kHz", steps: () => [{ kind: "rate", hertz: 48_000 }] },
  { name: "at 96 kHz", steps: () => [{ kind: "rate", hertz: 96_000 }] },
  { name: "MP3 at 96 kbit/s", steps: () => [{ kind: "codec", codec: "mp3", kbps: 96 }], codec: "mp3" },
  { name: "Opus at 96 kbit/s", steps: () => [{ kind: "codec", codec: "opus", kbps: 96 }], codec: "opus" },
  { name: "noise at 30 dB SNR", steps: (row) => [{ kind: "noise", snrDb: 30, colour: "white", seed: row }] },
  { name: "50 ms more of leading silence", steps: () => [{ kind: "silence", seconds: 0.05 }] },
];

export interface Robustness {
  readonly name: string;
  /** Share of the queries whose nearest neighbour, their own recording left out, is the same sound as undisturbed. */
  readonly same?: Figure;
  /** Share of the queries that find their own undisturbed recording first. */
  readonly itself?: Figure;
  /** Triplet agreement with the listening test: disturbed counterparts as anchors, undisturbed ones beside them. Undefined where fewer than 3 techniques are there. */
  readonly triplets?: Figure;
  /** Why it was not measured. */
  readonly skipped?: string;
}

export interface RobustnessOptions extends Resampling {
  /** Rows that may ask and are judged. */
  readonly asked: readonly number[];
  /** How many of them ask, drawn by the seed. */
  readonly queries: number;
  readonly cache?: string;
  readonly progress?: (done: number, all: number) => void;
}

/** Counterparts of one technique that are disturbed for the triplets, at most. */
const JUDGED = 6;
/** Name of the row of what is not disturbed. */
export const UNDISTURBED = "nothing";

/** Queries among all sounds that could be read, heard in full, which may also be found where they may not ask; the first row is undisturbed. */
export async function robustnessOf(model: Embedder, data: TrainingData, { asked, queries: count, cache, progress, ...resampling }: RobustnessOptions): Promise<Robustness[]> {
  const { size } = model.manifest.embedding;
  const last = data.contexts.length - 1;
  const seconds = data.contexts[last]!;
  const library = await model.embed(valuesAt(data, data.readable, last), data.readable.length, seconds);
  const may = new Set(asked);
  const order = createRandom(resampling.seed).shuffle(Array.from(data.readable, (_, at) => at)).filter((at) => may.has(data.readable[at]!));
  // as indices into the readable sounds
  const chosen = order.slice(0, count).sort((a, b) => a - b);
  const nearestTo = (vectors: Float32Array, row: number, left: number) => {
    let [best, least] = [-1, Number.POSITIVE_INFINITY];
    for (let at = 0; at < data.readable.length; at++) {
      if (at === left) continue;
      let sum = 0;
      for (let i = 0; i < size && sum < least; i++) sum += (vectors[row * size + i]! - library[at * size + i]!) ** 2;
      if (sum < least) [best, least] = [at, sum];
    }
    return best;
  };
  const before = chosen.map((at) => nearestTo(library, at, at));
  const judged = judgedAmong(data, order);
  const gathered = (vectors: Float32Array, places: readonly number[]) => joined(places.map((place) => vectors.subarray(place * size, (place + 1) * size)), Float32Array);
  const clean = gathered(library, judged);
  const tripletsOf = (from: Float32Array) => {
    const triplets = tripletsBetween(data, { rows: judged.map((at) => data.readable[at]!), size, from, to: clean }, resampling);
    return triplets ? { triplets } : {};
  };
  const faults = await Promise.all(DISTURBANCES.map(({ codec }) => (codec ? codecFault(codec) : undefined)));
  const measured = DISTURBANCES.filter((_, at) => faults[at] === undefined);
  // all of them in one go, so that the worker threads start once; a query that is a counterpart as well is disturbed once
  const each = [...new Set([...chosen, ...judged])];
  const placeOf = new Map(each.map((at, place) => [at, place]));
  const placesOf = (sounds: readonly number[]) => sounds.map((at) => placeOf.get(at)!);
  const tasks = measured.flatMap((disturbance) => each.map((at) => ({ disturbance, row: data.readable[at]! })));
  const values = await featuresOf(tasks.map(({ row }) => data.notes[row]!.path), data.feature, [seconds], {
    ...(cache === undefined ? {} : { cache }),
    ...(progress ? { progress } : {}),
    steps: (at) => tasks[at]!.disturbance.steps(tasks[at]!.row),
  });
  const disturbed = DISTURBANCES.map(async (disturbance, at): Promise<Robustness> => {
    const { name } = disturbance;
    if (faults[at] !== undefined) return { name, skipped: faults[at] };
    const from = measured.indexOf(disturbance) * each.length * data.feature.size;
    const embedded = await model.embed(values.subarray(from, from + each.length * data.feature.size), each.length, seconds);
    const asking = gathered(embedded, placesOf(chosen));
    const [same, itself] = [new Float64Array(chosen.length), new Float64Array(chosen.length)];
    for (const [query, own] of chosen.entries()) {
      same[query] = nearestTo(asking, query, own) === before[query] ? 1 : 0;
      itself[query] = nearestTo(asking, query, -1) === own ? 1 : 0;
    }
    return { name, same: meanFigure(chosen, same, resampling), itself: meanFigure(chosen, itself, resampling), ...tripletsOf(gathered(embedded, placesOf(judged))) };
  });
  return [{ name: UNDISTURBED, ...tripletsOf(clean) }, ...(await Promise.all(disturbed))];
}

/** Some counterparts of each technique, in this order, as indices into the readable sounds. */
function judgedAmong(data: TrainingData, order: readonly number[]): number[] {
  const counts = new Map<number, number>();
  return order.filter((at) => {
    const technique = data.labels.counterparts[data.readable[at]!]!;
    const count = (counts.get(technique) ?? 0) + 1;
    counts.set(technique, count);
    return technique >= 0 && count <= JUDGED;
  });
}

export function robustnessTable(title: string, results: readonly Robustness[]): string[] {
  return table(
    [`${title}, disturbed by`, "same nearest neighbour, own recording left out", "own recording found first", "triplet agreement"],
    results.map(({ name, same, itself, triplets, skipped }) => [name, ...(skipped === undefined ? [same, itself, triplets].map(cell) : [`skipped: ${skipped}`, "skipped", "skipped"])]),
  );
}
