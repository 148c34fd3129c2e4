/** From files to embeddings, as every command has them: what is at fault is named, and told as it is. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { embedFiles } from "../../src/cli/file-embeddings.ts";
import { loadModel } from "../../src/cli/model-files.ts";
import { render } from "../../src/cli/render.ts";
import { simile } from "../../src/core/features/simile.ts";
import { formatEmbeddingsCsv } from "../../src/core/presets/embeddings-csv.ts";
import { DEFAULT_CUT } from "../../src/core/onset/segment-cutter.ts";
import type { Embedder } from "../../src/model/embedder.ts";
import { analyseFile } from "../../src/worker/library/analyse-file.ts";
import { openAudio } from "../../src/worker/library/audio-reader.ts";
import { aiff, type Sample, wav } from "./audio-encoders.ts";
import { EUCLID_SIZE, saveEuclidModel } from "./euclid-model.ts";

const RATE = 44_100;

let folder: string;
let embedder: Embedder;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "simile-embeddings-"));
  await saveEuclidModel(join(folder, "model"));
  embedder = await loadModel(join(folder, "model"));
});
afterAll(async () => {
  embedder.dispose();
  await rm(folder, { recursive: true });
});

const note: Sample = (_, i) => 0.5 * Math.sin((2 * Math.PI * 440 * i) / RATE) * Math.exp(-i / 9600);
const floats = (sample: Sample, shape: { readonly sampleRate?: number; readonly channels?: number; readonly frames?: number } = {}) => wav({ sampleRate: RATE, channels: 1, frames: 9000, numbers: "float32", ...shape }, sample);

test.each<[string, string, Uint8Array, RegExp]>([
  ["scaled to the range of integers", "loud.wav", floats((_, i) => 2 ** 31 * note(0, i)), /loud\.wav: .*expected samples from -1000000 to 1000000, where full scale is 1, got -?\d[\d.]* at sample \d+; normalise the sound\.$/],
  ["at a rate that goes into no other", "odd.wav", floats(note, { sampleRate: 767_999 }), /odd\.wav: .*expected rates with a large common divisor, got 767999 and \d+ Hz; convert the sound to a common rate/],
  ["of one sample", "click.wav", floats(() => 0.5, { frames: 1 }), /click\.wav: expected at least 5 ms of sound, got 1 frame; record or export it again\.$/],
  ["below -90 dB", "hush.wav", floats((_, i) => 5e-5 * note(0, i), { channels: 2 }), /hush\.wav: expected sound, got silence from beginning to end; record or export it again\.$/],
  ["whose channels cancel", "inverted.wav", floats((channel, i) => (channel === 0 ? 1 : -1) * note(0, i), { channels: 2 }), /inverted\.wav: expected a sound that is left when its channels are mixed to one, got channels that cancel each other; turn the polarity of one round, or keep only one\.$/],
])("a file %s is named", async (_, name, bytes, sentence) => {
  const path = join(folder, name);
  await writeFile(path, bytes);
  const [outcome] = await embedFiles([path], embedder);
  expect(outcome).toMatchObject({ message: expect.stringMatching(sentence) });
  const { message } = outcome as Error;
  expect(message.startsWith(`${path}: `)).toBe(true);
  // the page's import says the very same
  const imported = async () => analyseFile(await openAudio(new Blob([new Uint8Array(bytes)]), path, async () => null), path, simile, DEFAULT_CUT);
  await expect(imported()).rejects.toThrow(message);
});

test("a file of an old machine's rate is a sound as any", async () => {
  const path = join(folder, "old.aif");
  await writeFile(path, aiff({ sampleRate: 22254.5454, channels: 1, frames: 9000, numbers: "int16" }, note));
  expect((await embedFiles([path], embedder))[0]).not.toBeInstanceOf(Error);
});

test("a recording too long to be one sound is named, one of 20 s is not", async () => {
  const paths = [20, 21].map((seconds) => join(folder, `${seconds}.wav`));
  for (const [i, seconds] of [20, 21].entries()) await writeFile(paths[i]!, floats(note, { sampleRate: 8000, frames: 8000 * seconds }));
  const notes: string[] = [];
  const outcomes = await embedFiles(paths, embedder, { note: (sentence) => notes.push(sentence) });
  expect(outcomes).toMatchObject([{ durationSeconds: 20 }, { durationSeconds: 21 }]);
  expect(notes).toEqual([`${paths[1]}: lasts 21 s, of which the first sound alone is heard, for 1.5 s at most; cut it into its sounds, or import it in the page, which does.`]);
});

test("a model of another version of the feature is refused before a take is rendered, too", async () => {
  await saveEuclidModel(join(folder, "older"));
  const manifest = join(folder, "older/manifest.json");
  const { feature, ...rest } = JSON.parse(await readFile(manifest, "utf8")) as { feature: { version: number } };
  await writeFile(manifest, JSON.stringify({ ...rest, feature: { ...feature, version: feature.version + 1 } }));
  await writeFile(join(folder, "take.wav"), floats(note));
  // rows that lie ready: nothing has to be analysed for this library
  await writeFile(join(folder, "rows.csv"), formatEmbeddingsCsv({ files: ["take.wav"], size: EUCLID_SIZE, rows: new Float32Array(EUCLID_SIZE) }));
  const ask = (model: string) => render([join(folder, "take.wav"), "--out", join(folder, "out.wav"), "--library", join(folder, "rows.csv"), "--sounds", folder, "--model", join(folder, model)]);
  await expect(ask("older")).rejects.toThrow(/model euclid-test: expected feature simile version \d+ of \d+ numbers, got version \d+/);
  const said = vi.spyOn(process.stdout, "write").mockImplementation(() => true);
  expect(await ask("model")).toBe(0);
  said.mockRestore();
});
