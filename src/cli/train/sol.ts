/**
 * Reads SOL as published with github.com/cyrusvahidi/ipt-similarity: 78 seed notes in the order of the judgements, further notes of their techniques, and the tree of audio files.
 *
 * `seed_filelist.csv` (columns fname or fpath, pitch, dynamics, "instrument family", IMT), `extended_pitch_F1.csv` to `F4` (seed_id, filepath, pitch, dynamics), `judgements.mat` (`ensemble [1, 78]`, the
 * consensus clusters; `ci [31, 78]`, each listener's groups, where it is there) lie in the folder or in `jasmp` below it; the audio in the folder or in `SOL_0.9_HQ` below it.
 */

import { existsSync, readFileSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";
import { FormatError, MissingError } from "../../core/errors.ts";
import { createMatrix } from "../../core/evaluation/matrix.ts";
import { parseCsv } from "../../core/presets/csv.ts";
import { listAudio } from "../audio-folder.ts";
import type { Imt, Judgements, RecordedNote } from "../judgements.ts";
import { type MatMatrix, parseMat } from "./mat-file.ts";
import type { NoteLabels } from "./note-labels.ts";

/** How far the pitches of extended notes reach from the seed's, as the published tables are named. */
export const REACHES = ["F1", "F2", "F3", "F4"] as const;
export type Reach = (typeof REACHES)[number];

export interface SolData {
  readonly notes: readonly RecordedNote[];
  readonly judgements: Judgements;
  readonly labels: NoteLabels;
}

interface Table {
  readonly path: string;
  readonly rows: readonly ReadonlyMap<string, string>[];
}

/** The seeds alone, or with the notes of one extended table. Throws MissingError for what is not there, FormatError for tables that do not fit together. */
export async function loadSol(folder: string, extended?: Reach): Promise<SolData> {
  const root = resolve(folder);
  const tree = [join(root, "SOL_0.9_HQ"), root].find(existsSync);
  if (tree === undefined) throw new MissingError(`--sol: expected the folder of SOL, got none at ${root}; check the path.`);
  const seeds = readTable(root, "seed_filelist.csv", ["pitch", "dynamics"]);
  const matrices = parseMat(readFileSync(placeOf(root, "judgements.mat")), placeOf(root, "judgements.mat"));
  const judgements = judgementsOf(seeds, matrices, placeOf(root, "judgements.mat"));

  const files = new Map<string, string>();
  for (const file of await listAudio(tree)) {
    const name = nameOf(file);
    if (files.has(name)) throw new FormatError(`${tree}: expected every file name once, got ${files.get(name)} and ${file}; keep one of them.`);
    files.set(name, file);
  }
  const notes: RecordedNote[] = [];
  const techniques: number[] = [];
  const heard = new Set<string>();
  const add = (path: string, row: ReadonlyMap<string, string>, file: string, technique: number, seed: boolean) => {
    const name = nameOf(file);
    const place = seed || !heard.has(name) ? -1 : notes.findIndex((note) => nameOf(note.path) === name);
    if (place >= 0 && place < seeds.rows.length) {
      // the extended tables list the seeds again
      if (technique === techniques[place]) return;
      throw new FormatError(`${path}: expected the seed ${name} under its seed_id ${techniques[place]}, got ${technique}; fetch the table again.`);
    }
    if (heard.has(name)) throw new FormatError(`${path}: expected every note once, got ${name} again; take one of its rows out.`);
    const found = files.get(name);
    if (found === undefined) throw new MissingError(`${path}: expected an audio file ${name} below ${tree}, got none; fetch SOL_0.9_HQ whole, or take the row out.`);
    heard.add(name);
    const { imt, instrument } = judgements.imts[technique]!;
    const parts = partsOf(imt);
    techniques.push(technique);
    notes.push({ path: join(tree, found), source: "SOL_0.9_HQ", instrument, technique: parts.technique, mute: parts.mute, pitch: known(row.get("pitch")), dynamics: known(row.get("dynamics")), phrase: false, durationSeconds: Number.NaN, originalPath: found });
  };
  for (const [index, row] of seeds.rows.entries()) add(seeds.path, row, row.get("fpath") ?? row.get("fname")!, index, true);
  if (extended) {
    const table = readTable(root, `extended_pitch_${extended}.csv`, ["seed_id", "filepath"]);
    for (const row of table.rows) {
      const technique = Number(row.get("seed_id"));
      if (!Number.isInteger(technique) || technique < 0 || technique >= seeds.rows.length) throw new FormatError(`${table.path}: expected a seed_id from 0 to ${seeds.rows.length - 1}, got ${JSON.stringify(row.get("seed_id"))}; fetch the table again.`);
      add(table.path, row, row.get("filepath")!, technique, false);
    }
  }
  const labelled = Int32Array.from(techniques);
  return { notes, judgements, labels: { techniques: labelled, counterparts: labelled, cells: techniques.map((technique) => judgements.imts[technique]!.imt), bodies: techniques.map((technique) => judgements.imts[technique]!.instrument) } };
}

function placeOf(root: string, name: string): string {
  const path = [join(root, name), join(root, "jasmp", name)].find(existsSync);
  if (path === undefined) throw new MissingError(`--sol: expected ${name} in ${root} or in its folder jasmp, got none; copy it from the folder jasmp of github.com/cyrusvahidi/ipt-similarity.`);
  return path;
}

function readTable(root: string, name: string, columns: readonly string[]): Table {
  const path = placeOf(root, name);
  const [header, ...rows] = parseCsv(readFileSync(path, "utf8"), path);
  const needed = name === "seed_filelist.csv" && !header?.includes("fpath") ? [...columns, "fname"] : columns;
  for (const column of needed) if (!header?.includes(column)) throw new FormatError(`${path}: expected a column "${column}", got ${header?.join(", ") ?? "an empty table"}; fetch the file again.`);
  if (rows.length === 0) throw new FormatError(`${path}: expected rows under its header, got none; fetch the file again.`);
  return { path, rows: rows.map((row) => new Map(header!.map((column, at) => [column, row[at] ?? ""]))) };
}

function nameOf(file: string): string {
  const name = basename(file.replaceAll("\\", "/"));
  return [".wav", ".npy"].includes(extname(name).toLowerCase()) ? name.slice(0, -4) : basename(name, extname(name).match(/^\.(aiff?|flac|ogg|opus|mp3)$/i) ? extname(name) : "");
}

/** What pandas writes for nothing. */
function known(text: string | undefined): string {
  return text === undefined || text === "False" || text === "nan" ? "" : text;
}

/** instrument[+mute]-technique of a name such as "TpC+C-ord-G4-mf": up to the first part that is a pitch, "N" or "unp". */
export function imtOf(name: string): string {
  const [instrument, ...tokens] = name.split("-");
  const unpitched = tokens.indexOf("unp");
  const pitch = tokens.findIndex((token) => /^([A-G][#b]?\d\+?|N)$/.test(token));
  const end = unpitched >= 0 ? unpitched + 1 : pitch >= 0 ? pitch : tokens.length;
  return [instrument, ...tokens.slice(0, end)].join("-");
}

function partsOf(imt: string): { readonly instrument: string; readonly mute: string; readonly technique: string } {
  const [head, ...technique] = imt.split("-");
  const [instrument, mute] = head!.split("+");
  return { instrument: instrument!, mute: mute ?? "none", technique: technique.join("-") };
}

function judgementsOf(seeds: Table, matrices: ReadonlyMap<string, MatMatrix>, path: string): Judgements {
  const count = seeds.rows.length;
  const ensemble = matrices.get("ensemble");
  if (!ensemble) throw new FormatError(`${path}: expected a matrix "ensemble" of consensus clusters, got ${[...matrices.keys()].join(", ") || "no matrix"}; fetch the file again.`);
  const groups = matrices.get("ci");
  for (const [name, length] of [["ensemble", ensemble.values.length], ["ci", groups?.columns ?? count]] as const) {
    if (length !== count) throw new FormatError(`${path}: ${name}: expected a number for each of the ${count} seeds of ${seeds.path}, got ${length}; fetch both again.`);
  }
  // without the listeners' own groups the consensus is taken for one listener's
  const partitions = groups ? Array.from({ length: groups.rows }, (_, listener) => [...groups.values.subarray(listener * count, (listener + 1) * count)]) : [[...ensemble.values]];
  const similarity = createMatrix(count);
  for (let a = 0; a < count; a++) for (let b = 0; b < count; b++) similarity.values[a * count + b] = partitions.filter((own) => own[a] === own[b]).length / partitions.length;
  const imts = seeds.rows.map((row, index): Imt => {
    const imt = row.get("IMT") || imtOf(nameOf(row.get("fpath") ?? row.get("fname")!));
    return { imt, instrument: partsOf(imt).instrument, family: known(row.get("instrument family")), pitch: known(row.get("pitch")), dynamics: known(row.get("dynamics")), cluster: ensemble.values[index]! };
  });
  return { imts, similarity, partitions };
}
