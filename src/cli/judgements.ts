/** Reads what listeners said: the sorting of 78 playing techniques with its counterparts among the recorded notes, and thirteen studies of rated dissimilarity. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FormatError, MissingError } from "../core/errors.ts";
import { createMatrix, type SquareMatrix } from "../core/evaluation/matrix.ts";
import { pitchNote } from "../core/metadata/pitch-note.ts";
import { parseCsv } from "../core/presets/csv.ts";

/** One technique of the listening test: instrument-mute-technique. */
export interface Imt {
  readonly imt: string;
  readonly instrument: string;
  readonly family: string;
  /** Scientific pitch of the note that was heard, empty for none. */
  readonly pitch: string;
  readonly dynamics: string;
  /** Consensus cluster, 1 to 19. */
  readonly cluster: number;
}

export interface Judgements {
  readonly imts: readonly Imt[];
  /** Share of listeners who put the two in one group, `[78, 78]`. */
  readonly similarity: SquareMatrix;
  /** `[listener][imt]`: the listener's group. */
  readonly partitions: readonly (readonly number[])[];
}

/** One rating study: its sounds and how different listeners said they are. */
export interface RatingStudy {
  readonly name: string;
  /** Paths of the sounds, in the order of the matrix. */
  readonly files: readonly string[];
  /** Scaled to 0 to 1 within the study, symmetric, 0 on the diagonal. */
  readonly dissimilarity: SquareMatrix;
}

/** One recorded note of `data/samples.csv`. */
export interface RecordedNote {
  /** Path of the file. */
  readonly path: string;
  readonly source: string;
  readonly instrument: string;
  readonly technique: string;
  readonly mute: string;
  readonly pitch: string;
  readonly dynamics: string;
  readonly phrase: boolean;
  readonly durationSeconds: number;
  readonly originalPath: string;
}

/** Recorded notes that stand for a technique of the listening test. */
export interface Counterpart {
  /** End of the source's name; any source where absent. */
  readonly source?: string;
  readonly instrument: string;
  readonly technique: string;
  /** "none" where absent. */
  readonly mute?: string;
  /** Lowest and highest pitch taken; without it, REACH semitones around the pitch that was heard, or all notes where that is empty. */
  readonly pitch?: readonly [string, string];
  readonly dynamics?: readonly string[];
  /** Shortest note taken: the test's sustained notes lasted for seconds. */
  readonly seconds?: number;
  /** Why another instrument or technique stands in, where it does. */
  readonly standIn?: string;
}

/** Semitones around the heard pitch. */
const REACH = 5;
/** Dynamics that no note of the test had. */
const SWELLS = ["cresc", "decresc", "cresc-decresc"];

/**
 * The one table from the listening test to the recorded notes. A judgement: the same instrument and technique where recorded, at about the heard pitch; else the nearest stand-in, which says so.
 * No two techniques share a note. Those that are not named have no counterpart (`withoutCounterpart`).
 */
