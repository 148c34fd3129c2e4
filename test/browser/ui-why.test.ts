/** Why a sound answers, alone in a page: what is known stands there in words and numbers, keys play both sides, and it is accessible. */

import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { Sound } from "../../src/core/library/sound.ts";
import { compareQualities } from "../../src/core/answer/compare-qualities.ts";
import type { WhyState } from "../../src/app/why-desk.ts";
import "../../src/app/ui/simile-results.ts";
import "../../src/app/ui/simile-why.ts";
import { all, button, expectAccessible, hear, inside, show } from "./element-lab.ts";

const sound = (name: string, family = "bowed"): Sound => ({ key: name, file: `${name}.wav`, name, family, instrument: "cello", technique: "ordinario", mute: "none", pitch: "C3", dynamics: "mf", durationSeconds: 1 });
const SOUNDS = [sound("Cello ordinario"), sound("Tuba flutter", "blown"), sound("Harp harmonic", "plucked"), sound("قانون", "plucked")];
const PLAYED = { brightness: 1000, attack: 0.05, noisiness: 0.1, modulation: { rate: 5, depth: 0.2 }, pitch: 220 };
const ANSWER = { brightness: 2000, attack: 0.05, noisiness: 0.9, modulation: null, pitch: 440 };

const WHY: WhyState = {
  id: 1,
  sound: SOUNDS[1]!,
  contextSeconds: 0.25,
  distance: 0.321,
  rank: 2,
  reason: {
    shared: 0.62,
    anchors: [{ anchor: 7, share: 0.4, sound: 2 }, { anchor: 9, share: 0.2, sound: 3 }, { anchor: 11, share: 0.002, sound: 0 }],
    aspects: [{ name: "rises", likeness: 0.8 }, { name: "spectrum", likeness: 0.3 }],
  },
  scale: { nearest: 0.24, random: 0.88 },
  of: 4,
  qualities: compareQualities(PLAYED, ANSWER),
  query: "there",
  hit: "there",
  playing: null,
  fault: null,
};

const text = (element: Element): string => inside(element, "dialog").textContent!.replace(/\s+/g, " ");

