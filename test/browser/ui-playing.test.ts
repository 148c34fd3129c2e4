/** The elements of playing alone: modes and settings, latency by stage, takes; properties in, events out, and no accessibility fault in light or dark. */

import { describe, expect, test } from "vitest";
import { changePlay, DEFAULT_PLAY, PLAY_BOUNDS, PLAY_MODES } from "../../src/core/answer/play-settings.ts";
import { createLatencyLog } from "../../src/app/latency-log.ts";
import type { Retrieval } from "../../src/protocol/engine.ts";
import "../../src/app/ui/simile-controls.ts";
import "../../src/app/ui/simile-latency.ts";
import "../../src/app/ui/simile-playing.ts";
import "../../src/app/ui/simile-takes.ts";
import { all, button, choose, expectAccessible, hear, inside, show, slide } from "./element-lab.ts";

describe("simile-playing", () => {
  test("chooses among the three ways, and shows the settings of the one that is chosen", async () => {
    const element = await show("simile-playing", { play: DEFAULT_PLAY });
    const asked = hear("simile-perform");
    for (const name of ["Hits", "Progressive", "Mosaic"]) button(element, name).click();
    expect(asked).toEqual(PLAY_MODES.map((mode) => ({ mode })));
    expect(button(element, "Hits").getAttribute("aria-pressed")).toBe("true");
    inside<HTMLDetailsElement>(element, "details").open = true;
    expect(all(element, "#grain, #crossfade")).toEqual([]);
    for (const [mode, ids] of [["mosaic", ["grain", "overlap", "continuity", "taboo"]], ["progressive", ["crossfade", "continuity"]]] as const) {
      element.play = changePlay(DEFAULT_PLAY, { mode });
      await element.updateComplete;
      for (const id of ids) expect(inside(element, `#${id}`)).toBeTruthy();
      await expectAccessible();
    }
  });

  test("each slider sets its setting within its bounds, and reads it back", async () => {
    for (const mode of PLAY_MODES) {
      const element = await show("simile-playing", { play: changePlay(DEFAULT_PLAY, { mode }) });
      inside<HTMLDetailsElement>(element, "details").open = true;
      const asked = hear("simile-perform");
      for (const input of all<HTMLInputElement>(element, "input[type=range]").filter(({ id }) => id in PLAY_BOUNDS)) {
        const name = input.id as keyof typeof PLAY_BOUNDS;
        slide(input, Number(input.max));
        expect(asked.at(-1)).toEqual({ [name]: expect.closeTo(PLAY_BOUNDS[name].most, 6) });
        slide(input, 0);
        expect(asked.at(-1)).toEqual({ [name]: expect.closeTo(PLAY_BOUNDS[name].least, 6) });
      }
    }
  });

  test("asks for balance, guard, choke and beat", async () => {
    const element = await show("simile-playing", { play: DEFAULT_PLAY, beat: { running: false, tempo: 120, originSeconds: 0 } });
    inside<HTMLDetailsElement>(element, "details").open = true;
    const [perform, balance, guard, beat] = [hear("simile-perform"), hear("simile-balance"), hear("simile-guard"), hear("simile-beat")];
    choose(inside(element, "#choke"), "family");
    choose(inside(element, "#quantise"), "4");
    inside<HTMLInputElement>(element, "#align").click();
    inside<HTMLInputElement>(element, "#guard").click();
    inside<HTMLInputElement>(element, "#monitor").click();
    slide(inside(element, "#mix"), 1);
    choose(inside(element, "#tempo"), "96");
    button(element, "Start beat").click();
    expect(perform).toEqual([{ choke: "family" }, { quantise: 4 }, { align: 0 }]);
    expect(guard).toEqual([{ on: false }]);
    expect(balance).toEqual([{ monitor: true }, { mix: 1 }]);
    expect(beat).toEqual([{ tempo: 96 }, { running: true }]);
  });
});

