/** Every element alone: properties in, events out with their details, keyboard and screen-reader use, and no accessibility fault in light or dark. */

import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { Sound } from "../../src/core/library/sound.ts";
import type { EngineStatus, Retrieval } from "../../src/protocol/engine.ts";
import { counted, decibels, distance, duration, kilohertz, milliseconds, toDecibels } from "../../src/app/ui/format.ts";
import "../../src/app/ui/simile-controls.ts";
import "../../src/app/ui/simile-engine.ts";
import "../../src/app/ui/simile-faults.ts";
import "../../src/app/ui/simile-library.ts";
import "../../src/app/ui/simile-listener.ts";
import "../../src/app/ui/simile-midi.ts";
import "../../src/app/ui/simile-kits.ts";
import "../../src/app/ui/simile-midi-setup.ts";
import "../../src/app/ui/simile-pad-bar.ts";
import "../../src/app/ui/simile-pad-editor.ts";
import { droppedSound, offerSound } from "../../src/app/ui/drag-sound.ts";
import { MIDI_OFF, type MidiState } from "../../src/app/midi/midi-desk.ts";
import type { SettingsChange } from "../../src/core/pads/pad-bank.ts";
import { changeBoard, chosenBank, createBoard } from "../../src/app/pads/pad-board.ts";
import type { PadFace } from "../../src/app/pads/pad-faces.ts";
import { velocityOf } from "../../src/app/ui/simile-pads.ts";
import { details, headline } from "../../src/app/ui/simile-results.ts";
import { outline } from "../../src/app/ui/simile-waveform.ts";
import { all, button, choose, expectAccessible, hear, inside, show, slide } from "./element-lab.ts";

function sound(family: string, instrument: string, technique: string, pitch: string, dynamics: string): Sound {
  return { key: `${instrument}.ogg`, file: `${instrument}.ogg`, name: `${instrument} ${technique} ${pitch}`.trim(), family, instrument, technique, mute: "none", pitch, dynamics, durationSeconds: 1 };
}

const SOUNDS = [
  sound("bowed", "Violin", "sul ponticello", "C5", "f"),
  sound("plucked", "Guitar", "muted", "E3", "p"),
  sound("blown", "Trumpet", "flutter", "A4", "mf"),
  sound("struck", "Djembe", "slap", "", "ff"),
  sound("bowed", "Cello", "col legno", "C3", "pp"),
  sound("glass", "Harmonica", "rubbed", "G5", ""),
];

function retrieval(index: number, distances: readonly number[]): Retrieval {
  return { index, onsetTime: 1, contextSeconds: 0.05, loudnessDb: -20, milliseconds: 1.4, rejected: null, matches: distances.map((distance, id) => ({ id, distance })) };
}

const FIVE = [0.1, 0.2, 0.25, 0.3, 0.4] as const;

