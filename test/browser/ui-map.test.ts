/** The map alone in a page: drawn with and without WebGL, heard by pointer and keys, chosen from, taken away and put back, two at once, and accessible. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { userEvent } from "vitest/browser";
import type { Sound } from "../../src/core/library/sound.ts";
import { weightedPlace } from "../../src/core/map/weighted-place.ts";
import type { Retrieval } from "../../src/protocol/engine.ts";
import { type MapState, NO_MAP } from "../../src/app/map/map-desk.ts";
import { toScreen, WHOLE_MAP } from "../../src/app/map/map-camera.ts";
import "../../src/app/ui/simile-map.ts";
import { createRandom } from "../../src/model/random.ts";
import { all, button, choose, expectAccessible, hear, inside, show } from "./element-lab.ts";

const FAMILIES = ["plucked", "bowed", "blown", "struck"];

function soundsOf(count: number): Sound[] {
  return Array.from({ length: count }, (_, i) => ({
    key: `key ${i}`,
    file: `${i % 2 ? "low" : "high"}/${i}.wav`,
    name: `Sound ${i}`,
    family: FAMILIES[i % 4]!,
    instrument: "viola",
    technique: i % 3 ? "ordinario" : "slap",
    mute: "none",
    pitch: "C4",
    dynamics: "mf",
    durationSeconds: 1,
  }));
}

/** A lattice of points, five a row, from top left to bottom right. */
function lattice(count: number): MapState {
  const places = Float32Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? ((i >> 1) % 5) * 0.5 - 1 : 0.8 - Math.floor((i >> 1) / 5) * 0.4));
  return { ...NO_MAP, places, original: count };
}

function cloud(count: number): MapState {
  const random = createRandom(3);
  return { ...NO_MAP, places: Float32Array.from({ length: 2 * count }, () => Math.max(-1, Math.min(1, 0.4 * random.normal()))), original: count };
}

const retrieval = (index: number, ids: readonly number[]): Retrieval => ({ index, onsetTime: index, contextSeconds: 0.25, loudnessDb: -20, matches: ids.map((id, i) => ({ id, distance: 0.2 + i / 10 })), rejected: null, milliseconds: 1 });

const frames = async (count = 3) => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
};

function field(element: Element): HTMLElement {
  return inside(element, ".field");
}

/** Where a sound is on the screen. */
function at(element: Element, map: MapState, id: number): { clientX: number; clientY: number } {
  const box = field(element).getBoundingClientRect();
  const size = { width: field(element).clientWidth, height: field(element).clientHeight };
  const [x, y] = toScreen(WHOLE_MAP, size, map.places![2 * id]!, map.places![2 * id + 1]!);
  return { clientX: box.left + 1 + x, clientY: box.top + 1 + y };
}

let pointer = 1;
function point(element: Element, kind: string, where: { clientX: number; clientY: number }, more: PointerEventInit = {}): void {
  // A pointer that only a test made cannot be captured.
  field(element).setPointerCapture = () => {};
  field(element).dispatchEvent(new PointerEvent(kind, { ...where, pointerId: pointer, pointerType: "mouse", button: 0, bubbles: true, composed: true, ...more }));
}

/** Pixels of a canvas that are not clear. */
function ink(canvas: HTMLCanvasElement): number {
  const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) count++;
  return count;
}

const points = (element: Element): HTMLCanvasElement => inside<HTMLCanvasElement>(element, ".points");

const errors: unknown[] = [];
beforeEach(() => {
  pointer++;
  errors.length = 0;
  document.body.style.width = "800px";
  vi.spyOn(console, "error").mockImplementation((...said) => void errors.push(said));
  vi.spyOn(console, "warn").mockImplementation((...said) => void errors.push(said));
});
afterEach(() => {
  vi.restoreAllMocks();
  expect(errors).toEqual([]);
});

