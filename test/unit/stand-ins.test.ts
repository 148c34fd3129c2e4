/** Stand-ins for techniques that nobody recorded: the table's rules, the recordings they are made of, and that they go where their recordings go. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { COUNTERPARTS, loadJudgements, type RecordedNote } from "../../src/cli/judgements.ts";
import { TRAINING_STAND_INS } from "../../src/cli/train/note-labels.ts";
import { ALTERED_STAND_INS, standInsOf } from "../../src/cli/train/stand-ins.ts";
import { labelledSounds, type TrainingData } from "../../src/cli/train/training-data.ts";
import { agreementFixture } from "./evaluation-fixture.ts";

const SHARED = join(import.meta.dirname, "../../../shared");
const note = (changes: Partial<RecordedNote>): RecordedNote => ({
  path: "x.wav", source: "lab/one", instrument: "cello", technique: "harmonic", mute: "none", pitch: "C4", dynamics: "mf", phrase: false, durationSeconds: 1, originalPath: "", ...changes,
});
const imt = (name: string, pitch: string) => ({ imt: name, instrument: "x", family: "y", pitch, dynamics: "mf", cluster: 1 });

describe("the table of stand-ins", () => {
  it("names no technique that recordings stand for", () => {
    for (const name of Object.keys(ALTERED_STAND_INS)) expect(COUNTERPARTS[name] ?? TRAINING_STAND_INS[name], name).toBeUndefined();
  });

  it.skipIf(!existsSync(join(SHARED, "judgements")))("and the recordings leave one technique of the test without any (needs ../shared)", () => {
    const { imts } = loadJudgements(SHARED);
    const names = imts.map((one) => one.imt);
    for (const name of Object.keys(ALTERED_STAND_INS)) expect(names).toContain(name);
    expect(names.filter((name) => !COUNTERPARTS[name] && !TRAINING_STAND_INS[name] && !ALTERED_STAND_INS[name])).toEqual(["TpC-pdl-tone"]);
  });
});

describe("stand-ins", () => {
  const imts = [imt("Fl-ord", "C4"), imt("Va-art-harm", "C5"), imt("Vn-pizz-sec", "C4")];

  it("are the cell's recordings near the pitch that was heard, once altered", () => {
    const notes = [note({ pitch: "C4" }), note({ pitch: "C6" }), note({ pitch: "" }), note({ technique: "ordinario" }), note({ mute: "con-sordino" })];
    // C4 a fifth higher is G4, five semitones under C5; C6 is nineteen above it
    expect(standInsOf(imts, notes)).toEqual([0, 2].map((row) => ({ row, technique: 1, steps: [{ kind: "pitch", semitones: 7 }] })));
  });

  it("are at most forty of an entry, spread over its recordings", () => {
    const rows = standInsOf(imts, Array.from({ length: 100 }, () => note({ instrument: "violin-section", technique: "pizzicato" })));
    expect(rows.length).toBe(40);
    expect(rows.every(({ technique, steps }) => technique === 2 && steps.length === 1 && steps[0]!.kind === "decay")).toBe(true);
    expect(new Set(rows.map(({ row }) => row)).size).toBe(40);
    expect(rows.at(-1)!.row).toBeGreaterThan(95);
  });
});

describe("what a model is fitted to", () => {
  const plain = agreementFixture();
  const width = plain.values.length / plain.notes.length;
  // technique 4 loses its recordings; two notes of others stand for it, altered
  const techniques = plain.labels.techniques.map((technique) => (technique === 4 ? -1 : technique));
  const [one, other] = [plain.readable.find((row) => techniques[row] === 0)!, plain.readable.find((row) => techniques[row] === 1)!];
  const values = Float32Array.from({ length: 2 * width }, (_, at) => at / width);
  const bare: TrainingData = { ...plain, labels: { ...plain.labels, techniques } };
  const data: TrainingData = { ...bare, standIns: { standIns: [one, other].map((row) => ({ row, technique: 4, steps: [] })), values } };

  it("has stand-ins behind the recordings, as sounds of their technique, of a lower weight", () => {
    const [without, sounds] = [labelledSounds(bare, plain.readable), labelledSounds(data, plain.readable)];
    expect(sounds.rows).toBe(without.rows + 2);
    expect(sounds.classCount).toBe(without.classCount + 1);
    const last = sounds.classCount - 1;
    expect([...sounds.classes.slice(-2)]).toEqual([last, last]);
    expect(sounds.classes.slice(0, -2)).toEqual(without.classes);
    const { size } = data.feature;
    for (const [context, rows] of sounds.values.entries()) {
      expect(rows.slice(0, -2 * size)).toEqual(without.values[context]);
      expect(rows.slice(-2 * size, -size)).toEqual(values.slice(context * size, (context + 1) * size));
    }
    expect(sounds.weights[last]).toBeCloseTo(0.4 * Math.sqrt(2 / 20), 6);
    const judged = data.judgements.similarity;
    expect(sounds.similarity[last * sounds.classCount + sounds.classes[plain.readable.indexOf(one)]!]).toBeCloseTo(judged.values[4 * judged.size]!, 6);
  });

  it("hears no stand-in of a recording that is held out", () => {
    const rest = plain.readable.filter((row) => row !== other);
    expect(labelledSounds(data, rest).rows).toBe(rest.length + 1);
    const neither = rest.filter((row) => row !== one);
    expect(labelledSounds(data, neither)).toEqual(labelledSounds(bare, neither));
  });
});
