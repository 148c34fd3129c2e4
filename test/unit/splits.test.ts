/** Folds: every sound in one fold, every group whole, sizes about equal, the seed in charge. */

import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type RecordedNote, loadJudgements, loadRecordedNotes } from "../../src/cli/judgements.ts";
import { labelNotes } from "../../src/cli/train/note-labels.ts";
import { NOTE_SPLITS, foldsOf, foldsOfStudies, groupsOfNotes, groupsOfStudies, takeOf } from "../../src/cli/train/splits.ts";
import { FormatError } from "../../src/core/errors.ts";

const RATINGS = join(import.meta.dirname, "../../../shared/data/ratings");
const SAMPLES = join(RATINGS, "../samples.csv");
const INSTRUMENTS = ["flute", "cello", "double-bass", "archtop-guitar-mic", "archtop-guitar-pickup", "whip"];
const TECHNIQUES = ["ordinario", "staccato", "pizzicato"];
const SOURCES = ["sfz/dsmolken.double-bass", "sfz/karoryfer.meatbass", "x/one", "x/two", "x/three", "x/four"];

/** The first two takes of a cell are cut from one phrase; a guitar's microphone and pickup count the files of one take differently. */
const fileOf = (instrument: string, technique: string, take: number) => {
  if (instrument.startsWith("archtop-guitar")) return `Samples/${instrument}/${technique}_rr${take}_${instrument.endsWith("mic") ? 1 : 2}.wav`;
  return take < 2 ? `audio/${instrument}_phrase_${technique}.mp3#t=${take}.000,${take + 1}.000` : `audio/${instrument}_C4_${technique}.mp3`;
};
const notes: RecordedNote[] = SOURCES.flatMap((source) =>
  INSTRUMENTS.flatMap((instrument, at) =>
    TECHNIQUES.flatMap((technique) =>
      [0, 1, 2].map((take) => ({ path: `/${source}/${instrument}/${technique}/0${at + take}_C4.opus`, source, instrument, technique, mute: "none", pitch: "C4", dynamics: "mf", phrase: false, durationSeconds: 2, originalPath: fileOf(instrument, technique, take) })),
    ),
  ),
);
// One of the flute's long notes stands for a technique of the test, the others of its cell for none; the cello's and the double bass's for one together.
const labels = { ...labelNotes([], notes), techniques: Int32Array.from(notes, ({ instrument, technique }, row) => (technique !== "ordinario" ? -1 : instrument === "flute" && row % 3 === 2 ? 0 : instrument === "cello" || instrument === "double-bass" ? 1 : -1)) };
const data = { notes, labels, readable: notes.map((_, row) => row).filter((row) => row !== 7) };

/** What notes on both sides of a fold have in common. */
function parted(folds: readonly (readonly number[])[], nameOf: (row: number) => string | null): string[] {
  const at = new Map<string, Set<number>>();
  for (const [index, fold] of folds.entries()) for (const row of fold) at.set(nameOf(row) ?? `row ${row}`, (at.get(nameOf(row) ?? `row ${row}`) ?? new Set()).add(index));
  return [...at].filter(([, where]) => where.size > 1).map(([name]) => name);
}
const archtop = (instrument: string) => instrument.replace(/^archtop-guitar-(mic|pickup)$/, "archtop-guitar");

describe.each(NOTE_SPLITS)("by %s", (split) => {
  const folds = foldsOf(data, split, 4, 1);

  it("puts every readable sound in one fold", () => {
    expect(folds.flat().sort((a, b) => a - b)).toEqual([...data.readable]);
    expect(Math.min(...folds.map((fold) => fold.length))).toBeGreaterThan(0.4 * Math.max(...folds.map((fold) => fold.length)));
  });

  it("keeps what was cut from one phrase together, and a guitar's two recordings of one take", () => {
    const phrase = (row: number) => (notes[row]!.originalPath.includes("#t=") ? `${notes[row]!.source} ${notes[row]!.originalPath.replace(/#.*$/, "")}` : null);
    const guitar = (row: number) => (notes[row]!.instrument.startsWith("archtop") ? `${notes[row]!.source} ${/\w+_rr\d/.exec(notes[row]!.originalPath)![0]}` : null);
    expect([...parted(folds, phrase), ...parted(folds, guitar)]).toEqual([]);
    // Parting by chance would show: every second note alone.
    expect(parted([data.readable.filter((row) => row % 2 === 0), data.readable.filter((row) => row % 2 === 1)], phrase).length).toBeGreaterThan(20);
  });
});

describe("groups", () => {
  it("by note are takes, those of the guitar of two recordings", () => {
    const groups = groupsOfNotes({ ...data, readable: notes.map((_, row) => row) }, "note");
    expect(new Set(groups.map(({ length }) => length))).toEqual(new Set([1, 2]));
    // Four instruments of two takes a cell, and three of the guitar.
    expect(groups.length).toBe(SOURCES.length * TECHNIQUES.length * (4 * 2 + 3));
  });

  it("a note of no known file is a take of its own", () => {
    expect(takeOf({ source: "a", instrument: "voice", path: "/x.wav", originalPath: "" })).not.toBe(takeOf({ source: "a", instrument: "voice", path: "/y.wav", originalPath: "" }));
  });
});

