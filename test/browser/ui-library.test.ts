/** The elements of the user's libraries: a list that stays short however long the library, finding, choosing and describing, and an import from its first file to its report. */

import axe from "axe-core";
import { afterEach, describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { DEFAULT_CUT } from "../../src/core/onset/segment-cutter.ts";
import type { LibrariesState, LibraryAction } from "../../src/app/library/libraries.ts";
import type { SimileImport } from "../../src/app/ui/simile-import.ts";
import type { SimileLibrary } from "../../src/app/ui/simile-library.ts";
import type { SimileSounds } from "../../src/app/ui/simile-sounds.ts";
import "../../src/app/ui/simile-import.ts";
import "../../src/app/ui/simile-library.ts";
import "../../src/app/ui/simile-sounds.ts";
import type { ImportProgress, ImportReport, LibraryInfo, LibrarySound } from "../../src/protocol/library.ts";
import { ORIGIN } from "./library-lab.ts";

afterEach(() => document.body.replaceChildren());

const INSTRUMENTS = ["violin", "viola", "cello", "flute"];

function library(count: number): LibrarySound[] {
  return Array.from({ length: count }, (_, i) => ({
    file: `${i % 2 ? "Strings/Solo" : "Winds"}/sound ${i}.wav`,
    name: `Sound ${i}`,
    family: i % 2 ? "bowed" : "blown",
    instrument: INSTRUMENTS[i % 4]!,
    technique: i % 3 ? "ordinario" : "flutter",
    mute: "none",
    pitch: `C${i % 8}`,
    dynamics: i % 5 ? "mf" : "pp",
    durationSeconds: 1 + (i % 10) / 10,
    key: `key-${i}`,
    row: i,
    loudness: -23,
    estimated: i % 7 === 0,
    favourite: i % 10 === 0,
  }));
}

async function show<Name extends keyof HTMLElementTagNameMap>(tag: Name, properties: object): Promise<HTMLElementTagNameMap[Name]> {
  const element = Object.assign(document.createElement(tag), properties);
  element.style.cssText = "display:grid;height:40rem";
  document.body.append(element);
  await (element as unknown as SimileSounds).updateComplete;
  return element;
}

/** What an element asks for. */
function heard(element: HTMLElement): LibraryAction[] {
  const actions: LibraryAction[] = [];
  element.addEventListener("simile-library", ({ detail }) => void actions.push(detail));
  return actions;
}

const rows = (element: SimileSounds) => [...element.shadowRoot!.querySelectorAll<HTMLElement>("[data-place]")];
const settled = async (element: SimileSounds, wanted: () => boolean) => expect.poll(async () => (await element.updateComplete, wanted())).toBe(true);

async function accessible(): Promise<void> {
  const { violations } = await axe.run(document.body, { rules: { region: { enabled: false }, "page-has-heading-one": { enabled: false } } });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
}

describe("sounds", () => {
  test("of a hundred thousand, only those in view are in the page", async () => {
    const element = await show("simile-sounds", { sounds: library(100_000), editable: true });
    await settled(element, () => rows(element).length > 5);
    expect(rows(element).length).toBeLessThan(120);
    expect(element.shadowRoot!.querySelector("[role=grid]")!.getAttribute("aria-rowcount")).toBe("100000");
    expect(element.shadowRoot!.querySelector("[role=status]")!.textContent).toBe("100,000 sounds");
    await accessible();
  });

  test("are found by words, folder, field and favourites", async () => {
    const element = await show("simile-sounds", { sounds: library(2_000), editable: true });
    const status = () => element.shadowRoot!.querySelector("[role=status]")!.textContent;
    const search = element.shadowRoot!.querySelector<HTMLInputElement>("input[type=search]")!;
    await userEvent.fill(search, "VIOLA pp 15");
    await settled(element, () => status() !== "2,000 sounds");
    const expected = library(2_000).filter((sound) => ["viola", "pp", "15"].every((word) => Object.values(sound).slice(0, 8).join(" ").toLowerCase().includes(word)));
    expect(status()).toBe(`${expected.length} of 2,000 sounds`);
    await userEvent.fill(search, "");
    const select = (label: string) => element.shadowRoot!.querySelector<HTMLSelectElement>(`select[aria-label="${label}"]`)!;
    await userEvent.selectOptions(select("Folder"), "Strings");
    await settled(element, () => status() === "1,000 of 2,000 sounds");
    await userEvent.selectOptions(select("Instrument"), "is viola");
    await settled(element, () => status() === "500 of 2,000 sounds");
    [...element.shadowRoot!.querySelectorAll("button")].find((button) => button.textContent!.includes("Favourites"))!.click();
    await settled(element, () => status() === "0 of 2,000 sounds");
    [...element.shadowRoot!.querySelectorAll("button")].find((button) => button.textContent === "Show all")!.click();
    await settled(element, () => status() === "2,000 sounds");
  });

  test("are gone through, heard, chosen and marked with keys alone, and described many at a time", async () => {
    const element = await show("simile-sounds", { sounds: library(500), editable: true });
    const actions = heard(element);
    const played: number[] = [];
    element.addEventListener("simile-play", ({ detail }) => void played.push(detail.id));
    await settled(element, () => rows(element).length > 5);
    rows(element)[0]!.focus();
    await userEvent.keyboard("{ArrowDown}{ArrowDown}{Enter}");
    expect(played).toEqual([2]);
    await userEvent.keyboard(" {Shift>}{ArrowDown}{ArrowDown}{/Shift}");
    await settled(element, () => element.chosen.size === 3);
    expect([...element.chosen]).toEqual(["key-2", "key-3", "key-4"]);
    await userEvent.keyboard("f");
    expect(actions).toEqual([{ kind: "edit", keys: ["key-4"], edit: { favourite: true } }]);
    await userEvent.keyboard("{End}");
    await settled(element, () => element.shadowRoot!.activeElement?.getAttribute("data-place") === "499");
    const form = element.shadowRoot!.querySelector("form")!;
    await userEvent.fill(form.querySelector<HTMLInputElement>("[name=technique]")!, "col legno");
    form.requestSubmit();
    expect(actions.at(-1)).toEqual({ kind: "edit", keys: ["key-2", "key-3", "key-4"], edit: { technique: "col legno" } });
    [...form.querySelectorAll("button")].find((button) => button.textContent === "As path and sound tell")!.click();
    expect(actions.at(-1)).toMatchObject({ edit: { technique: null, pitch: null, family: null } });
    await accessible();
    element.sounds = library(3);
    await settled(element, () => element.chosen.size === 1);
  });

  test("of a library that is not the user's are heard, but neither chosen nor marked", async () => {
    const element = await show("simile-sounds", { sounds: library(20) });
    await settled(element, () => rows(element).length > 5);
    rows(element)[0]!.focus();
    await userEvent.keyboard(" f");
    expect(element.chosen.size).toBe(0);
    expect(element.shadowRoot!.querySelector(".mark")).toBeNull();
  });
});

const INFO: LibraryInfo = { id: "one", title: "My samples", audio: "folder", root: null, sounds: 12, cut: DEFAULT_CUT, patterns: ["{instrument}/{name}"], unfinished: false, dropped: 0, origin: ORIGIN };
const STATE: LibrariesState = { open: true, readOnly: false, libraries: [INFO], chosen: INFO, locked: false, progress: null, report: null, warning: null, fault: null };
const PROGRESS: ImportProgress = { library: "one", phase: "analysing", done: 1204, all: 5000, rate: 31.4, secondsLeft: 121 };
const REPORT: ImportReport = { library: "one", ended: "done", analysed: 3, unchanged: 4, renamed: 1, added: 5, dropped: 2, faults: [{ path: "a.wav", sentence: "a.wav: expected audio, got a picture; convert it to WAV or FLAC." }], faulty: 1, notes: [] };

describe("import", () => {
  const words = (element: SimileImport) => element.shadowRoot!.textContent!.replace(/\s+/g, " ").trim();
  const button = (element: HTMLElement, text: string) => [...element.shadowRoot!.querySelectorAll("button")].find((one) => one.textContent!.includes(text))!;

  test("tells done, all, rate and time left; pauses, goes on and is cancelled", async () => {
    const element = await show("simile-import", { progress: PROGRESS });
    const actions = heard(element);
    expect(words(element)).toContain("1,204 of 5,000 files · 31 a second · 2 min left");
    expect(element.shadowRoot!.querySelector("[role=progressbar]")!.getAttribute("aria-valuenow")).toBe("1204");
    button(element, "Pause").click();
    element.progress = { ...PROGRESS, phase: "paused" };
    await element.updateComplete;
    expect(words(element)).toContain("paused");
    button(element, "Go on").click();
    button(element, "Cancel").click();
    expect(actions.map(({ kind }) => kind)).toEqual(["pause", "resume", "cancel"]);
    await accessible();
  });

  test("reports what was done, each bad file in its sentence, and takes back what was dropped", async () => {
    const element = await show("simile-import", { report: REPORT, dropped: 2 });
    const actions = heard(element);
    expect(words(element)).toContain("5 sounds analysed, 1 file renamed, 2 sounds dropped, since their files are gone, 4 files as before.");
    expect(words(element)).toContain(REPORT.faults[0]!.sentence);
    button(element, "Take back").click();
    element.shadowRoot!.querySelector<HTMLButtonElement>(".close")!.click();
    expect(actions.map(({ kind }) => kind)).toEqual(["undrop", "dismiss"]);
    await accessible();
  });
});

describe("library", () => {
  const button = (element: SimileLibrary, text: string) => [...element.shadowRoot!.querySelectorAll("button")].find((one) => one.textContent!.includes(text))!;

  test("says that nothing is uploaded, offers all libraries, and sets how files are read", async () => {
    const element = await show("simile-library", { label: "My samples", sounds: library(12), libraries: STATE });
    const actions = heard(element);
    element.show();
    const sheet = element.shadowRoot!.querySelector("dialog")!;
    expect(sheet.textContent).toContain("Nothing is uploaded: sounds are read, analysed and kept by this browser alone.");
    const select = sheet.querySelector<HTMLSelectElement>("select")!;
    expect([...select.options].map(({ text }) => text)).toEqual(["Studio (built in)", "My samples (12)"]);
    await userEvent.selectOptions(select, "");
    sheet.querySelector("details")!.open = true;
    const patterns = sheet.querySelector("textarea")!;
    patterns.value = "{family}/{name}\n\n {instrument}_{pitch} ";
    patterns.dispatchEvent(new Event("change"));
    const longer = sheet.querySelectorAll<HTMLInputElement>("input[type=range]")[0]!;
    longer.value = "60";
    longer.dispatchEvent(new Event("change"));
    expect(actions).toEqual([
      { kind: "choose", id: null },
      { kind: "patterns", patterns: ["{family}/{name}", "{instrument}_{pitch}"] },
      { kind: "cut", cut: { ...DEFAULT_CUT, fromSeconds: 60 } },
    ]);
    await accessible();
    button(element, "Forget").click();
    await element.updateComplete;
    expect(actions).toHaveLength(3);
    button(element, "Really forget it?").click();
    expect(actions.at(-1)).toEqual({ kind: "remove", id: "one" });
  });

  test("asks for a folder again in one click, and tells another tab and what failed", async () => {
    const element = await show("simile-library", { label: "My samples", libraries: { ...STATE, locked: true } });
    const actions = heard(element);
    button(element, "Allow the folder").click();
    expect(actions).toEqual([{ kind: "allow" }]);
    element.libraries = { ...STATE, readOnly: true, fault: "My samples: expected the folder where it was, got nothing there." };
    await element.updateComplete;
    expect(element.shadowRoot!.querySelector(".fault")!.textContent).toContain("expected the folder where it was");
    expect(element.shadowRoot!.querySelector("dialog")!.textContent).toContain("Another tab of this page writes the libraries; this one reads them.");
    element.libraries = { ...STATE, libraries: [{ ...INFO, unfinished: true }], chosen: { ...INFO, unfinished: true } };
    await element.updateComplete;
    expect(element.shadowRoot!.textContent).toContain("is not read to its end");
    await accessible();
  });

  test("of a page without any shows what it always did", async () => {
    const element = await show("simile-library", { label: "Studio", sounds: library(6) });
    expect(element.shadowRoot!.querySelector("button")).toBeNull();
    expect(element.shadowRoot!.textContent).toContain("6 sounds");
  });
});
