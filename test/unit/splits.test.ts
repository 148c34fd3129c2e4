/** Folds: every sound in one fold, every group whole, sizes about equal, the seed in charge. */

import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RecordedNote } from "../../src/cli/judgements.ts";
import { labelNotes } from "../../src/cli/train/note-labels.ts";
import { NOTE_SPLITS, foldsOf, foldsOfStudies, groupOf, groupsOfStudies } from "../../src/cli/train/splits.ts";
import { FormatError } from "../../src/core/errors.ts";

const RATINGS = join(import.meta.dirname, "../../../shared/data/ratings");
const INSTRUMENTS = ["flute", "cello", "double-bass", "archtop-guitar-mic", "archtop-guitar-pickup", "whip"];
const TECHNIQUES = ["ordinario", "staccato", "pizzicato"];
const SOURCES = ["sfz/dsmolken.double-bass", "sfz/karoryfer.meatbass", "x/one", "x/two", "x/three", "x/four"];

const notes: RecordedNote[] = SOURCES.flatMap((source) =>
  INSTRUMENTS.flatMap((instrument) =>
    TECHNIQUES.flatMap((technique) =>
      [0, 1, 2].map((take) => ({ path: `/${source}/${instrument}/${technique}/00${take}_C4.opus`, source, instrument, technique, mute: "none", pitch: "C4", dynamics: "mf", phrase: false, durationSeconds: 2, originalPath: "" })),
    ),
  ),
);
const data = { notes, labels: labelNotes([], notes), readable: notes.map((_, row) => row).filter((row) => row !== 7) };

describe.each(NOTE_SPLITS)("by %s", (split) => {
  const folds = foldsOf(data, split, 4, 1);

  it("puts every readable sound in one fold", () => {
    expect(folds.flat().sort((a, b) => a - b)).toEqual([...data.readable]);
    expect(Math.min(...folds.map((fold) => fold.length))).toBeGreaterThan(0.4 * Math.max(...folds.map((fold) => fold.length)));
  });

  it("never splits a group", () => {
    const at = new Map<string, Set<number>>();
    for (const [index, fold] of folds.entries()) for (const row of fold) at.set(groupOf(data, row, split), (at.get(groupOf(data, row, split)) ?? new Set()).add(index));
    expect([...at.values()].every((where) => where.size === 1)).toBe(true);
  });

  it("keeps a guitar's two takes of one note together", () => {
    for (const fold of folds) {
      for (const row of fold) {
        const note = notes[row]!;
        if (note.instrument !== "archtop-guitar-mic") continue;
        const twin = notes.findIndex((other) => other.source === note.source && other.instrument === "archtop-guitar-pickup" && other.technique === note.technique && other.path.endsWith(note.path.slice(-11)));
        expect(fold).toContain(twin);
      }
    }
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
      const held = new Set(fold.map((row) => `${notes[row]!.instrument} ${notes[row]!.technique}`));
      const inFold = new Set(fold);
      expect(data.readable.some((row) => !inFold.has(row) && held.has(`${notes[row]!.instrument} ${notes[row]!.technique}`))).toBe(false);
    }
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
    expect(names).toEqual([["grey1977", "grey1978", "saitis2020", "bridge"], ["lakatos2000_comb", "lakatos2000_harm"]]);
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