describe("simile-map", () => {
  test("asks for its layout once it is seen, shows progress, and is accessible at every step", async () => {
    const asked = hear("simile-map");
    const element = await show("simile-map", { sounds: soundsOf(20) });
    await expect.poll(() => asked).toContainEqual({ kind: "show" });
    await expectAccessible();
    element.map = { ...NO_MAP, progress: { stage: "layout", done: 8, all: 200 } };
    await element.updateComplete;
    expect(inside<HTMLProgressElement>(element, "progress").value).toBe(8);
    await expectAccessible();
    element.map = lattice(20);
    await element.updateComplete;
    await expect.poll(() => ink(points(element))).toBeGreaterThan(200);
    expect(all(element, ".legend button").map((entry) => entry.textContent!.replace(/\s+/g, " ").trim())).toEqual(["Plucked 5", "Bowed 5", "Blown 5", "Struck 5"]);
    await expectAccessible();
    // Most came later: the user may have the map made anew.
    element.map = { ...lattice(20), original: 8 };
    await element.updateComplete;
    button(element, "Lay out anew").click();
    expect(asked.at(-1)).toEqual({ kind: "anew" });
    // Another library answers: what was drawn goes at once.
    element.map = NO_MAP;
    await element.updateComplete;
    await expect.poll(() => ink(points(element))).toBe(0);
    element.map = { ...NO_MAP, fault: "Map: expected rows, got none; lay it out again." };
    await element.updateComplete;
    await expectAccessible();
    button(element, "Lay out again").click();
    expect(asked.at(-1)).toEqual({ kind: "anew" });
  });

  test("the nearest sound plays when it is pressed, wherever that is; one that is passed over, once the page was touched", async () => {
    const map = lattice(20);
    const element = await show("simile-map", { sounds: soundsOf(20), map });
    await frames();
    const played = hear("simile-play");
    const away = at(element, map, 7);
    point(element, "pointerdown", { clientX: away.clientX + 12, clientY: away.clientY - 9 });
    point(element, "pointerup", away);
    expect(played.map(({ id }) => id)).toEqual([7]);
    const active = vi.spyOn(navigator, "userActivation", "get").mockReturnValue({ hasBeenActive: false, isActive: false });
    await new Promise((resolve) => setTimeout(resolve, 60));
    point(element, "pointermove", at(element, map, 8));
    expect(played).toHaveLength(1);
    await element.updateComplete;
    expect(inside(element, ".tip").textContent).toContain("Sound 8");
    active.mockReturnValue({ hasBeenActive: true, isActive: true });
    point(element, "pointermove", at(element, map, 9));
    expect(played.map(({ id }) => id)).toEqual([7, 9]);
    element.hover = false;
    await new Promise((resolve) => setTimeout(resolve, 60));
    point(element, "pointermove", at(element, map, 13));
    expect(played).toHaveLength(2);
  });

  test("a drag plays the sounds along its way", async () => {
    const map = lattice(20);
    const element = await show("simile-map", { sounds: soundsOf(20), map });
    await frames();
    const played = hear("simile-play");
    point(element, "pointerdown", at(element, map, 5));
    for (const id of [6, 7, 8, 9]) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      point(element, "pointermove", at(element, map, id));
    }
    point(element, "pointerup", at(element, map, 9));
    expect(played.map(({ id }) => id)).toEqual([5, 6, 7, 8, 9]);
    expect(played.every(({ solo }) => solo)).toBe(true);
  });

  test("a lasso chooses what it holds, for the pads or a preset", async () => {
    const map = lattice(20);
    const element = await show("simile-map", { sounds: soundsOf(20), map });
    await frames();
    const asked = hear("simile-map");
    const saved = hear("simile-preset");
    const played = hear("simile-play");
    const corner = (id: number, dx: number, dy: number) => ({ clientX: at(element, map, id).clientX + dx, clientY: at(element, map, id).clientY + dy });
    point(element, "pointerdown", corner(6, -15, -15), { shiftKey: true });
    for (const [id, dx, dy] of [[8, 15, -15], [13, 15, 15], [11, -15, 15]] as const) point(element, "pointermove", corner(id, dx, dy));
    point(element, "pointerup", corner(11, -15, 15));
    await element.updateComplete;
    expect(element.chosen).toEqual([6, 7, 8, 11, 12, 13]);
    expect(played).toEqual([]);
    await expectAccessible();
    button(element, "To the pads").click();
    expect(asked.at(-1)).toEqual({ kind: "pads", ids: [6, 7, 8, 11, 12, 13] });
    button(element, "Save…").click();
    await element.updateComplete;
    await expectAccessible();
    inside<HTMLInputElement>(element, "input[name=title]").value = "Six";
    button(element, "Save as .simile").click();
    expect(saved).toEqual([{ kind: "export", wish: { title: "Six", author: "", licence: "", audio: false, ids: [6, 7, 8, 11, 12, 13] } }]);
    button(element, "Choose none").click();
    await element.updateComplete;
    expect(element.chosen).toEqual([]);
  });

  test("keys go from sound to sound, play, choose, put on pads, zoom and let go", async () => {
    const map = lattice(25);
    const element = await show("simile-map", { sounds: soundsOf(25), map, hover: false });
    await frames();
    const played = hear("simile-play");
    const put = hear("simile-pads");
    field(element).focus();
    await userEvent.keyboard("{ArrowRight}");
    expect(element.at).toBe(12);
    await userEvent.keyboard("{ArrowRight}{ArrowUp}");
    expect(element.at).toBe(8);
    expect(element.said).toContain("Sound 8");
    await userEvent.keyboard("{Enter}");
    expect(played.map(({ id }) => id)).toEqual([8]);
    await userEvent.keyboard(" {ArrowLeft} ");
    expect(element.chosen).toEqual([7, 8]);
    await userEvent.keyboard("+");
    expect(put).toEqual([{ kind: "put", sound: "key 7" }]);
    await userEvent.keyboard("{PageUp}");
    expect(element.camera.zoom).toBeGreaterThan(1);
    await userEvent.keyboard("{Home}{Escape}");
    expect([element.camera, element.chosen]).toEqual([WHOLE_MAP, []]);
    element.hover = true;
    await userEvent.keyboard("{ArrowDown}");
    expect(played.at(-1)).toMatchObject({ id: 12, solo: true });
    await element.updateComplete;
    await expectAccessible();
  });

  test("the input's marker is where the formula says, and the trail remembers", async () => {
    const map = lattice(25);
    const element = await show("simile-map", { sounds: soundsOf(25), map });
    await frames();
    const marks = inside<HTMLCanvasElement>(element, ".marks");
    expect(ink(marks)).toBe(0);
    for (const [index, ids] of [[0, [0]], [1, [24, 23, 19]]] as const) {
      element.retrieval = retrieval(index, ids);
      await element.updateComplete;
      await frames();
    }
    const size = { width: field(element).clientWidth, height: field(element).clientHeight };
    const place = weightedPlace(element.retrieval!.matches, map.places!)!;
    const [x, y] = toScreen(WHOLE_MAP, size, ...place);
    const scale = marks.width / size.width;
    const pixel = marks.getContext("2d")!.getImageData(Math.round(x * scale), Math.round(y * scale), 1, 1).data;
    const probe = document.createElement("canvas").getContext("2d")!;
    probe.fillStyle = getComputedStyle(inside(element, '[data-name="accent"]')).color;
    probe.fillRect(0, 0, 1, 1);
    expect([...pixel]).toEqual([...probe.getImageData(0, 0, 1, 1).data]);
    // The way there from the first.
    const [firstX, firstY] = toScreen(WHOLE_MAP, size, map.places![0]!, map.places![1]!);
    const half = marks.getContext("2d")!.getImageData(Math.round(((x + firstX) / 2) * scale) - 2, Math.round(((y + firstY) / 2) * scale) - 2, 5, 5).data;
    expect(half.some((value, i) => i % 4 === 3 && value > 0)).toBe(true);
  });

  test("colours by technique, folder and distance, each with its words; a class can stand out alone", async () => {
    const map = lattice(20);
    const element = await show("simile-map", { sounds: soundsOf(20), map });
    const asked = hear("simile-map");
    const select = inside<HTMLSelectElement>(element, "select");
    const names = () => all(element, ".legend bdi").map((name) => name.textContent);
    choose(select, "technique");
    await element.updateComplete;
    expect(names()).toEqual(["Ordinario", "Slap"]);
    choose(select, "folder");
    await element.updateComplete;
    expect(names()).toEqual(["high", "low"]);
    choose(select, "distance");
    await element.updateComplete;
    expect(asked).toContainEqual({ kind: "distances", wanted: true });
    expect(names()).toEqual(["No query yet"]);
    element.map = { ...map, distances: Float32Array.from({ length: 20 }, (_, id) => id / 10) };
    await element.updateComplete;
    expect(names().length).toBeGreaterThan(2);
    await expectAccessible();
    choose(select, "family");
    await element.updateComplete;
    expect(asked.at(-1)).toEqual({ kind: "distances", wanted: false });
    all(element, ".legend button")[1]!.click();
    await element.updateComplete;
    await frames();
    const played = hear("simile-play");
    // Sound 8 is plucked: only the bowed ones stand, and the nearest of them is found.
    point(element, "pointerdown", at(element, map, 8));
    expect(played.map(({ id }) => id % 4)).toEqual([1]);
    await expectAccessible();
  });

  test("draws many points by WebGL, and by the canvas where there is none, with a sentence", async () => {
    const count = 3000;
    const element = await show("simile-map", { sounds: soundsOf(count), map: cloud(count), drawing: "webgl" });
    await expect.poll(() => ink(points(element))).toBeGreaterThan(1000);
    expect(element.fallback).toBe("");
    const played = hear("simile-play");
    point(element, "pointerdown", at(element, element.map, 17));
    expect(played).toHaveLength(1);
    element.remove();

    const before = HTMLCanvasElement.prototype.getContext;
    vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockImplementation(function (this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
      return /webgl/.test(kind) ? null : (before as (...all: unknown[]) => RenderingContext | null).call(this, kind, ...rest);
    } as typeof before);
    const plain = await show("simile-map", { sounds: soundsOf(count), map: cloud(count) });
    await expect.poll(() => ink(points(plain))).toBeGreaterThan(1000);
    expect(plain.fallback).toMatch(/^This browser has no WebGL: .+\.$/);
    await plain.updateComplete;
    expect(plain.shadowRoot!.textContent).toContain(plain.fallback);
    await expectAccessible();
    // Asked for by name it is missed by name.
    const forced = await show("simile-map", { sounds: soundsOf(count), map: cloud(count), drawing: "webgl" });
    await expect.poll(() => forced.fallback).toMatch(/^Map: expected WebGL .+, got none; .+\.$/);
  });

  test("the canvas and WebGL draw the same map", async () => {
    const map = cloud(3000);
    const covered = async (drawing: "canvas" | "webgl") => {
      const element = await show("simile-map", { sounds: soundsOf(3000), map, drawing });
      await expect.poll(() => ink(points(element))).toBeGreaterThan(1000);
      await frames(6);
      const canvas = points(element);
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      const cells = new Set<number>();
      for (let i = 0; i < data.length; i += 4) if (data[i + 3]! > 100) cells.add(Math.floor(((i >> 2) % canvas.width) / 8) + 1000 * Math.floor((i >> 2) / canvas.width / 8));
      element.remove();
      return cells;
    };
    const [canvas, webgl] = [await covered("canvas"), await covered("webgl")];
    const both = [...canvas].filter((cell) => webgl.has(cell)).length;
    expect(both).toBeGreaterThan(0.9 * Math.min(canvas.size, webgl.size));
    expect(both).toBeGreaterThan(0.75 * Math.max(canvas.size, webgl.size));
  });

  test("200,000 points are there, and the nearest is found among them", async () => {
    const count = 200_000;
    const element = await show("simile-map", { sounds: soundsOf(count), map: cloud(count) });
    await expect.poll(() => ink(points(element)), { timeout: 60_000, interval: 500 }).toBeGreaterThan(5000);
    const played = hear("simile-play");
    point(element, "pointerdown", at(element, element.map, 123_456));
    const { places } = element.map;
    expect(places!.slice(2 * played[0]!.id, 2 * played[0]!.id + 2)).toEqual(places!.slice(246_912, 246_914));
  });

  test("no sound, one sound, and many that lie on one place are all defined", async () => {
    const element = await show("simile-map", { sounds: [], map: lattice(0) });
    await expectAccessible();
    expect(element.shadowRoot!.textContent).toContain("No sounds yet");
    field(element).focus();
    await userEvent.keyboard("{ArrowRight}{Enter}");
    const played = hear("simile-play");
    element.sounds = soundsOf(1);
    element.map = { ...NO_MAP, places: new Float32Array(2), original: 1 };
    await element.updateComplete;
    await frames();
    await userEvent.keyboard("{ArrowRight}{Enter}");
    expect(played.at(-1)!.id).toBe(0);
    element.sounds = soundsOf(9);
    element.map = { ...NO_MAP, places: new Float32Array(18), original: 9 };
    await element.updateComplete;
    await frames();
    await userEvent.keyboard("{ArrowRight}{Enter}");
    expect(played.at(-1)!.id).toBe(0);
  });

  test("taken away and put back it draws again; two on a page do not meet", async () => {
    const map = lattice(20);
    const first = await show("simile-map", { sounds: soundsOf(20), map });
    const second = await show("simile-map", { sounds: soundsOf(3000), map: cloud(3000), drawing: "webgl" });
    await expect.poll(() => ink(points(first))).toBeGreaterThan(200);
    await expect.poll(() => ink(points(second))).toBeGreaterThan(1000);
    first.remove();
    second.remove();
    await frames();
    document.body.append(first, second);
    await expect.poll(() => ink(points(first))).toBeGreaterThan(200);
    await expect.poll(() => ink(points(second))).toBeGreaterThan(1000);
    choose(inside(first, "select"), "technique");
    await first.updateComplete;
    expect(second.colouring).toBe("family");
    await expectAccessible();
  });
});