/** Ten frames of the page, however long they take. */
async function frames(): Promise<void> {
  for (let i = 0; i < 10; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
}

describe("format", () => {
  test("reads as players write", () => {
    expect([decibels(-18.2), decibels(-0.2), decibels(-Infinity), decibels(3)]).toEqual(["−18 dB", "0 dB", "−∞ dB", "3 dB"]);
    expect([duration(0.006), duration(0.05), duration(1.5)]).toEqual(["6 ms", "50 ms", "1.5 s"]);
    expect([milliseconds(0.423), milliseconds(7.71), milliseconds(146.2)]).toEqual(["0.42 ms", "7.7 ms", "146 ms"]);
    expect([kilohertz(44_100), kilohertz(48_000)]).toEqual(["44.1 kHz", "48 kHz"]);
    expect([distance(0.08149), distance(12.345)]).toEqual(["0.081", "12.3"]);
    expect([counted(1, "sound"), counted(1284, "sound")]).toEqual(["1 sound", "1,284 sounds"]);
    expect([toDecibels(1), toDecibels(0)]).toEqual([0, -Infinity]);
    expect(toDecibels(0.5)).toBeCloseTo(-6.02, 2);
  });
});

describe("simile-listener", () => {
  test("starts, plays the demo and opens files", async () => {
    const listener = await show("simile-listener");
    const asked = hear("simile-listen");
    button(listener, "Start listening").click();
    button(listener, "Play the demo").click();
    const file = new File([new Uint8Array(4)], "take.wav", { type: "audio/wav" });
    const files = new DataTransfer();
    files.items.add(file);
    const input = inside(listener, "input[type=file]") as HTMLInputElement;
    input.files = files.files;
    input.dispatchEvent(new Event("change"));
    expect(asked).toEqual([{ source: null }, { source: { kind: "demo" } }, { source: { kind: "file", file } }]);
    await expectAccessible();
  });

  test("chooses devices and sensitivity", async () => {
    const listener = await show("simile-listener", { devices: [{ deviceId: "default", label: "Default" }, { deviceId: "a", label: "Scarlett" }], sensitivity: 0.25 });
    const sources = hear("simile-source");
    const sensitivities = hear("simile-sensitivity");
    const options = all(listener, "option").map((option) => option.textContent);
    expect(options).toEqual(["Default input", "Scarlett"]);
    choose(inside(listener, "select"), "a");
    choose(inside(listener, "select"), "");
    slide(inside(listener, "#sensitivity"), 0.8);
    expect(sources).toEqual([{ source: { kind: "device", deviceId: "a" } }, { source: { kind: "device" } }]);
    expect(sensitivities).toEqual([{ value: 0.8 }]);
    expect(inside(listener, "#sensitivity").getAttribute("aria-valuetext")).toBe("25 %");
  });

  test("tells what the browser did to the input, and warns of what it should not do", async () => {
    const listener = await show("simile-listener", {
      phase: "listening",
      input: { source: { kind: "device" }, label: "Scarlett", contextRate: 44_100, settings: { sampleRate: 48_000, channelCount: 2, echoCancellation: false, noiseSuppression: true } },
    });
    expect(all(listener, "li").map((fact) => fact.textContent)).toEqual([
      "48 kHz → 44.1 kHz",
      "2 channels, mixed",
      "echo cancellation off",
      "⚠ noise suppression ON",
      "gain control unknown",
    ]);
    await expectAccessible();
  });

  test("shows progress while loading, stops when asked, and drops its welcome once something was heard", async () => {
    const listener = await show("simile-listener", { phase: "loading", progress: { stage: "library", done: 120, all: 284 } });
    expect(inside(listener, ".lead").textContent).toBe("Loading the library");
    expect((inside(listener, "progress") as HTMLProgressElement).position).toBeCloseTo(120 / 284, 6);
    await expectAccessible();
    listener.phase = "listening";
    listener.progress = null;
    await listener.updateComplete;
    expect(all(listener, ".welcome")).toHaveLength(0);
    const stops = hear("simile-stop");
    button(listener, "Stop").click();
    listener.phase = "ready";
    await listener.updateComplete;
    expect(stops).toHaveLength(1);
    expect(all(listener, ".welcome")).toHaveLength(0);
  });
});

describe("simile-meter", () => {
  test("shows root mean square and peak in dB and marks clipping", async () => {
    const level = { peak: 0.5, rms: 0.1 };
    let asked = 0;
    const meter = await show("simile-meter", { active: true, read: (into) => void (asked++, Object.assign(into, level)) });
    // -20 dB on a scale from -60 dB to 0.
    await expect.poll(() => new DOMMatrix(getComputedStyle(inside(meter, ".bar")).transform).a).toBeCloseTo(40 / 60, 3);
    await expect.poll(() => inside(meter, "[role=meter]").getAttribute("aria-valuenow")).toBe("-6");
    expect(getComputedStyle(inside(meter, ".clip")).visibility).toBe("hidden");
    level.peak = 1;
    await expect.poll(() => getComputedStyle(inside(meter, ".clip")).visibility).toBe("visible");
    await expect.poll(() => inside(meter, "[role=meter]").getAttribute("aria-valuetext")).toBe("0 dB");
    await expectAccessible();
    meter.active = false;
    await meter.updateComplete;
    const before = asked;
    await frames();
    expect(asked).toBe(before);
    expect(inside(meter, "[role=meter]").getAttribute("aria-valuetext")).toBe("−∞ dB");
  });
});

describe("simile-spectrogram", () => {
  /** Share of the height at which the ink of one column lies deepest. */
  function deepest(canvas: HTMLCanvasElement, x: number): number {
    const { data } = canvas.getContext("2d")!.getImageData(Math.round(x), 0, 1, canvas.height);
    let best = 0;
    for (let y = 0; y < canvas.height; y++) if (data[4 * y]! < data[4 * best]!) best = y;
    return (best + 0.5) / canvas.height;
  }

  test("draws a tone at its pitch on a logarithmic axis, newest at the right, and rests while hidden", async () => {
    let asked = 0;
    const hertz = 1500;
    const read = (into: Float32Array): void => {
      asked++;
      into.fill(-120);
      into[Math.round((hertz / 24_000) * into.length)] = -30;
    };
    document.documentElement.style.colorScheme = "light";
    const element = await show("simile-spectrogram", { active: true, rate: 48_000, read });
    element.style.cssText = "width: 400px; height: 280px";
    const canvas = inside(element, "canvas") as HTMLCanvasElement;
    const expected = 1 - Math.log(hertz / 60) / Math.log(14_000 / 60);
    await expect.poll(() => deepest(canvas, canvas.width - 4)).toBeCloseTo(expected, 1.5);
    const { data } = canvas.getContext("2d")!.getImageData(4, 0, 1, canvas.height);
    expect(Math.min(...data.filter((_, index) => index % 4 === 0))).toBeGreaterThan(250);
    element.style.display = "none";
    // It reads at every frame that it does not rest.
    const reads = async () => {
      const before = asked;
      await frames();
      return asked - before;
    };
    await expect.poll(reads).toBe(0);
    element.style.display = "";
    await expect.poll(reads).toBeGreaterThan(0);
  });

  test("marks each onset once, where it began", async () => {
    document.documentElement.style.cssText = "color-scheme: light; --simile-accent: rgb(255, 0, 0)";
    const element = await show("simile-spectrogram", { active: true, read: (into) => void into.fill(-120) });
    element.style.cssText = "width: 400px; height: 120px";
    const canvas = inside(element, "canvas") as HTMLCanvasElement;
    // It has its size, and draws.
    await expect.poll(() => canvas.width).toBeGreaterThan(300);
    await frames();
    const began = performance.now();
    element.onset = { index: 1, secondsAgo: 2, family: "struck" };
    await element.updateComplete;
    const marked = () => {
      const { data } = canvas.getContext("2d")!.getImageData(0, canvas.height - 2, canvas.width, 1);
      return Array.from({ length: canvas.width }, (_, x) => x).filter((x) => data[4 * x]! > 200 && data[4 * x + 1]! < 128);
    };
    await expect.poll(() => marked().length).toBeGreaterThan(0);
    await frames();
    const red = marked();
    const passed = (performance.now() - began) / 1000;
    // The width is twelve seconds: two are a sixth of it, and so much has passed since at the most.
    expect(red.length).toBeLessThan(4);
    expect(1 - red[0]! / canvas.width).toBeGreaterThan(2 / 12 - 2 / canvas.width);
    expect(1 - red[0]! / canvas.width).toBeLessThanOrEqual((2 + passed) / 12 + 4 / canvas.width);
  });
});

describe("simile-waveform", () => {
  test("outlines maxima forwards and minima backwards, scaled to the loudest", () => {
    expect(outline(Float32Array.of(-0.5, 0.25, -0.125, 0.5))).toBe("M0 -0.500L1 -1.000L1 0.250L0 1.000z");
    expect(outline(new Float32Array())).toBe("M0 0");
  });

  test("draws only the sound it shows now", async () => {
    const answers = new Map<number, (peaks: Float32Array) => void>();
    const waveform = await show("simile-waveform", { sound: 1, peaks: (id) => new Promise((resolve) => answers.set(id, resolve)) });
    waveform.sound = 2;
    await waveform.updateComplete;
    answers.get(2)!(Float32Array.of(-1, 1, -1, 1));
    await frames();
    answers.get(1)!(Float32Array.of(0, 1, 0, 1));
    await frames();
    await waveform.updateComplete;
    expect(inside(waveform, "path").getAttribute("d")).toBe(outline(Float32Array.of(-1, 1, -1, 1)));
  });
});

describe("simile-results", () => {
  const peaks = (_id: number, points: number): Promise<Float32Array> => Promise.resolve(Float32Array.from({ length: 2 * points }, (_, index) => (index % 2 ? 1 : -1)));

  test("lists the five nearest with what is known of them, and plays one by click or key", async () => {
    const results = await show("simile-results", { retrieval: retrieval(1, [...FIVE, 0.9]), sounds: SOUNDS, peaks });
    const rows = all(results, "button.row");
    expect(rows).toHaveLength(5);
    for (const text of ["Violin sul ponticello", "bowed", "C5", "f", "distance 0.100"]) expect(rows[0]!.textContent).toContain(text);
    const played = hear("simile-play");
    rows[3]!.click();
    rows[1]!.focus();
    await userEvent.keyboard("{Enter}");
    expect(played).toEqual([{ id: 3, velocity: 1 }, { id: 1, velocity: 1 }]);
    await expectAccessible();
  });

  test("says nothing twice, and leaves nothing out", () => {
    expect([headline(SOUNDS[0]!), details(SOUNDS[0]!)]).toEqual(["Violin sul ponticello", "bowed"]);
    const labels = { ...SOUNDS[0]!, name: "alto-saxophone slap-unpitched C5 f", instrument: "alto-saxophone", technique: "slap-unpitched" };
    expect([headline(labels), details(labels)]).toEqual(["Alto saxophone slap unpitched", "bowed"]);
    expect([headline({ ...SOUNDS[0]!, name: "C5" }), details({ ...SOUNDS[0]!, name: "take 12", mute: "sordino" })]).toEqual(["C5", "bowed · Violin · sordino · sul ponticello"]);
  });

  test("draws distances to one scale, from answer to answer", async () => {
    const results = await show("simile-results", { retrieval: retrieval(1, FIVE), sounds: SOUNDS });
    const shares = (): number[] => all(results, ".bar").map((bar) => Number.parseFloat(bar.style.width));
    expect(shares()).toEqual([25, 50, 62.5, 75, 100]);
    results.retrieval = retrieval(2, [0.2]);
    await results.updateComplete;
    expect(shares()).toEqual([50]);
  });

  test("marks what sounds by more than colour", async () => {
    const results = await show("simile-results", { retrieval: retrieval(1, FIVE), sounds: SOUNDS, playing: new Set([2]) });
    const labels = all(results, "button.row").map((row) => row.textContent!.includes("sounding: "));
    expect(labels).toEqual([false, false, true, false, false]);
    expect(all(results, ".lead .family")).toHaveLength(4);
  });

  test("keeps its size when results arrive, and says the nearest", async () => {
    const results = await show("simile-results", { sounds: SOUNDS });
    for (const width of [900, 360]) {
      results.style.width = `${width}px`;
      results.retrieval = null;
      await results.updateComplete;
      const empty = results.getBoundingClientRect().height;
      results.retrieval = retrieval(width, FIVE);
      await results.updateComplete;
      expect(results.getBoundingClientRect().height).toBe(empty);
    }
    expect(inside(results, "[role=status]").textContent).toContain("Nearest: Violin sul ponticello, C5, f, bowed, distance 0.100");
  });
});

describe("simile-pads", () => {
  const pads = Array.from({ length: 16 }, (_, pad) => (pad === 15 ? null : pad % SOUNDS.length));
  const faceOf = (id: number | null, pad: number): PadFace => ({
    key: id === null ? null : `key ${id}`,
    id,
    sound: id === null ? null : SOUNDS[id]!,
    note: 36 + pad,
    distance: id === null ? null : pad / 10,
    share: id === null ? null : pad / 15,
    locked: pad === 2,
    struck: false,
  });
  const faces = pads.map(faceOf);
  const grid = Array.from({ length: 64 }, (_, pad) => faceOf(pad % SOUNDS.length, pad));

  test.each([[4, faces], [8, grid]] as const)("lie bottom left first in a grid of %i, as notes on controllers do", async (size, shown) => {
    const element = await show("simile-pads", { faces: shown });
    const boxes = all(element, "[data-pad]")
      .map((pad) => ({ pad: Number(pad.dataset["pad"]), box: pad.getBoundingClientRect(), text: pad.textContent! }))
      .sort((a, b) => a.pad - b.pad);
    expect(boxes).toHaveLength(size * size);
    for (const { pad, box, text } of boxes) {
      expect(Math.round((box.left - boxes[0]!.box.left) / (boxes[1]!.box.left - boxes[0]!.box.left))).toBe(pad % size);
      expect(Math.round((boxes[0]!.box.top - box.top) / (boxes[0]!.box.top - boxes[size]!.box.top))).toBe(Math.floor(pad / size));
      expect(text).toContain(`Pad ${pad + 1}, ${shown[pad]!.sound?.family ?? "empty"}`);
      expect(text).toContain(String(36 + pad));
    }
    await expectAccessible();
  });

  test("are hit by the pointer, louder higher up, several at once, and left when the last finger is", async () => {
    const element = await show("simile-pads", { faces });
    const hits = hear("simile-pad");
    const ups = hear("simile-pad-up");
    const pad = inside(element, '[data-pad="5"]');
    const { height } = pad.getBoundingClientRect();
    await userEvent.click(pad, { position: { x: 10, y: height - 4 } });
    await userEvent.click(pad, { position: { x: 10, y: 4 } });
    expect(hits.map((hit) => hit.pad)).toEqual([5, 5]);
    expect(ups).toEqual([{ pad: 5 }, { pad: 5 }]);
    expect(hits[0]!.velocity).toBeLessThan(0.4);
    expect(hits[1]!.velocity).toBeGreaterThan(0.9);
    await expect.poll(() => all(element, ".hit")).toEqual([]);
    const touch = (type: string, pointerId: number, target: number) => inside(element, `[data-pad="${target}"]`).dispatchEvent(new PointerEvent(type, { pointerId, pointerType: "touch", pressure: 0.7, bubbles: true, composed: true }));
    touch("pointerdown", 7, 0);
    touch("pointerdown", 8, 3);
    touch("pointerdown", 9, 3);
    expect(hits.slice(2)).toEqual([0, 3, 3].map((target) => ({ pad: target, velocity: expect.closeTo(0.7, 5) })));
    await element.updateComplete;
    expect(all(element, ".hit").map((hit) => hit.dataset["pad"])).toEqual(["0", "3"]);
    touch("pointerup", 8, 3);
    expect(ups).toHaveLength(2);
    touch("pointercancel", 9, 3);
    touch("pointerup", 7, 0);
    expect(ups.slice(2)).toEqual([{ pad: 3 }, { pad: 0 }]);
  });

  test("are left when they go, and whoever stays above them hears it once", async () => {
    const element = await show("simile-pads", { faces });
    const around = document.createElement("div");
    const within = around.attachShadow({ mode: "open" });
    document.body.append(around);
    within.append(element);
    const ups = hear("simile-pad-up");
    const gone: number[] = [];
    around.addEventListener("simile-pad-up", ({ detail }) => gone.push(detail.pad));
    for (const what of [element, around]) {
      dispatchEvent(new KeyboardEvent("keydown", { code: "KeyS" }));
      what.remove();
      dispatchEvent(new KeyboardEvent("keyup", { code: "KeyS" }));
      within.append(element);
    }
    expect(ups).toEqual([{ pad: 1 }, { pad: 1 }]);
    expect(gone).toEqual([1, 1]);
  });

  test("show the end of a long name where it tells the sounds of one recording apart", async () => {
    const name = (pad: number) => `A long take of the afternoon 0:${10 + pad}.30`;
    const cut = faces.map((face, pad) => ({ ...face, key: name(pad), id: 0, sound: { ...SOUNDS[0]!, instrument: "", technique: "", mute: "none", name: name(pad) } }));
    const element = await show("simile-pads", { faces: cut });
    for (const width of [560, 350]) {
      element.style.width = `${width}px`;
      for (const pad of all(element, "[data-pad]")) {
        const shown = pad.querySelector<HTMLElement>(".name")!;
        const end = shown.querySelector(".end")!;
        expect(end.textContent).toBe(` 0:${10 + Number(pad.dataset["pad"])}.30`);
        expect(end.scrollWidth).toBeLessThanOrEqual(end.clientWidth);
        expect(end.getBoundingClientRect().right).toBeLessThanOrEqual(pad.getBoundingClientRect().right - 2);
        expect([shown.title, shown.textContent]).toEqual([name(Number(pad.dataset["pad"])), name(Number(pad.dataset["pad"]))]);
        expect(pad.textContent).toContain(shown.title);
      }
    }
  });

  test("take velocity from the height where no pressure is told", () => {
    const box = { bottom: 200, height: 100 };
    expect(velocityOf({ pointerType: "mouse", pressure: 0.5, clientY: 100 }, box)).toBe(1);
    expect(velocityOf({ pointerType: "mouse", pressure: 0.5, clientY: 200 }, box)).toBe(0.25);
    expect(velocityOf({ pointerType: "touch", pressure: 0, clientY: 150 }, box)).toBe(0.625);
    expect(velocityOf({ pointerType: "pen", pressure: 0.9, clientY: 200 }, box)).toBeCloseTo(0.9, 6);
    expect(velocityOf({ pointerType: "pen", pressure: 0.01, clientY: 100 }, box)).toBe(0.25);
  });

  test("are played by two rows of keys, held while the key is, but not while someone types", async () => {
    const element = await show("simile-pads", { faces });
    const hits = hear("simile-pad");
    const ups = hear("simile-pad-up");
    await userEvent.keyboard("afkqu");
    expect(hits.map((hit) => hit.pad)).toEqual([0, 3, 7, 8, 14]);
    expect(ups.map(({ pad }) => pad)).toEqual([0, 3, 7, 8, 14]);
    await userEvent.keyboard("{s>}");
    expect(ups).toHaveLength(5);
    dispatchEvent(new Event("blur"));
    expect(ups.at(-1)).toEqual({ pad: 1 });
    await userEvent.keyboard("{/s}");
    await userEvent.keyboard("{Control>}a{/Control}");
    expect(hits).toHaveLength(6);
    const field = document.createElement("input");
    document.body.append(field);
    await userEvent.type(field, "asdf");
    expect(hits).toHaveLength(6);
    field.remove();
    element.keys = false;
    await userEvent.keyboard("a");
    element.remove();
    element.keys = true;
    await userEvent.keyboard("a");
    expect(hits).toHaveLength(6);
  });

  test("of 8 x 8 the keys play two rows, moved by the brackets", async () => {
    await show("simile-pads", { faces: grid });
    const hits = hear("simile-pad");
    await userEvent.keyboard("ai");
    await userEvent.keyboard("[BracketRight][BracketRight]a");
    await userEvent.keyboard("[BracketRight][BracketRight][BracketRight]i");
    await userEvent.keyboard("[BracketLeft][BracketLeft][BracketLeft]a");
    expect(hits.map((hit) => hit.pad)).toEqual([0, 15, 32, 63, 0]);
  });

  test("are one stop of the Tab key, walked by arrows, hit by Enter and Space, cleared by Delete", async () => {
    const element = await show("simile-pads", { faces });
    const hits = hear("simile-pad");
    const actions = hear("simile-pads");
    await userEvent.tab();
    await userEvent.keyboard("{ArrowUp}");
    await userEvent.keyboard("{ArrowRight}");
    await userEvent.keyboard("{Enter}");
    await userEvent.keyboard("{ArrowRight}{ArrowRight}{ArrowRight}");
    await userEvent.keyboard(" ");
    await userEvent.keyboard("{Delete}");
    expect(hits.map((hit) => hit.pad)).toEqual([5, 7]);
    expect(actions).toEqual([{ kind: "clear", pad: 7 }]);
    expect(all(element, '[tabindex="0"]')).toHaveLength(1);
  });

  test("light while their sound sounds, show locks while they hold, and distances in place of pitch", async () => {
    const element = await show("simile-pads", { faces, playing: new Set([4]), holding: true, colour: "distance" });
    expect(all(element, ".sounding").map((pad) => Number(pad.dataset["pad"]))).toEqual([4, 10].sort((a, b) => Math.floor(b / 4) - Math.floor(a / 4)));
    expect(inside(element, '[data-pad="4"]').textContent).toContain("Pad 5, bowed, sounding");
    expect(inside(element, '[data-pad="2"]').textContent).toContain("locked");
    expect(inside(element, '[data-pad="3"]').textContent).toContain("distance 0.300");
    await expectAccessible();
  });

  test("swap by dragging one on another, copy with Alt, take sounds that are dropped, and go out as WAV", async () => {
    const wav = new File([new Uint8Array(44)], "violin.wav", { type: "audio/wav" });
    const element = await show("simile-pads", { faces, bank: 2, files: (key) => (key === "key 1" ? wav : null) });
    const actions = hear("simile-pads");
    const drag = (type: string, pad: number, dataTransfer: DataTransfer, altKey = false) => inside(element, `[data-pad="${pad}"]`).dispatchEvent(new DragEvent(type, { dataTransfer, altKey, bubbles: true, composed: true, cancelable: true }));
    const carried = new DataTransfer();
    drag("dragstart", 1, carried);
    expect(carried.getData("DownloadURL")).toMatch(/^audio\/wav:violin\.wav:blob:/);
    expect([...carried.files].map(({ name }) => name)).toEqual(["violin.wav"]);
    expect(drag("dragover", 4, carried)).toBe(false);
    await element.updateComplete;
    expect(all(element, ".over").map((pad) => pad.dataset["pad"])).toEqual(["4"]);
    drag("drop", 4, carried);
    drag("drop", 6, carried, true);
    const foreign = new DataTransfer();
    offerSound(new DragEvent("dragstart", { dataTransfer: foreign }), { key: "key 3", from: null }, null);
    drag("drop", 0, foreign);
    const text = new DataTransfer();
    text.setData("text/plain", "no sound");
    expect(drag("dragover", 4, text)).toBe(true);
    drag("drop", 4, text);
    expect(actions).toEqual([
      { kind: "swap", from: { bank: 2, pad: 1 }, to: { bank: 2, pad: 4 } },
      { kind: "copy", from: { bank: 2, pad: 1 }, to: { bank: 2, pad: 6 } },
      { kind: "assign", pad: 0, sound: "key 3" },
    ]);
    await element.updateComplete;
    expect(all(element, ".over")).toEqual([]);
  });
});

test("an answer goes to the pads by dragging, or by +, and out as WAV", async () => {
  const wav = new File([new Uint8Array(44)], "guitar.wav", { type: "audio/wav" });
  const element = await show("simile-results", { retrieval: retrieval(0, FIVE), sounds: SOUNDS, files: (key) => (key === SOUNDS[1]!.key ? wav : null) });
  const actions = hear("simile-pads");
  const row = all(element, "button.row")[1]!;
  const carried = new DataTransfer();
  row.dispatchEvent(new DragEvent("dragstart", { dataTransfer: carried, bubbles: true, composed: true }));
  expect(carried.getData("DownloadURL")).toMatch(/^audio\/wav:guitar\.wav:blob:/);
  expect(droppedSound(new DragEvent("drop", { dataTransfer: carried }))).toEqual({ key: SOUNDS[1]!.key, from: null });
  row.focus();
  await userEvent.keyboard("+");
  expect(actions).toEqual([{ kind: "put", sound: SOUNDS[1]!.key }]);
});

describe("simile-pad-bar", () => {
  test("chooses bank, mode, size and colour, undoes and goes to editing", async () => {
    const board = changeBoard(changeBoard(createBoard(), { kind: "assign", pad: 0, sound: "a" }), { kind: "lock", pad: 0, locked: false });
    const element = await show("simile-pad-bar", { board });
    const actions = hear("simile-pads");
    const editing = hear("simile-pad-editing");
    expect(button(element, "Bank A").getAttribute("aria-pressed")).toBe("true");
    expect(button(element, "Redo").disabled).toBe(true);
    button(element, "Bank C").click();
    choose(inside(element, "select"), "spread");
    button(element, "Size: 4 × 4").click();
    button(element, "Distance").click();
    button(element, "Undo").click();
    button(element, "Edit pads").click();
    expect(actions).toEqual([{ kind: "bank", bank: 2 }, { kind: "mode", mode: "spread" }, { kind: "size", size: 8 }, { kind: "colour", colour: "distance" }, { kind: "undo" }]);
    expect(editing).toEqual([{ editing: true }]);
    await expectAccessible();
  });
});

describe("simile-pad-editor", () => {
  const board = changeBoard(changeBoard(createBoard(), { kind: "assign", pad: 3, sound: "key 0" }), { kind: "select", pad: 3 });

  test("sets every parameter of the chosen pad", async () => {
    const element = await show("simile-pad-editor", { board });
    const actions = hear("simile-pads");
    const dial = (label: string) => all(element, ".dial").find((one) => one.querySelector("label")!.textContent === label)!.querySelector("input")!;
    const values: readonly (readonly [string, number, SettingsChange])[] = [
      ["Gain", -6, { gainDb: -6 }],
      ["Pitch", 7, { tuneSemitones: 7 }],
      ["Start", 0.25, { start: 0.25 }],
      ["End", 0.5, { end: 0.5 }],
      ["Attack", 100, { envelope: { attack: 1 } }],
      ["Hold", 200, { envelope: { hold: 4 } }],
      ["Decay", 100, { envelope: { decay: 1 } }],
      ["Sustain", 0.4, { envelope: { sustain: 0.4 } }],
      ["Release", 100, { envelope: { release: 1 } }],
      ["Velocity", 0.5, { velocity: { amount: 0.5 } }],
      ["Curve", 2, { velocity: { exponent: 2 } }],
    ];
    for (const [label, value] of values) slide(dial(label), value);
    const [mode, group] = all(element, "select");
    choose(mode!, "loop");
    choose(group!, "3");
    choose(group!, "0");
    expect(actions).toEqual([...values.map(([, , settings]) => settings), { mode: "loop" }, { chokeGroup: 3 }, { chokeGroup: null }].map((settings) => ({ kind: "set", pad: 3, settings })));
    await expectAccessible();
  });

  test("walks to more and less alike, copies, pastes, swaps, locks and clears", async () => {
    const faces = chosenBank(board).pads.slice(0, 16).map(({ sound: key }, pad): PadFace => ({ key, id: key ? 0 : null, sound: key ? SOUNDS[0]! : null, note: 36 + pad, distance: null, share: null, locked: key !== null, struck: false }));
    const element = await show("simile-pad-editor", { board, faces, answers: SOUNDS });
    const actions = hear("simile-pads");
    const likes = hear("simile-pad-like");
    expect(element.shadowRoot!.textContent).toContain("Violin sul ponticello C5");
    choose(inside(element, "header select"), SOUNDS[2]!.key);
    button(element, "More like this").click();
    button(element, "Less like this").click();
    button(element, "Lock").click();
    button(element, "Copy").click();
    element.board = changeBoard(board, { kind: "select", pad: 5 });
    await element.updateComplete;
    button(element, "Paste A4").click();
    button(element, "Swap with A4").click();
    element.board = board;
    await element.updateComplete;
    button(element, "Clear").click();
    button(element, "Clear bank A").click();
    const [from, to] = [{ bank: 0, pad: 3 }, { bank: 0, pad: 5 }];
    expect(likes).toEqual([{ pad: 3, direction: "more" }, { pad: 3, direction: "less" }]);
    expect(actions).toEqual([{ kind: "assign", pad: 3, sound: SOUNDS[2]!.key }, { kind: "lock", pad: 3, locked: false }, { kind: "copy", from, to }, { kind: "swap", from, to }, { kind: "clear", pad: 3 }, { kind: "clear-bank" }]);
    await expectAccessible();
  });
});

describe("simile-kits", () => {
  const kits = { presets: [{ name: "Studio drums", builtIn: true, banks: 1 }, { name: "Mine", builtIn: false, banks: 2 }], notes: ["Opcodes not read: lfo01_freq."] };

  test("loads, saves and deletes presets, exports and opens kits, and saves the performance", async () => {
    const element = await show("simile-kits", { kits, bank: 2 });
    const [presets, exported, imported, performances] = [hear("simile-pad-preset"), hear("simile-kit-export"), hear("simile-kit-import"), hear("simile-performance")];
    await userEvent.click(button(element, "Kits and presets"));
    const text = inside(element, "dialog").textContent!.replace(/\s+/g, " ");
    expect(text).toContain("Studio drums · program 9 · 1 bank");
    expect(text).toContain("Mine · program 10 · 2 banks");
    expect(text).toContain("Opcodes not read: lfo01_freq.");
    expect(all(element, "button").some((one) => one.getAttribute("aria-label") === "Delete Studio drums")).toBe(false);
    await expectAccessible();
    button(element, "Load Studio drums").click();
    button(element, "Save Mine as a file").click();
    button(element, "Delete Mine").click();
    await userEvent.fill(inside(element, "#name"), "  Evening  ");
    button(element, "Save from bank C on").click();
    button(element, "Save from bank C on").click();
    for (const title of ["SFZ", "DecentSampler", "Ableton", "MPC", "Hydrogen"]) button(element, title).click();
    const file = new File(["<region>"], "kit.sfz");
    const files = new DataTransfer();
    files.items.add(file);
    const input = inside(element, "#files") as HTMLInputElement;
    expect(input.accept.split(",")).toEqual(expect.arrayContaining([".sfz", ".h2drumkit", ".xml", ".json", ".wav"]));
    input.files = files.files;
    input.dispatchEvent(new Event("change"));
    button(element, "Save as MIDI file").click();
    button(element, "Start over").click();
    expect(presets).toEqual([{ act: "recall", name: "Studio drums" }, { act: "file", name: "Mine" }, { act: "remove", name: "Mine" }, { act: "save", name: "Evening" }]);
    expect(exported.map(({ format }) => format)).toEqual(["sfz", "dspreset", "adg", "xpm", "h2drumkit"]);
    expect(imported).toEqual([{ files: [file] }]);
    expect(performances).toEqual([{ act: "file" }, { act: "clear" }]);
    button(element, "Close").click();
    expect((inside(element, "dialog") as HTMLDialogElement).open).toBe(false);
  });
});

describe("simile-midi-setup", () => {
  const bindings = [{ trigger: { kind: "control", channel: 2, controller: 7 }, target: { kind: "control", control: "volume" } }, { trigger: { kind: "note", channel: 1, note: 60 }, target: { kind: "pad", pad: 3 } }] as const;
  const midi: MidiState = {
    ...MIDI_OFF,
    access: "granted",
    devices: [
      { key: "Launchpad X", connected: true, settings: { layout: "launchpad", channel: null, mpe: false, bindings } },
      { key: "Forgotten", connected: false, settings: { layout: "plain", channel: null, mpe: false, bindings: [] } },
    ],
    clockBpm: 127.5,
  };

  test("sets devices, answers and what is learned", async () => {
    const element = await show("simile-midi-setup", { midi });
    const [devices, choices, learned, forgotten] = [hear("simile-midi-device"), hear("simile-midi-choose"), hear("simile-midi-learn"), hear("simile-midi-forget")];
    await userEvent.click(button(element, "Set up"));
    const text = () => inside(element, "dialog").textContent!.replace(/\s+/g, " ");
    expect(text()).toContain("MIDI clock: 127.5 beats a minute.");
    expect(text()).toContain("hold Session");
    expect(text()).toContain("CC 7 ch 2");
    expect(text()).toContain("Pad 4note 60");
    expect(text()).not.toContain("Forgotten");
    await expectAccessible();
    const [layout, channel, notes, distance] = all(element, "select");
    choose(layout!, "push");
    choose(channel!, "10");
    inside(element, "input[type=checkbox]").click();
    choose(notes!, "pitch");
    choose(distance!, "20");
    choose(distance!, "");
    const key = "Launchpad X";
    expect(devices).toEqual([{ key, change: { layout: "push" } }, { key, change: { channel: 10 } }, { key, change: { mpe: true } }]);
    expect(choices).toEqual([{ notes: "pitch" }, { distanceController: 20 }, { distanceController: null }]);
    button(element, "Pad 2").click();
    button(element, "Learn Undo").click();
    button(element, "Forget Volume").click();
    element.midi = { ...midi, learning: { kind: "pad", pad: 1 } };
    await element.updateComplete;
    expect(text()).toContain("Move a key or a knob: it is learned for pad 2.");
    button(element, "Pad 2").click();
    const closed = new Promise((resolve) => inside(element, "dialog").addEventListener("close", resolve));
    button(element, "Close").click();
    await closed;
    expect(learned).toEqual([{ target: { kind: "pad", pad: 1 } }, { target: { kind: "control", control: "undo" } }, { target: null }, { target: null }]);
    expect(forgotten).toEqual([{ target: { kind: "control", control: "volume" } }]);
  });
});

describe("simile-midi", () => {
  const midi = { ...MIDI_OFF, access: "off", inputs: [{ id: "i", name: "MPD218" }], outputs: [{ id: "o", name: "IAC" }], input: null, output: "o", channel: 10 } as const;

  test("asks for access, and says what to do where there is none", async () => {
    const element = await show("simile-midi", { midi });
    const asked = hear("simile-midi-enable");
    button(element, "Use MIDI").click();
    expect(asked).toHaveLength(1);
    await expectAccessible();
    element.midi = { ...midi, access: "refused" };
    await element.updateComplete;
    button(element, "Try again").click();
    expect(asked).toHaveLength(2);
    element.midi = { ...midi, access: "absent" };
    await element.updateComplete;
    expect(all(element, "button")).toHaveLength(0);
    expect(element.shadowRoot!.textContent).toContain("no Web MIDI");
  });

  test("chooses input, output and channel", async () => {
    const element = await show("simile-midi", { midi: { ...midi, access: "granted" } });
    const choices = hear("simile-midi-choose");
    const [input, output, channel] = all(element, "select") as HTMLSelectElement[];
    expect([input!.value, output!.value, channel!.value]).toEqual(["", "o", "10"]);
    choose(input!, "i");
    choose(output!, "");
    choose(channel!, "3");
    expect(choices).toEqual([{ input: "i" }, { output: null }, { channel: 3 }]);
    await expectAccessible();
  });
});

describe("simile-engine", () => {
  const status: EngineStatus = {
    model: { name: "first", version: 1, feature: "texture", featureSize: 96, contextSeconds: 1.5, weightsSha256: "", anchors: 256, embeddingSize: 64, distance: "euclidean" },
    library: { name: "studio", title: "Studio", sounds: 284, scale: { nearest: 0.2, random: 0.6 } },
    backend: "wasm",
    trials: [
      { name: "webgl", milliseconds: null, reason: "no WebGL" },
      { name: "wasm", milliseconds: 1.42 },
      { name: "cpu", milliseconds: 7.71 },
    ],
  };

  test("shows the backend, its trials, the model and the last match", async () => {
    const engine = await show("simile-engine", { status, latency: 1.37 });
    expect(inside(engine, "summary").textContent).toMatch(/wasm.*last match 1\.4 ms/);
    await userEvent.click(inside(engine, "summary"));
    expect(all(engine, "tr").map((row) => row.textContent!.replace(/\s+/g, " ").trim())).toEqual(["webglno WebGL", "wasm1.4 mschosen", "cpu7.7 ms"]);
    expect(inside(engine, "dl").textContent).toContain("first, version 1");
    expect(inside(engine, "dl").textContent).toContain("256 anchors, 64 dimensions");
    await expectAccessible();
  });
});

describe("simile-controls", () => {
  test("sets commit time, answering, volume, and silences", async () => {
    const controls = await show("simile-controls", { phase: "ready", settings: { commitSeconds: 0.05, answering: true }, volumeDb: -6 });
    const heard = { listen: hear("simile-listen"), configure: hear("simile-configure"), volume: hear("simile-volume"), panic: hear("simile-panic"), stop: hear("simile-stop") };
    expect(inside(controls, "output[for=commit]").textContent).toBe("50 ms");
    expect((inside(controls, "#commit") as HTMLInputElement).value).toBe("3");
    slide(inside(controls, "#commit"), 5);
    inside(controls, "[role=switch]").click();
    slide(inside(controls, "#volume"), -12);
    slide(inside(controls, "#volume"), -48);
    button(controls, "Silence").click();
    button(controls, "Listen").click();
    controls.phase = "listening";
    await controls.updateComplete;
    button(controls, "Stop").click();
    expect(heard).toEqual({
      listen: [{ source: null }],
      configure: [{ commitSeconds: 0.25 }, { answering: false }],
      volume: [{ db: -12 }, { db: -Infinity }],
      panic: [null],
      stop: [null],
    });
    await expectAccessible();
  });
});

describe("simile-faults", () => {
  test("says each fault in an alert, and offers remedy and dismissal", async () => {
    const faults = await show("simile-faults");
    expect(inside(faults, "[role=alert]").textContent!.trim()).toBe("");
    faults.faults = [
      { key: "input", name: "PermissionError", message: "Microphone: expected permission, got none; allow it.", remedy: "Try again" },
      { key: "model", name: "MissingError", message: "Model: expected weights.bin, got 404; rebuild." },
    ];
    await faults.updateComplete;
    const retries = hear("simile-retry");
    const dismissals = hear("simile-dismiss");
    expect(all(faults, "[role=alert] li")).toHaveLength(2);
    expect(inside(faults, "[role=alert]").textContent).toContain("Microphone: expected permission, got none; allow it.");
    button(faults, "Try again").click();
    button(faults, "Dismiss: Model").click();
    expect(retries).toEqual([{ key: "input" }]);
    expect(dismissals).toEqual([{ key: "model" }]);
    await expectAccessible();
  });
});
