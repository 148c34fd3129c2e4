/** What a training holds out: whole sources with all that shares a body or a take with theirs, and rating studies that share no sound with the others. */

import { expect, test } from "vitest";
import type { RecordedNote } from "../../src/cli/judgements.ts";
import { HELD_OUT, heldRows, sourcesToHold, studiesToHold } from "../../src/cli/train/held-out.ts";
import type { StudySounds } from "../../src/cli/train/training-data.ts";

/** So many notes of each source, their techniques in turn. */
function dataOf(counts: Readonly<Record<string, number>>) {
  const notes = Object.entries(counts).flatMap(([source, count]) =>
    Array.from({ length: count }, (_, at): RecordedNote => ({ path: `/${source}/${at}.wav`, source, instrument: "double-bass", technique: `t${at % 4}`, mute: "none", pitch: "C2", dynamics: "mf", phrase: false, durationSeconds: 1, originalPath: "" })),
  );
  const techniques = Int32Array.from(notes, ({ technique }) => Number(technique.slice(1)));
  return { notes, readable: notes.map((_, row) => row), labels: { techniques, counterparts: techniques, cells: notes.map(({ technique }) => technique), bodies: notes.map(({ source }) => source) } };
}
const sourcesOf = (data: ReturnType<typeof dataOf>, rows: readonly number[]) => [...new Set(rows.map((row) => data.notes[row]!.source))];

test("a source is held with the one that recorded the same double bass", () => {
  const data = dataOf({ "sfz/dsmolken.double-bass": 5, "sfz/karoryfer.meatbass": 4, "a/other": 6 });
  expect(sourcesOf(data, heldRows(data, ["meatbass"]))).toEqual(["sfz/dsmolken.double-bass", "sfz/karoryfer.meatbass"]);
  expect(sourcesOf(data, heldRows(data, ["other"]))).toEqual(["a/other"]);
  expect(heldRows(data, ["none of them"])).toEqual([]);
});

test("of the published notes those that are named, of others the smallest whole groups up to a fifth, of more than half none", () => {
  const published = dataOf(Object.fromEntries([...HELD_OUT.map((name) => [`x/${name}`, 5]), ["y/rest", 100]]));
  expect(sourcesToHold(published)).toBe(HELD_OUT);
  expect(sourcesToHold(dataOf({ small: 6, middle: 10, large: 60 }))).toEqual(["small", "middle"]);
  // The smaller of the two basses brings the larger one with it.
  expect(sourcesToHold(dataOf({ "karoryfer.meatbass": 8, "dsmolken.double-bass": 12, "a/other": 30, "b/other": 30 }))).toEqual(["karoryfer.meatbass", "dsmolken.double-bass"]);
  expect(sourcesToHold(dataOf({ one: 40 }))).toEqual([]);
});

test("every third group of rating studies is held, whole", () => {
  const study = (name: string, ...sounds: number[]) => ({ name, count: sounds.length, values: Float32Array.from(sounds) }) as unknown as StudySounds;
  const studies = [study("grey1977", 1, 2), study("lakatos_comb", 3), study("grey1978", 2, 4), study("mcadams", 5), study("patil", 6), study("lakatos_harm", 7)];
  expect(studiesToHold(studies).map(({ name }) => name)).toEqual(["grey1977", "grey1978", "patil"]);
});