describe("simile-why", () => {
  test("tells distance, rank, qualities and anchors in words and numbers", async () => {
    const element = await show("simile-why", { why: WHY, sounds: SOUNDS });
    expect(inside<HTMLDialogElement>(element, "dialog").open).toBe(true);
    const said = text(element);
    expect(said).toMatch(/Distance ?0\.321 nearest neighbours lie at 0\.240, any two sounds at 0\.880/);
    expect(said).toMatch(/Rank ?2 of 4, by 250 ms of what was played/);
    const rows = all(element, "tbody tr").map((row) => row.textContent!.replace(/\s+/g, " ").trim());
    expect(rows[0]).toMatch(/^Brightness brighter ?2 kHz against 1 kHz A ?B ?50 %$/);
    expect(rows[1]).toMatch(/^Attack the same ?50 ms against 50 ms A ?B ?100 %$/);
    expect(rows[2]).toMatch(/^Noisiness much noisier ?90 % against 10 % A ?B ?20 %$/);
    expect(rows[3]).toMatch(/^Modulation the answer is too short to tell ?none against ±20 % A ?B ?–$/);
    expect(rows[4]).toMatch(/^Pitch 12 semitones higher ?A4 \(440 Hz\) against A3 \(220 Hz\) A ?B ?50 %$/);
    expect(said).toContain("they share 62 % of their neighbours");
    const anchors = all(element, "section:last-of-type ul:last-of-type button");
    expect(anchors.map((anchor) => anchor.textContent!.replace(/\s+/g, " ").trim())).toEqual(["Harp harmonic C3 40 %", "قانون C3 20 %", "Cello ordinario C3 under 1 %"]);
    const bars = all(element, "tbody tr:first-child .bar").map((bar) => Number.parseFloat(bar.style.width));
    // An octave on a scale of seven.
    expect(bars[1]! - bars[0]!).toBeCloseTo(100 / 7, 0);
    const played = hear("simile-play");
    anchors[0]!.click();
    expect(played).toEqual([{ id: 2, velocity: 1, solo: true }]);
    await expectAccessible();
  });

  test.each([
    [262, "2 semitones lower"],
    [277, "1 semitone lower"],
    [294, "the same"],
    [600, "12 semitones higher"],
  ])("tells the interval from 294 Hz to %d Hz: %s", async (hertz, words) => {
    const element = await show("simile-why", { why: { ...WHY, qualities: compareQualities({ ...PLAYED, pitch: 294 }, { ...ANSWER, pitch: hertz }) }, sounds: SOUNDS });
    expect(all(element, "tbody tr")[4]!.textContent!.replace(/\s+/g, " ").trim()).toMatch(new RegExp(`^Pitch ${words} ?[A-G]`));
  });

  test("keys play one side, the other, and stop; they stay in the dialog", async () => {
    const element = await show("simile-why", { why: WHY, sounds: SOUNDS });
    const asked = hear("simile-why");
    const outside: string[] = [];
    const listener = (event: KeyboardEvent) => void outside.push(event.key);
    window.addEventListener("keydown", listener);
    await userEvent.keyboard("abxs");
    window.removeEventListener("keydown", listener);
    expect(asked).toEqual([{ kind: "play", side: "query" }, { kind: "play", side: "hit" }, { kind: "switch" }, { kind: "stop" }]);
    expect(outside).toEqual([]);
    element.why = { ...WHY, playing: "hit" };
    await element.updateComplete;
    expect(button(element, "The answer").getAttribute("aria-pressed")).toBe("true");
    button(element, "The answer").click();
    expect(asked.at(-1)).toEqual({ kind: "stop" });
    await expectAccessible();
    await userEvent.keyboard("{Escape}");
    expect(asked.at(-1)).toEqual({ kind: "close" });
  });

  test("waits, says what is gone, and does without a reason or a graph", async () => {
    const element = await show("simile-why", { why: { ...WHY, distance: null, rank: null, reason: null, qualities: compareQualities(null, null), query: null, hit: null }, sounds: SOUNDS });
    expect(button(element, "What was played").disabled).toBe(true);
    expect(text(element)).toContain("as soon as it has sounded");
    await expectAccessible();
    element.why = { ...WHY, query: "gone", qualities: compareQualities(null, ANSWER), reason: { shared: 0, anchors: [], aspects: [] }, fault: "Tuba: expected a sound, got none; open the folder again." };
    await element.updateComplete;
    expect(text(element)).toContain("not kept any more");
    expect(inside(element, "[role=alert]").textContent).toContain("Tuba");
    expect(text(element)).toContain("share no neighbour");
    expect([button(element, "What was played").disabled, button(element, "Switch").disabled, button(element, "The answer").disabled]).toEqual([true, true, false]);
    await expectAccessible();
    element.why = null;
    await element.updateComplete;
    expect(inside<HTMLDialogElement>(element, "dialog").open).toBe(false);
  });

  test("taken away and put back it is open again", async () => {
    const element = await show("simile-why", { why: WHY, sounds: SOUNDS });
    element.remove();
    document.body.append(element);
    await element.updateComplete;
    expect(inside<HTMLDialogElement>(element, "dialog").open).toBe(true);
  });
});

describe("a row of answers", () => {
  test("asks why by its button and by ?", async () => {
    const element = await show("simile-results", { sounds: SOUNDS, retrieval: { index: 0, onsetTime: 0, contextSeconds: 0.25, loudnessDb: -20, matches: [{ id: 1, distance: 0.3 }, { id: 0, distance: 0.4 }], rejected: null, milliseconds: 1 } });
    const asked = hear("simile-why");
    button(element, "Why Tuba flutter").click();
    all(element, "button.row")[1]!.focus();
    await userEvent.keyboard("?");
    expect(asked).toEqual([{ kind: "open", id: 1 }, { kind: "open", id: 0 }]);
    await expectAccessible();
  });
});
