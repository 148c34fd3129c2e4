/** Presets on the page: every control asks for its own action, what is under way and what failed is shown, and no state breaks an accessibility rule. */

import { describe, expect, test } from "vitest";
import type { Sound } from "../../src/core/library/sound.ts";
import type { PresetsState } from "../../src/app/presets/presets.ts";
import "../../src/app/ui/simile-presets.ts";
import { all, button, choose, expectAccessible, hear, inside, show } from "./element-lab.ts";

const NOTHING: PresetsState = { builtIn: [], before: [], work: null, waiting: null, archive: null, note: null, missing: [], fault: null };

function sound(name: string, family: string): Sound {
  return { key: name, file: `${name}.wav`, name, family, instrument: name, technique: "ordinario", mute: "none", pitch: "", dynamics: "", durationSeconds: 1 };
}

const SOUNDS = [sound("cello", "bowed"), sound("tuba", "blown"), sound("viola", "bowed")];
const open = async (presets: Partial<PresetsState> = {}) => {
  const element = await show("simile-presets", { presets: { ...NOTHING, ...presets }, sounds: SOUNDS, pads: [1, null, 0], label: "Studio" });
  (inside(element, "details") as HTMLDetailsElement).open = true;
  return element;
};

function fill(element: Element, selector: string, value: string): void {
  (inside(element, selector) as HTMLInputElement).value = value;
}

describe("simile-presets", () => {
  test("opens what ships, what was before, a file and an address", async () => {
    const element = await open({ builtIn: [{ address: "studio/", title: "Studio", sounds: 346, licence: "CC0-1.0", author: "Simile" }], before: ["Mine"] });
    const asked = hear("simile-preset");
    button(element, "Studio · 346 sounds").click();
    button(element, "Back to Mine").click();
    const file = new File([new Uint8Array(4)], "x.simile");
    const files = new DataTransfer();
    files.items.add(file);
    const input = inside(element, "#file") as HTMLInputElement;
    input.files = files.files;
    input.dispatchEvent(new Event("change"));
    fill(element, "input[name=address]", "https://example.org/x.simile");
    button(element, "Fetch").click();
    fill(element, "input[name=archive]", "http://127.0.0.1:8750");
    button(element, "Look").click();
    expect(asked).toEqual([
      { kind: "built-in", address: "studio/" },
      { kind: "return", at: 0 },
      { kind: "file", file: expect.objectContaining({ name: "x.simile" }) },
      { kind: "address", address: "https://example.org/x.simile" },
      { kind: "archive", address: "http://127.0.0.1:8750" },
    ]);
    await expectAccessible();
  });

  test("saves all, the pads or a family", async () => {
    const element = await open();
    const asked = hear("simile-preset");
    const save = () => button(element, "Save as .simile").click();
    fill(element, "#author", " me ");
    fill(element, "#licence", "CC0-1.0");
    save();
    choose(inside(element, "#which"), "pads");
    save();
    choose(inside(element, "#which"), "family:bowed");
    inside(element, "input[name=audio]").click();
    save();
    const wish = { title: "Studio", author: "me", licence: "CC0-1.0", audio: false };
    expect(asked).toEqual([
      { kind: "export", wish: { ...wish, ids: null } },
      { kind: "export", wish: { ...wish, ids: [1, 0] } },
      { kind: "export", wish: { ...wish, ids: [0, 2], audio: true } },
    ]);
  });

  test("shows what is under way, opens by itself, and can be cancelled", async () => {
    const element = await show("simile-presets", { presets: { ...NOTHING, work: { stage: "fetching", title: "x.simile", done: 3 * 2 ** 20, all: 12 * 2 ** 20 } } });
    expect((inside(element, "details") as HTMLDetailsElement).open).toBe(true);
    expect(inside(element, "[role=status]").textContent).toMatch(/Fetching x\.simile, 3\.0 of 12\.0 MB/);
    expect((inside(element, "progress") as HTMLProgressElement).position).toBeCloseTo(0.25, 6);
    const asked = hear("simile-preset");
    button(element, "Cancel").click();
    expect(asked).toEqual([{ kind: "cancel" }]);
    await expectAccessible();
  });

  test.each([
    ["lacks its audio", { title: "Theirs", sounds: 3, otherModel: null, audio: false }, /knows 3 sounds and carries no audio/, ["Choose their folder", "Open without sound", "Leave it"]],
    ["is of another model", { title: "Theirs", sounds: 3, otherModel: "first version 2", audio: true }, /another model \(first version 2\).*can be analysed again/, ["Analyse 3 sounds", "Leave it"]],
    ["is of another model and lacks its audio", { title: "Theirs", sounds: 3, otherModel: "first version 2", audio: false }, /With the folder of its 3 sounds/, ["Choose their folder", "Leave it"]],
  ])("says what a preset needs that %s", async (_, waiting, text, buttons) => {
    const element = await open({ waiting });
    expect(inside(element, ".waiting p").textContent).toMatch(text);
    expect(all(element, ".waiting button").map((one) => one.textContent!.trim())).toEqual(buttons);
    await expectAccessible();
  });

  test("tells what failed, what was found, what is missing, and what an archive holds", async () => {
    const missing = Array.from({ length: 23 }, (_, i) => `${i}.wav`);
    const archive = {
      address: "http://127.0.0.1:8750",
      presets: [{ name: "big", title: "Big", count: 2_000_000, size: 128, weightsSha256: "", columns: [] }],
      hits: [{ id: 1, file: "a/b.wav", distance: 0.25, sound: { name: "a note", technique: "slap", pitch: null } }, { id: 2, file: "c.wav", distance: 0.5, sound: {} }],
    };
    const element = await open({ fault: "x.simile: expected a zip archive, got an empty file; fetch it again.", note: "Found 3 of 26.", missing, archive });
    expect(inside(element, "[role=alert]").textContent).toMatch(/empty file/);
    expect(inside(element, ".missing").textContent).toMatch(/0\.wav, 1\.wav.* and 3 more\./);
    expect(all(element, "ol li").map((hit) => hit.textContent!.trim().replace(/\s+/g, " "))).toEqual(["0.250 a note slap", "0.500 c.wav"]);
    const asked = hear("simile-preset");
    button(element, "Likes of the last sound in Big · 2,000,000 sounds").click();
    expect(asked).toEqual([{ kind: "ask", preset: "big" }]);
    await expectAccessible();
  });
});
