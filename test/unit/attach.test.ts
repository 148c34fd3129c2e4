/** Presets find their sounds in a folder by where they lie, and sounds survive the way into a preset and back. */

import { describe, expect, test } from "vitest";
import type { Sound } from "../../src/core/library/sound.ts";
import { attachByPath } from "../../src/core/presets/attach.ts";
import { readPreset, writePreset } from "../../src/core/presets/embedding-preset.ts";
import { columnsOfSounds, originOf, soundsOfPreset } from "../../src/core/presets/preset-sounds.ts";

describe("paths of a preset in a folder", () => {
  const wanted = ["strings/violin A4.wav", "strings/viola C4.wav", "brass/tuba/F2.wav"];
  test.each<[string, readonly string[], readonly number[]]>([
    ["the folder itself", ["brass/tuba/F2.wav", "strings/violin A4.wav", "x.wav"], [1, -1, 0]],
    ["a folder above it", wanted.map((path) => `samples/mine/${path}`), [0, 1, 2]],
    ["a folder within it", ["violin A4.wav", "viola C4.wav"], [0, 1, -1]],
    ["another folder", ["a.wav", "b/c.wav"], [-1, -1, -1]],
    ["an empty folder", [], [-1, -1, -1]],
  ])("%s", (_, files, expected) => expect([...attachByPath(wanted, files)]).toEqual(expected));

  test("names are the same however their accents are written", () => expect([...attachByPath(["flûte/é.wav"], ["flûte/é.wav".normalize("NFD")])]).toEqual([0]));

  test("a name that two folders share is neither's", () => expect([...attachByPath(["a/kick.wav", "a/snare.wav"], ["x/kick.wav", "y/kick.wav", "x/snare.wav"])]).toEqual([-1, -1]));

  test("a hundred thousand sounds are found in a moment's work", { timeout: 60_000 }, () => {
    const files = Array.from({ length: 100_000 }, (_, i) => `pack ${i % 300}/sound ${i}.wav`);
    expect([...attachByPath(files, [...files].reverse())].every((at, i) => at === files.length - 1 - i)).toBe(true);
  });
});

describe("sounds of a library", () => {
  const sha = (digit: string) => digit.repeat(64);
  const base = { family: "bowed", instrument: "violin", technique: "ordinario", mute: "none", pitch: "A4", dynamics: "mf", durationSeconds: 2 };
  const sounds: readonly Sound[] = [
    { ...base, key: sha("a"), file: "violin.wav", name: "violin" },
    { ...base, key: `${sha("b")}@1500`, file: "take.wav", name: "take 1", segment: { startSeconds: 1.5, endSeconds: 2.25 } },
    { ...base, key: `${sha("b")}@3000`, file: "take.wav", name: "take 2", segment: { startSeconds: 3, endSeconds: 4 } },
    { ...base, key: "studio:no hash.wav", file: "no hash.wav", name: "no hash" },
  ];
  const preset = (audio: boolean) => {
    const columns = columnsOfSounds(sounds);
    const files = columns.get("file") as readonly string[];
    const about = { name: "p", title: "P", author: "", licence: "", model: { name: "m", version: 1, weightsSha256: sha("0") }, feature: { name: "f", version: 1 } };
    const bytes = writePreset({ ...about, distance: "euclidean", numbers: "float16", size: 1, embeddings: new Float32Array(4), columns, ...(audio ? { audio: new Map(files.map((file) => [file, new Uint8Array(1)])) } : {}) });
    return readPreset(bytes, "p").columns;
  };

  test("come back as they were from a preset without audio: parts of files as parts of files", () => {
    expect(soundsOfPreset("p", preset(false), false)).toEqual([sounds[0], sounds[1], sounds[2], { ...sounds[3], key: "p:no hash.wav" }]);
    expect(originOf(preset(false), 1)).toEqual({ path: "take.wav", segment: sounds[1]!.segment, sha256: sha("b") });
    expect(originOf(preset(false), 0)).toEqual({ path: "violin.wav", segment: null, sha256: sha("a") });
  });

  test("are files of their own where the preset carries their audio", () => {
    const back = soundsOfPreset("p", preset(true), true);
    expect(back.map(({ file }) => file)).toEqual(["violin.wav", "take.wav@1500.wav", "take.wav@3000.wav", "no hash.wav"]);
    expect(back.every((sound) => sound.segment === undefined)).toBe(true);
    expect(back[1]!.key).toBe(sounds[1]!.key);
  });

  test("of the same content and of unknown columns keep keys of their own and have plain defaults", () => {
    const columns = new Map<string, readonly string[]>([["file", ["x/a.wav", "b"]], ["sha256", [sha("c"), sha("c")]], ["source", ["", "../climbs"]]]);
    const back = soundsOfPreset("p", columns, false);
    expect(new Set(back.map(({ key }) => key)).size).toBe(2);
    expect(back[0]).toEqual({ key: sha("c"), file: "x/a.wav", name: "a", family: "", instrument: "", technique: "", mute: "none", pitch: "", dynamics: "", durationSeconds: 1 });
  });
});
