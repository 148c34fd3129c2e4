/** Metadata from paths: the naming of known collections, patterns of the user's own, and names that are odd. */

import { describe, expect, test } from "vitest";
import { KNOWN_PATTERNS, normalisePitch, parsePathPattern, readPath } from "../../src/core/metadata/path-pattern.ts";

const known = KNOWN_PATTERNS.map(parsePathPattern);

test.each([
  ["SOL_0.9_HQ/Strings/Violin/ordinario/Vn-ord-A#4-mf-4c.wav", { family: "strings", instrument: "violin", technique: "ordinario", pitch: "A#4", dynamics: "mf" }],
  ["Strings/Violin+sordina/ordinario/Vn+S-ord-C4-pp-3c.wav", { family: "strings", instrument: "violin", mute: "sordina", technique: "ordinario", pitch: "C4", dynamics: "pp" }],
  ["Brass/Bass_Tuba/slap_unpitched/BBTb-slap_unp-C1-f.wav", { family: "brass", instrument: "bass-tuba", technique: "slap-unpitched", pitch: "C1", dynamics: "f" }],
  ["all-samples/violin_As4_1_forte_arco-normal.mp3", { instrument: "violin", pitch: "A#4", dynamics: "f", technique: "arco-normal" }],
  ["double-bass_E1_025_mezzo-piano_pizz-normal.mp3", { instrument: "double-bass", pitch: "E1", dynamics: "mp", technique: "pizz-normal" }],
  ["VSCO 2/Strings/Violin Section/susvib/VlnEns_susVib_A3_v1.wav", { family: "strings", instrument: "violin-section", technique: "susvib", pitch: "A3", dynamics: "v1" }],
  ["My Pack/Kicks/Deep 01.wav", { instrument: "kicks", name: "Deep 01" }],
  ["Rhodes/rhodes mellow Eb3 soft.aif", { instrument: "rhodes", pitch: "D#3", dynamics: "p" }],
  ["太鼓/どん 🥁.flac", { instrument: "太鼓", name: "どん 🥁" }],
])("%s", (path, expected) => expect(readPath(path, known)).toEqual(expected));

test("a file without a folder or a path of absurd length says nothing", () => {
  expect(readPath("kick.wav", known)).toEqual({});
  expect(readPath(`a/${"b".repeat(2000)}`, known)).toEqual({});
});

test("pitches are spelled one way", () => {
  expect(["as3", "Bb3", "A♯3", "Cb4", "B#3", "c-1", "H3", ""].map(normalisePitch)).toEqual(["A#3", "A#3", "A#3", "B3", "C4", "C-1", "", ""]);
});

describe("a pattern of the user's own", () => {
  test("reads what it names", () => {
    const pattern = parsePathPattern("{technique} - {instrument} (*)");
    expect(pattern.match("x/y/Slap - Bass (take 3).wav")).toEqual({ technique: "slap", instrument: "bass" });
    expect(pattern.match("Slap Bass.wav")).toBeUndefined();
  });

  test("takes the special characters of regular expressions as they are", () => expect(parsePathPattern("[{instrument}].+$").match("a/[oboe].+$.wav")).toEqual({ instrument: "oboe" }));

  test.each([
    ["", /at least one/],
    ["{colour}", /expected a field among family/],
    ["{pitch}_{pitch}", /\{pitch\} once/],
    ["{instrument}{technique}", /a separator between two parts/],
    ["{instrument}*", /a separator/],
  ])("%j gives one sentence", (source, sentence) => expect(() => parsePathPattern(source)).toThrow(sentence));

  test("takes time in proportion to the path, whatever the path", () => {
    const pattern = parsePathPattern("*-*-*-*-*-*-*-*-{instrument}");
    expect(pattern.match("-".repeat(1000))).toBeUndefined();
    expect(pattern.match(`${"a-".repeat(500)}/`)).toBeUndefined();
  });
});