export const COUNTERPARTS: Readonly<Record<string, readonly Counterpart[]>> = {
  "Gtr-ord": [{ instrument: "guitar", technique: "ordinario" }, { instrument: "acoustic-guitar", technique: "ordinario" }],
  "Gtr-ord-hi-reg": [{ instrument: "guitar", technique: "ordinario", pitch: ["A#4", "C6"] }],
  "Hp-ord": [{ instrument: "harp", technique: "ordinario" }],
  "Hn-ord": [{ instrument: "horn", technique: "ordinario", seconds: 1 }],
  "TTbn-ord": [{ instrument: "trombone", technique: "ordinario", seconds: 1 }],
  "TTbn+S-ord": [{ instrument: "horn", technique: "ordinario", mute: "con-sordino", seconds: 1, standIn: "the only muted brass" }],
  "Vn-ord": [{ instrument: "violin-section", technique: "ordinario", seconds: 1, standIn: "a section for the solo instrument" }],
  "Vn-pizz-lv": [{ instrument: "violin-section", technique: "pizzicato", standIn: "a section for the solo instrument" }],
  "Va-ord": [{ instrument: "viola-section", technique: "ordinario", seconds: 1, standIn: "a section for the solo instrument" }],
  "Vc-ord": [{ instrument: "cello", technique: "ordinario", seconds: 1.3 }],
  "Vc+S-ord": [{ instrument: "cello", technique: "ordinario", mute: "con-sordino", seconds: 0.8 }],
  "Vc-art-harm": [{ instrument: "cello", technique: "harmonic", seconds: 0.9, pitch: ["G3", "C6"] }],
  "Vc-legno-batt": [{ instrument: "double-bass", technique: "col-legno-battuto", pitch: ["C1", "C5"], standIn: "the double bass for the cello" }],
  "Vc-legno-tratto": [{ instrument: "cello", technique: "col-legno-tratto", seconds: 0.8, pitch: ["C2", "C6"] }],
  "Vc-nonvib": [{ instrument: "cello", technique: "nonvibrato", seconds: 0.6 }],
  "Vc-pizz-bartok": [{ instrument: "cello", technique: "pizz-bartok", pitch: ["C2", "C5"] }],
  "Vc-pizz-lv": [{ instrument: "cello", technique: "pizzicato" }],
  "Vc-pont": [{ instrument: "cello", technique: "sul-ponticello", seconds: 0.8, pitch: ["C2", "C6"] }],
  "Vc-tasto": [{ instrument: "cello", technique: "sul-tasto", seconds: 0.8 }],
  "Cb-pizz-bartok": [{ instrument: "double-bass", technique: "pizz-bartok", pitch: ["C1", "C5"] }],
  "Cb-pizz-lv": [{ instrument: "double-bass", technique: "pizzicato", pitch: ["C3", "C5"] }],
  "Cb-pont": [{ instrument: "double-bass", technique: "sul-ponticello", seconds: 0.8, pitch: ["C1", "C5"] }],
  "Fl-ord": [{ instrument: "flute", technique: "ordinario", seconds: 1 }],
  "Ob-ord": [{ instrument: "oboe-section", technique: "ordinario", pitch: ["A#3", "G4"], seconds: 1, standIn: "a section for the solo instrument" }],
  "BbCl-ord-hi-reg": [{ instrument: "clarinet", technique: "ordinario", seconds: 1, pitch: ["C6", "C7"] }],
  "Bn-ord": [{ instrument: "bassoon", technique: "ordinario", seconds: 1 }],
  "ASax-ord": [{ instrument: "saxophone", technique: "ordinario", seconds: 1 }, { instrument: "alto-saxophone", technique: "ordinario", seconds: 1 }],
  "ASax-ord-hi-reg": [{ instrument: "saxophone", technique: "ordinario", seconds: 1, pitch: ["F#5", "C7"] }],
  "ASax-slap": [{ instrument: "saxophone", technique: "slap", pitch: ["C1", "C7"] }],
  "ASax-key-cl": [{ instrument: "baritone-saxophone", technique: "key-click", pitch: ["C0", "C9"], standIn: "the baritone for the alto" }],
  "BBTb-pdl-tone": [{ instrument: "tuba", technique: "ordinario", seconds: 1 }],
  "BBTb-slap-unp": [{ instrument: "tuba", technique: "key-click", standIn: "a tuba's key click is nearest to an unpitched slap" }],
};

/** The techniques of the test that no recorded note stands for. */
export function withoutCounterpart(imts: readonly Imt[]): string[] {
  return imts.map(({ imt }) => imt).filter((imt) => !COUNTERPARTS[imt]);
}

function read(path: string): string[][] {
  if (!existsSync(path)) throw new MissingError(`${path}: expected a table, got no such file; give the folder that holds the judgements with --data.`);
  return parseCsv(readFileSync(path, "utf8"), path);
}

/** The square table under `rows[0]`, which names its columns. */
function square(rows: readonly string[][], path: string): SquareMatrix {
  const size = rows[0]?.length ?? 0;
  const matrix = createMatrix(size);
  if (rows.length !== size + 1) throw new FormatError(`${path}: expected ${size} rows under ${size} names, got ${rows.length - 1}; fetch the file again.`);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const value = Number(rows[i + 1]![j]);
      if (!Number.isFinite(value)) throw new FormatError(`${path}: expected a number in row ${i + 2}, column ${j + 1}, got "${rows[i + 1]![j]}"; fetch the file again.`);
      matrix.values[i * size + j] = value;
    }
  }
  return matrix;
}

/** Reads `<folder>/judgements`. Throws MissingError where it is not there. */
export function loadJudgements(folder: string): Judgements {
  const place = join(folder, "judgements");
  const imts = read(join(place, "techniques.csv"))
    .slice(1)
    .map(([, imt, instrument, family, pitch, dynamics, cluster]) => ({ imt: imt!, instrument: instrument!, family: family!, pitch: pitch!, dynamics: dynamics!, cluster: Number(cluster) }));
  const rows = read(join(place, "similarity.csv"));
  const similarity = square(rows, join(place, "similarity.csv"));
  const groups = read(join(place, "partitions.csv")).slice(1);
  if (similarity.size !== imts.length || groups.length !== imts.length) {
    throw new FormatError(`${place}: expected tables of one size, got ${imts.length} techniques, ${similarity.size} similarities and ${groups.length} partitions; fetch the folder again.`);
  }
  for (const [index, { imt }] of imts.entries()) {
    for (const [name, table] of [[rows[0]![index], "similarity.csv"], [groups[index]![0], "partitions.csv"]] as const) {
      if (name !== imt) throw new FormatError(`${join(place, table)}: expected technique ${imt} in place ${index + 1}, as in techniques.csv, got ${JSON.stringify(name)}; fetch the folder again.`);
    }
  }
  const partitions = Array.from({ length: groups[0]!.length - 1 }, (_, listener) => groups.map((row) => Number(row[listener + 1])));
  return { imts, similarity, partitions };
}