describe("foldsOf", () => {
  it("keeps one double bass that two sources recorded in one fold, by source and by instrument", () => {
    for (const split of ["source", "instrument"] as const) {
      for (const fold of foldsOf(data, split, 3, 2)) {
        const here = new Set(fold.filter((row) => notes[row]!.instrument === "double-bass" && notes[row]!.source.startsWith("sfz/")).map((row) => notes[row]!.source));
        expect([0, 2]).toContain(here.size);
      }
    }
  });

  it("leaves whole techniques unseen", () => {
    for (const fold of foldsOf(data, "technique", 3, 1)) {
      const cellOf = (row: number) => `${archtop(notes[row]!.instrument)} ${notes[row]!.technique}`;
      const [cells, techniques, inFold] = [new Set(fold.map(cellOf)), new Set(fold.map((row) => labels.techniques[row]!).filter((technique) => technique >= 0)), new Set(fold)];
      // Notes of a held-out cell that carry no label are as unheard as those that do.
      expect(data.readable.filter((row) => !inFold.has(row) && (cells.has(cellOf(row)) || techniques.has(labels.techniques[row]!)))).toEqual([]);
    }
  });

  it("leaves whole instruments unseen, of every source", () => {
    expect(parted(foldsOf(data, "instrument", 3, 1), (row) => archtop(notes[row]!.instrument))).toEqual([]);
  });

  it.skipIf(!existsSync(SAMPLES))("parts no take, technique, instrument or source of the published notes (needs ../shared)", () => {
    const folder = join(SAMPLES, "../..");
    const published = loadRecordedNotes(folder);
    const known = { notes: published, labels: labelNotes(loadJudgements(folder).imts, published), readable: published.map((_, row) => row) };
    const phrase = (row: number) => `${published[row]!.source} ${published[row]!.originalPath.replace(/#t=.*$/, "")}`;
    const cell = (row: number) => `${archtop(published[row]!.instrument)}+${published[row]!.mute}-${published[row]!.technique}`;
    const technique = (row: number) => (known.labels.techniques[row]! < 0 ? null : String(known.labels.techniques[row]));
    for (const split of NOTE_SPLITS) expect(parted(foldsOf(known, split, 5, 1), phrase)).toEqual([]);
    const byTechnique = foldsOf(known, "technique", 5, 1);
    expect([...parted(byTechnique, technique), ...parted(byTechnique, cell)]).toEqual([]);
    expect(parted(foldsOf(known, "instrument", 5, 1), (row) => archtop(published[row]!.instrument))).toEqual([]);
    expect(parted(foldsOf(known, "source", 5, 1), (row) => published[row]!.source)).toEqual([]);
  });

  /** A study of sounds that are told by one number each. */
  const study = (name: string, ...sounds: number[]) => ({ name, count: sounds.length, values: Float32Array.from(sounds) });

  it("parts rating studies, each into one fold, in the order of the seed", () => {
    const studies = ["a", "b", "c", "d", "e"].map((name, at) => study(name, 10 * at, 10 * at + 1));
    const folds = foldsOfStudies(studies, 2, 1);
    expect(folds.map((fold) => fold.length)).toEqual([3, 2]);
    expect(folds.flat().map(({ name }) => name).sort()).toEqual(["a", "b", "c", "d", "e"]);
    expect(foldsOfStudies(studies, 5, 1)).not.toEqual(foldsOfStudies(studies, 5, 2));
    expect(() => foldsOfStudies(studies, 6, 1)).toThrow(/expected at least 6 groups of rating studies that share no sound, got 5/);
    expect(() => foldsOfStudies([], 0, 1)).toThrow(/expected at least 2 groups of rating studies that share no sound, got 0/);
  });

  it("keeps rating studies in one fold that are of one publication or have a recording in common, through a third one too", () => {
    const studies = [study("grey1977", 1, 2), study("lakatos2000_comb", 3), study("saitis2020", 4, 5), study("grey1978", 2, 6), study("lakatos2000_harm", 7), study("bridge", 5, 6)];
    const names = groupsOfStudies(studies).map((group) => group.map(({ name }) => name));
    expect(names).toEqual([["grey1977", "saitis2020", "grey1978", "bridge"], ["lakatos2000_comb", "lakatos2000_harm"]]);
    const folds = foldsOfStudies(studies, 2, 1);
    expect(folds.map((fold) => fold.length).sort()).toEqual([2, 4]);
    for (const one of folds[0]!) for (const other of folds[1]!) expect([...one.values].some((sound) => other.values.includes(sound))).toBe(false);
  });

  it.skipIf(!existsSync(RATINGS))("no recording of the published studies is on both sides of a fold (needs ../shared)", () => {
    const marked = (path: string) => createHash("sha256").update(readFileSync(path)).digest().readUIntBE(0, 3);
    const studies = readdirSync(RATINGS, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => study(name, ...readdirSync(join(RATINGS, name)).filter((file) => file.endsWith(".flac")).map((file) => marked(join(RATINGS, name, file)))));
    expect(studies.length).toBe(13);
    const groups = groupsOfStudies(studies);
    expect(groups.map((group) => group.map(({ name }) => name.slice(0, 4))[0])).toEqual(["grey", "iver", "laka", "mcad", "pati", "sait"]);
    for (const fold of foldsOfStudies(studies, groups.length, 1)) {
      const inside = new Set(fold.flatMap(({ values }) => [...values]));
      for (const other of studies) if (!fold.includes(other)) expect([...other.values].some((sound) => inside.has(sound)), other.name).toBe(false);
    }
  });

  it("follows its seed, and refuses more folds than groups", () => {
    expect(foldsOf(data, "note", 4, 1)).toEqual(foldsOf(data, "note", 4, 1));
    expect(foldsOf(data, "note", 4, 1)).not.toEqual(foldsOf(data, "note", 4, 2));
    expect(() => foldsOf(data, "source", 9, 1)).toThrow(FormatError);
  });
});