describe("simile-latency", () => {
  const retrieval = (index: number, milliseconds: number): Retrieval => ({ index, onsetTime: index, detectedTime: index + 0.004, heardTime: index + 0.054, contextSeconds: 0.05, loudnessDb: -20, milliseconds, rejected: null, matches: [{ id: 0, distance: 1 }] });

  test("tells each stage of the last hundred, in closed form", async () => {
    const log = createLatencyLog();
    for (let i = 0; i < 150; i++) {
      log.retrieved({ ...retrieval(i, 77), matches: [] }, {});
      log.retrieved(retrieval(i, i < 50 ? 90 : 2), { output: 0.03 });
      // A telling without a match, a refinement, a grain and a voice that is told first change nothing.
      log.retrieved({ ...retrieval(i, 77), contextSeconds: 0.1 }, {});
      log.started(i, i + 0.054 + 0.005);
      log.retrieved({ ...retrieval(i, 77), grain: true }, {});
    }
    const report = log.report();
    expect(report.count).toBe(100);
    for (const [stage, value] of [["detection", 4], ["context", 50], ["match", 2], ["schedule", 3], ["output", 30]] as const) {
      expect(report.stages[stage]!.p50).toBeCloseTo(value, 6);
      expect(report.stages[stage]!.p95).toBeCloseTo(value, 6);
      expect(report.stages[stage]!.jitter).toBeCloseTo(0, 6);
    }
    expect(report.stages.input).toBeNull();
    expect(report.own!.p50).toBeCloseTo(5, 6);
    expect(report.whole!.p50).toBeCloseTo(59, 6);
    const element = await show("simile-latency", { report, shed: { refinements: 3, grains: 1 }, roundTrip: { seconds: 0.0213, levelDb: -6 } });
    inside<HTMLDetailsElement>(element, "details").open = true;
    const text = element.shadowRoot!.textContent!.replace(/\s+/g, " ");
    expect(text).toContain("5.0 ms beside the context");
    expect(text).toMatch(/Context\s*50 ms\s*50 ms\s*0\.00 ms/);
    expect(text).toContain("3 refinements, 1 grain");
    expect(text).toContain("21 ms from output to input");
    expect(text).toMatch(/Input\s*not told/);
    const asked = hear("simile-loopback");
    button(element, "Measure round trip").click();
    expect(asked).toHaveLength(1);
    await expectAccessible();
  });

  test("before the first answer there is nothing to tell", async () => {
    const element = await show("simile-latency", {});
    expect(element.shadowRoot!.textContent).toContain("after the first answer");
    await expectAccessible();
  });
});

describe("simile-takes", () => {
  const files = (() => {
    const blob = (text: string) => new Blob([text]);
    return { seconds: 65, lost: 0, input: blob("i"), answers: blob("a"), mix: blob("m"), midi: blob("n"), csv: blob("t") };
  })();

  test("records, ends, gives the files of what was recorded and answers it again", async () => {
    const element = await show("simile-takes", { ready: true });
    const [record, replay] = [hear("simile-record"), hear("simile-replay")];
    button(element, "Record a take").click();
    element.take = { recording: true, seconds: 5, files: null };
    await element.updateComplete;
    expect(inside(element, "output").textContent).toBe("0:05");
    button(element, "End take").click();
    element.take = { recording: false, seconds: 65, files };
    await element.updateComplete;
    expect(inside(element, "output").textContent).toBe("1:05");
    const links = all<HTMLAnchorElement>(element, "a");
    expect(links.map(({ download }) => download)).toEqual(["take-mix.wav", "take-input.wav", "take-answers.wav", "take-midi.mid", "take-csv.csv"]);
    expect(await (await fetch(links[1]!.href)).text()).toBe("i");
    button(element, "Answer it again").click();
    expect(record).toEqual([{ recording: true }, { recording: false }]);
    expect(replay).toHaveLength(1);
    await expectAccessible();
  });

  test("waits for the end of a latency test, and says so", async () => {
    const element = await show("simile-takes", { ready: true, testing: true });
    const record = button(element, "Record a take") as HTMLButtonElement;
    expect([record.disabled, record.title]).toEqual([true, "The round trip is being measured: record when that has ended."]);
    await expectAccessible();
    element.testing = false;
    await element.updateComplete;
    expect([record.disabled, record.hasAttribute("title")]).toEqual([false, false]);
  });
});

test("the row under the thumb names its time as the way of playing has it", async () => {
  const element = await show("simile-controls", { phase: "ready", settings: { commitSeconds: 0.05, answering: true, play: DEFAULT_PLAY }, volumeDb: 0 });
  const label = () => inside(element, "label[for=commit]").textContent;
  expect(label()).toBe("Answer after");
  element.settings = { commitSeconds: 0.05, answering: true, play: changePlay(DEFAULT_PLAY, { mode: "progressive" }) };
  await element.updateComplete;
  expect(label()).toBe("Settle within");
});
