/** The choice of what may answer, and the reasons on the page: every control asks for its own setting, and nothing like it is said so. */

import { describe, expect, test } from "vitest";
import type { Sound } from "../../src/core/library/sound.ts";
import { DEFAULT_SETTINGS, type Match, type Retrieval } from "../../src/protocol/engine.ts";
import type { Reason } from "../../src/protocol/retrieval.ts";
import { changedSettings } from "../../src/app/settings.ts";
import { neighbourReason, shortReason } from "../../src/app/ui/reason.ts";
import "../../src/app/ui/simile-results.ts";
import "../../src/app/ui/simile-retrieval.ts";
import { all, button, choose, expectAccessible, hear, inside, show, slide } from "./element-lab.ts";

function sound(instrument: string, technique: string, family = "bowed"): Sound {
  const name = `${instrument} ${technique}`;
  return { key: name, file: `${name}.wav`, name, family, instrument, technique, mute: "none", pitch: "C4", dynamics: "mf", durationSeconds: 1 };
}

const SOUNDS = [sound("cello", "tremolo"), sound("viola", "sul-tasto"), sound("tuba", "flutter", "blown")];
const REASON: Reason = {
  shared: 0.62,
  anchors: [{ anchor: 3, share: 0.4, sound: 1 }, { anchor: 9, share: 0.2, sound: 2 }, { anchor: 5, share: 0.02, sound: 1 }],
  aspects: [{ name: "stays", likeness: 0.91 }, { name: "spectrum", likeness: 0.7 }, { name: "flatness", likeness: 0.1 }],
};

function retrieval(matches: readonly Match[], rejected: number | null = null): Retrieval {
  return { index: 1, onsetTime: 1, contextSeconds: 0.25, loudnessDb: -20, milliseconds: 1, matches, rejected };
}

describe("a reason in words", () => {
  test("names the parts that carried it, and the sounds that stand for the shared anchors", () => {
    expect(shortReason(REASON)).toBe("alike in decay and colour");
    expect(shortReason({ ...REASON, aspects: [{ name: "energies", likeness: 0.5 }] })).toBe("alike in energies");
    expect(shortReason({ ...REASON, aspects: [{ name: "stays", likeness: 0.1 }] })).toBe("");
    expect(neighbourReason(REASON, SOUNDS)).toBe("Both stand near viola sul-tasto and tuba flutter in the model's graph: 62 % of their neighbours are the same.");
    expect(neighbourReason({ ...REASON, anchors: [] }, SOUNDS)).toBe("");
  });
});

describe("simile-results", () => {
  test("tells of each hit how far it is and in what it is alike", async () => {
    const results = await show("simile-results", { sounds: SOUNDS, retrieval: retrieval([{ id: 0, distance: 0.2, reason: REASON }, { id: 2, distance: 0.4 }]) });
    expect(all(results, "button.row .how").map((how) => how.firstChild!.parentElement!.textContent!.trim().replace(/\s+/g, " "))).toEqual(["bowed · alike in decay and colour C4 mf", "blown C4 mf"]);
    await expectAccessible();
  });

  test.each([
    ["nothing is like the sound", 0.8312, "Nothing like it: the nearest is at 0.831"],
    ["the choice leaves no sound", null, "No sound is left by this choice"],
  ])("says that %s", async (_, rejected, sentence) => {
    const results = await show("simile-results", { sounds: SOUNDS, retrieval: retrieval([], rejected) });
    expect(inside(results, ".none").textContent!.trim()).toBe(sentence);
    expect(inside(results, "[role=status]").textContent).toBe(sentence);
    expect(all(results, "button.row")).toHaveLength(0);
    await expectAccessible();
  });
});

describe("simile-retrieval", () => {
  const scale = { nearest: 0.2, random: 0.6 };
  const open = async (properties = {}) => {
    const element = await show("simile-retrieval", { sounds: SOUNDS, scale, ...properties });
    (inside(element, "details") as HTMLDetailsElement).open = true;
    return element;
  };

  test("asks for each setting by itself", async () => {
    const element = await open();
    const asked = hear("simile-configure");
    for (const box of all(element, "input[type=checkbox]")) box.click();
    slide(inside(element, "#count"), 2);
    slide(inside(element, "#taboo"), 3);
    slide(inside(element, "#diversity"), 10);
    slide(inside(element, "#radius"), 20);
    slide(inside(element, "#rejectBeyond"), 40);
    slide(inside(element, "#rejectBeyond"), 60);
    expect(asked).toEqual([
      { otherTechniques: true },
      { otherInstruments: true },
      { count: 4 },
      { taboo: 3 },
      { diversity: 0.5 },
      { radius: expect.closeTo(0.3, 9) },
      { rejectBeyond: expect.closeTo(0.6, 9) },
      { rejectBeyond: null },
    ]);
    await expectAccessible();
  });

  test("lets the player say what is played, where that matters", async () => {
    const element = await open({ settings: { ...DEFAULT_SETTINGS, otherInstruments: true } });
    const asked = hear("simile-configure");
    const select = inside(element, "select");
    expect([...(select as HTMLSelectElement).options].map(({ value }) => value)).toEqual(["", "cello", "tuba", "viola"]);
    choose(select, "tuba");
    choose(select, "");
    expect(asked).toEqual([{ ownInstrument: "tuba" }, { ownInstrument: null }]);
    expect(inside(element, "summary").textContent).toMatch(/other instruments/);
    await expectAccessible();
  });

  test("shows why the nearest was found, and keeps it from answering", async () => {
    const element = await open({ settings: { ...DEFAULT_SETTINGS, excluded: [2] }, retrieval: retrieval([{ id: 0, distance: 0.2, reason: REASON }]) });
    const asked = hear("simile-exclude");
    expect(all(element, "dt").map((part) => part.textContent)).toEqual(["decay", "colour", "noisiness"]);
    expect(all(element, ".percent").map((part) => part.textContent)).toEqual(["91 %", "70 %", "10 %"]);
    button(element, "Never again: cello tremolo").click();
    button(element, "Take back 1 sound").click();
    expect(asked).toEqual([{ id: 0 }, { id: null }]);
    await expectAccessible();
  });
});

test("settings stay within what the engine takes", () => {
  const change = { commitSeconds: 0.3, count: 5000, radius: -1, rejectBeyond: Number.NaN, diversity: 7, taboo: 2.4 };
  expect(changedSettings({ ...DEFAULT_SETTINGS, rejectBeyond: 0.5 }, change)).toMatchObject({ commitSeconds: 0.25, count: 1024, radius: 0, rejectBeyond: 0.5, diversity: 1, taboo: 2 });
  expect(changedSettings(DEFAULT_SETTINGS, { count: Number.NaN, commitSeconds: Number.NaN, taboo: -3 })).toEqual(DEFAULT_SETTINGS);
});