/** Reads every study of `<folder>/data/ratings`. Throws MissingError where it is not there. */
export function loadRatings(folder: string): RatingStudy[] {
  const place = join(folder, "data", "ratings");
  if (!existsSync(place)) throw new MissingError(`${place}: expected the rating studies, got no such folder; give the folder that holds data/ratings with --data.`);
  return readdirSync(place, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .map((name) => {
      const path = join(place, name, "dissimilarity.csv");
      const rows = read(path);
      const names = rows[0]!;
      const dissimilarity = square(rows, path);
      const { size, values } = dissimilarity;
      let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          if (i === j) continue;
          least = Math.min(least, values[i * size + j]!);
          most = Math.max(most, values[i * size + j]!);
        }
      }
      for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) values[i * size + j] = i === j ? 0 : (values[i * size + j]! - least) / (most - least);
      return { name, files: names.map((sound) => join(place, name, sound.endsWith(".flac") ? sound : `${sound}.flac`)), dissimilarity };
    });
}

/** Reads `<folder>/data/samples.csv`. */
export function loadRecordedNotes(folder: string): RecordedNote[] {
  const place = join(folder, "data");
  const [header, ...rows] = read(join(place, "samples.csv"));
  const column = (name: string) => {
    const at = header!.indexOf(name);
    if (at < 0) throw new FormatError(`${join(place, "samples.csv")}: expected a column "${name}", got ${header!.join(", ")}; fetch the file again.`);
    return at;
  };
  const [path, source, instrument, technique, mute, pitch, dynamics, phrase, duration, original] = ["path", "source_repo", "instrument", "technique", "mute", "pitch", "dynamics", "phrase", "duration_s", "original_path"].map(column) as [
    number, number, number, number, number, number, number, number, number, number,
  ];
  const seen = new Set<string>();
  for (const [at, row] of rows.entries()) {
    if (row.length < header!.length) throw new FormatError(`${join(place, "samples.csv")}: expected ${header!.length} fields in row ${at + 2}, got ${row.length}; write the row again.`);
    if (seen.has(row[path]!)) throw new FormatError(`${join(place, "samples.csv")}: expected every file once, got ${row[path]} again; take one of its rows out.`);
    seen.add(row[path]!);
  }
  return rows.map((row) => ({
    path: join(place, row[path]!),
    source: row[source]!,
    instrument: row[instrument]!,
    technique: row[technique]!,
    mute: row[mute]!,
    pitch: row[pitch]!,
    dynamics: row[dynamics]!,
    phrase: row[phrase] === "1",
    durationSeconds: Number(row[duration]),
    originalPath: row[original]!,
  }));
}

/** The notes that stand for each technique, by its index, single notes before cuts out of phrases; techniques without any are left out. */
export function counterpartNotes(imts: readonly Imt[], notes: readonly RecordedNote[]): Map<number, RecordedNote[]> {
  const found = new Map<number, RecordedNote[]>();
  imts.forEach(({ imt, pitch: heardPitch }, index) => {
    const heard = pitchNote(heardPitch);
    const taken = (COUNTERPARTS[imt] ?? []).flatMap(({ source, instrument, technique, mute = "none", pitch, dynamics, seconds = 0 }) => {
      const [low, high] = pitch ? pitch.map(pitchNote) : heard === null ? [null, null] : [heard - REACH, heard + REACH];
      const fitting = notes.filter((note) => {
        const midi = pitchNote(note.pitch);
        return (
          note.instrument === instrument &&
          note.technique === technique &&
          note.mute === mute &&
          note.durationSeconds >= seconds &&
          (source === undefined || note.source.endsWith(source)) &&
          (low == null || midi === null || (midi >= low && midi <= high!)) &&
          (dynamics === undefined ? !SWELLS.includes(note.dynamics) : dynamics.includes(note.dynamics))
        );
      });
      const single = fitting.filter((note) => !note.phrase);
      return single.length > 0 ? single : fitting;
    });
    if (taken.length > 0) found.set(index, taken);
  });
  return found;
}
