/** Sounds found by words, folder, field and favourites, against a plain reading of each rule; and what a sound is called when path, estimate and user disagree. */

import { describe, expect, test } from "vitest";
import { BROWSE_ALL, type Browsable, browse, foldersOf, valuesOf } from "../../src/core/library/browse-sounds.ts";
import { describeSound } from "../../src/core/library/describe-sound.ts";
import { columnsOf, contentKey } from "../../src/core/library/sound.ts";
import { familyOfInstrument } from "../../src/core/metadata/instrument-family.ts";
import { KNOWN_PATTERNS, parsePathPattern } from "../../src/core/metadata/path-pattern.ts";

const sound = (file: string, fields: Partial<Browsable> = {}): Browsable => ({ file, name: file.split("/").pop()!, family: "bowed", instrument: "violin", technique: "ordinario", mute: "none", pitch: "A4", dynamics: "mf", durationSeconds: 1, ...fields });

const SOUNDS = [
  sound("Strings/Violin/a.wav"),
  sound("Strings/Violin/Pizz/b.wav", { technique: "pizzicato", favourite: true }),
  sound("Strings/Violins/c.wav", { instrument: "violin ensemble" }),
  sound("Winds/flûte.wav", { instrument: "flute", family: "blown", pitch: "" }),
  sound("loose.wav", { dynamics: "pp" }),
];

describe("browsing", () => {
  test.each([
    ["everything", {}, [0, 1, 2, 3, 4]],
    ["a word in the path", { text: "violins" }, [2]],
    ["words in any order, of any case", { text: "PIZZ violin" }, [1]],
    ["letters without their accents", { text: "flute" }, [3]],
    ["letters with accents that the sound has not", { text: "violín" }, [0, 1, 2, 4]],
    ["a folder and those below, but none that begins alike", { folder: "Strings/Violin" }, [0, 1]],
    ["favourites", { favourites: true }, [1]],
    ["a field", { fields: { instrument: "violin" } }, [0, 1, 4]],
    ["a field that is empty", { fields: { pitch: "" } }, [3]],
    ["all of it together", { text: "b", folder: "Strings", favourites: true, fields: { technique: "pizzicato" } }, [1]],
    ["nothing that fits", { text: "tuba" }, []],
  ] as const)("%s", (_, change, ids) => {
    expect(browse(SOUNDS, { ...BROWSE_ALL, ...change })).toEqual(ids);
  });

  test("offers values with their counts and folders with those above", () => {
    expect(valuesOf(SOUNDS, "instrument")).toEqual([["flute", 1], ["violin", 3], ["violin ensemble", 1]]);
    expect(foldersOf(SOUNDS)).toEqual(["Strings", "Strings/Violin", "Strings/Violin/Pizz", "Strings/Violins", "Winds"]);
    expect(foldersOf([])).toEqual([]);
  });
});

test.each([
  ["violin", "bowed"], ["Viola da gamba", "bowed"], ["Double bass", "bowed"], ["contrabassoon", "blown"], ["bass clarinet", "blown"], ["alto_saxophone", "blown"], ["french-horn", "blown"], ["Strings", "bowed"], ["Winds", "blown"],
  ["harp", "plucked"], ["Harpsichord", "plucked"], ["electric guitar", "plucked"], ["Kicks", "struck"], ["hi-hat", "struck"], ["Snare 808", "struck"], ["grand piano", "struck"],
  ["synth", undefined], ["harpoon", undefined], ["thats", undefined], ["atomic", undefined], ["", undefined],
])("%s is %s", (name, family) => expect(familyOfInstrument(name)).toBe(family));

describe("a sound is described", () => {
  const patterns = KNOWN_PATTERNS.map(parsePathPattern);
  const facts = { path: "Box/violin_As4_1_forte_arco-normal.wav", durationSeconds: 2, pitch: "D4" };

  test("by its path before its estimate, and by the user before both", () => {
    expect(describeSound(facts, patterns)).toMatchObject({ entry: { instrument: "violin", pitch: "A#4", dynamics: "f", technique: "arco-normal", mute: "none", family: "bowed", name: "violin_As4_1_forte_arco-normal" }, estimated: false });
    expect(describeSound(facts, patterns, { pitch: "C1", family: "bowed" })).toMatchObject({ entry: { pitch: "C1", family: "bowed", instrument: "violin" }, estimated: false });
    expect(describeSound(facts, patterns, { pitch: "" })).toMatchObject({ entry: { pitch: "" }, estimated: false });
    expect(describeSound({ ...facts, path: "x.wav" }, patterns)).toMatchObject({ entry: { pitch: "D4", instrument: "", name: "x" }, estimated: true });
  });

  test("of a long recording by its place in it, with a pitch of its own", () => {
    const segment = { startSeconds: 62.3, endSeconds: 63 };
    expect(describeSound({ ...facts, segment }, patterns)).toMatchObject({ entry: { name: "violin_As4_1_forte_arco-normal 1:02.30", pitch: "D4", instrument: "violin" }, estimated: true });
    expect(contentKey("ab", segment)).toBe("ab@62300");
    expect(contentKey("ab")).toBe("ab");
  });

  test("columns hold one value for each", () => {
    const columns = columnsOf(SOUNDS);
    expect(columns.get("instrument")).toEqual(SOUNDS.map(({ instrument }) => instrument));
    expect([...columns.values()].every((values) => values.length === SOUNDS.length)).toBe(true);
  });
});
