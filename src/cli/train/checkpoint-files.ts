/** Keeps a training's checkpoint in the folder of its model, so that it goes on after Ctrl-C, a power cut or a loss that was not finite. */

import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FormatError, MissingError } from "../../core/errors.ts";
import { type Place, fieldFault, readJson, readRecord, readText, within } from "../../core/presets/fields.ts";
import type { TensorEntry } from "../../core/presets/model-manifest.ts";
import type { Checkpoint } from "../../model/checkpoint.ts";
import { packWeights, unpackWeights } from "../../model/weights.ts";

/** What a checkpoint is worth for: data and settings by name. */
export type Run = Readonly<Record<string, unknown>>;

export interface SavedTraining {
  readonly run: Run;
  /** Which of a command's trainings it stands in. */
  readonly stage: string;
  /** What earlier stages left behind; numbers that are not known come back as NaN. */
  readonly past: unknown;
  readonly checkpoint: Checkpoint;
}

const NAME = "checkpoint.json";
const REMEDY = "train from the start, without --resume";

/** Writes the numbers first, then the table that names them, then takes the numbers before away: a broken write leaves the checkpoint before. */
export async function saveCheckpoint(folder: string, { run, stage, past, checkpoint }: SavedTraining): Promise<void> {
  const { tensors, ...progress } = checkpoint;
  const packed = await packWeights(tensors);
  const file = `checkpoint-${stage}-${progress.epoch}-${progress.step}.bin`;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, file), new Uint8Array(packed.buffer));
  const part = join(folder, `.${NAME}.part`);
  await writeFile(part, JSON.stringify({ format: "simile-checkpoint", formatVersion: 1, run, stage, past, progress, weights: { file, sha256: packed.sha256, tensors: packed.entries } }));
  await rename(part, join(folder, NAME));
  await removeNumbers(folder, file);
}

/** Takes a checkpoint away, where there is one. */
export async function removeCheckpoint(folder: string): Promise<void> {
  if (!existsSync(join(folder, NAME))) return;
  await rm(join(folder, NAME));
  await removeNumbers(folder);
}

async function removeNumbers(folder: string, kept?: string): Promise<void> {
  for (const name of await readdir(folder)) if (/^checkpoint-.*\.bin$/.test(name) && name !== kept) await rm(join(folder, name));
}

/** Throws MissingError where there is none, FormatError for one that is damaged or of another run than `run`. */
export async function loadCheckpoint(folder: string, run: Run): Promise<SavedTraining> {
  const path = join(folder, NAME);
  const place: Place = { name: path, remedy: REMEDY };
  const text = await readFile(path, "utf8").catch(() => {
    throw new MissingError(`${path}: expected a checkpoint to go on from, got none; ${REMEDY}.`);
  });
  const fields = readRecord(readJson(text, place), place);
  if (fields.get("format") !== "simile-checkpoint" || fields.get("formatVersion") !== 1) throw fieldFault(place, "a checkpoint of format version 1", `${String(fields.get("format"))} ${String(fields.get("formatVersion"))}`);
  const made = readRecord(fields.get("run"), within(place, "run"));
  for (const key of new Set([...made.keys(), ...Object.keys(run)])) {
    const [had, has] = [JSON.stringify(made.get(key)), JSON.stringify(run[key])];
    if (had !== has) throw new FormatError(`${path}: expected the ${key} it was made with, ${had ?? "none"}, got ${has ?? "none"}; train with the same options, or from the start without --resume.`);
  }
  const weights = readRecord(fields.get("weights"), within(place, "weights"));
  const file = readText(weights.get("file"), within(place, "file"));
  const bytes = await readFile(join(folder, file)).catch(() => {
    throw new MissingError(`${join(folder, file)}: expected the checkpoint's numbers, got no file; ${REMEDY}.`);
  });
  const tensors = await unpackWeights({ name: folder, weights: { file, sha256: readText(weights.get("sha256"), within(place, "sha256")), tensors: weights.get("tensors") as readonly TensorEntry[] } }, new Uint8Array(bytes).buffer);
  const progress = Object.fromEntries(readRecord(fields.get("progress"), within(place, "progress"))) as unknown as Omit<Checkpoint, "tensors">;
  const past: unknown = JSON.parse(JSON.stringify(fields.get("past") ?? null), (_, value: unknown) => (value === null ? Number.NaN : value));
  return { run, stage: readText(fields.get("stage"), within(place, "stage")), past: fields.get("past") === undefined || fields.get("past") === null ? undefined : past, checkpoint: { ...progress, tensors } };
}
