/** Every element alone: properties in, events out with their details, keyboard and screen-reader use, and no accessibility fault in light or dark. */

import { describe, expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import type { SoundEntry } from "../../src/core/presets/library-manifest.ts";
import type { EngineStatus, Retrieval } from "../../src/protocol/engine.ts";
import { counted, decibels, distance, duration, kilohertz, milliseconds, toDecibels } from "../../src/app/ui/format.ts";
import "../../src/app/ui/simile-controls.ts";
import "../../src/app/ui/simile-engine.ts";
import "../../src/app/ui/simile-faults.ts";
import "../../src/app/ui/simile-library.ts";
import "../../src/app/ui/simile-listener.ts";
import "../../src/app/ui/simile-midi.ts";
import { velocityOf } from "../../src/app/ui/simile-pads.ts";
import { details, headline } from "../../src/app/ui/simile-results.ts";
import { outline } from "../../src/app/ui/simile-waveform.ts";
import { all, button, choose, expectAccessible, hear, inside, show, slide } from "./element-lab.ts";

function sound(family: string, instrument: string, technique: string, pitch: string, dynamics: string): SoundEntry {
  return { file: `${instrument}.ogg`, name: `${instrument} ${technique} ${pitch}`.trim(), family, instrument, technique, mute: "none", pitch, dynamics, durationSeconds: 1 };
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

const frames = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

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
    await frames(300);
    // -20 dB on a scale from -60 dB to 0.
    expect(new DOMMatrix(getComputedStyle(inside(meter, ".bar")).transform).a).toBeCloseTo(40 / 60, 3);
    expect(inside(meter, "[role=meter]").getAttribute("aria-valuenow")).toBe("-6");
    expect(getComputedStyle(inside(meter, ".clip")).visibility).toBe("hidden");
    level.peak = 1;
    await frames(300);
    expect(getComputedStyle(inside(meter, ".clip")).visibility).toBe("visible");
    expect(inside(meter, "[role=meter]").getAttribute("aria-valuetext")).toBe("0 dB");
    await expectAccessible();
    meter.active = false;
    await meter.updateComplete;
    const before = asked;
    await frames(100);
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
    await frames(500);
    const canvas = inside(element, "canvas") as HTMLCanvasElement;
    const expected = 1 - Math.log(hertz / 60) / Math.log(14_000 / 60);
    expect(deepest(canvas, canvas.width - 4)).toBeCloseTo(expected, 1.5);
    const { data } = canvas.getContext("2d")!.getImageData(4, 0, 1, canvas.height);
    expect(Math.min(...data.filter((_, index) => index % 4 === 0))).toBeGreaterThan(250);
    element.style.display = "none";
    await frames(100);
    const before = asked;
    await frames(150);
    expect(asked).toBe(before);
    element.style.display = "";
    await frames(150);
    expect(asked).toBeGreaterThan(before);
  });

  test("marks each onset once, where it began", async () => {
    document.documentElement.style.cssText = "color-scheme: light; --simile-accent: rgb(255, 0, 0)";
    const element = await show("simile-spectrogram", { active: true, read: (into) => void into.fill(-120) });
    element.style.cssText = "width: 400px; height: 120px";
    await frames(150);
    element.onset = { index: 1, secondsAgo: 2, family: "struck" };
    await element.updateComplete;
    await frames(200);
    const canvas = inside(element, "canvas") as HTMLCanvasElement;
    const { data } = canvas.getContext("2d")!.getImageData(0, canvas.height - 2, canvas.width, 1);
    const red = Array.from({ length: canvas.width }, (_, x) => x).filter((x) => data[4 * x]! > 200 && data[4 * x + 1]! < 128);
    // The width is twelve seconds: two are a sixth of it, and some 200 ms have passed since.
    expect(red.length).toBeGreaterThan(0);
    expect(red.length).toBeLessThan(4);
    expect(1 - red[0]! / canvas.width).toBeGreaterThan(2 / 12);
    expect(1 - red[0]! / canvas.width).toBeLessThan(3 / 12);
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
    await frames(0);
    answers.get(1)!(Float32Array.of(0, 1, 0, 1));
    await frames(0);
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

  test("lie bottom left first, as notes 36 to 51 do on controllers", async () => {
    const element = await show("simile-pads", { pads, sounds: SOUNDS });
    const boxes = all(element, "[data-pad]")
      .map((pad) => ({ pad: Number(pad.dataset["pad"]), box: pad.getBoundingClientRect(), text: pad.textContent! }))
      .sort((a, b) => a.pad - b.pad);
    expect(boxes).toHaveLength(16);
    for (const { pad, box, text } of boxes) {
      expect(Math.round((box.left - boxes[0]!.box.left) / (boxes[1]!.box.left - boxes[0]!.box.left))).toBe(pad % 4);
      expect(Math.round((boxes[0]!.box.top - box.top) / (boxes[0]!.box.top - boxes[4]!.box.top))).toBe(Math.floor(pad / 4));
      expect(text).toContain(`Pad ${pad + 1}, ${pad === 15 ? "empty" : SOUNDS[pads[pad]!]!.family}`);
      expect(text).toContain(String(36 + pad));
    }
    await expectAccessible();
  });

  test("are hit by the pointer, louder higher up, several at once", async () => {
    const element = await show("simile-pads", { pads, sounds: SOUNDS });
    const hits = hear("simile-pad");
    const pad = inside(element, '[data-pad="5"]');
    const { height } = pad.getBoundingClientRect();
    await userEvent.click(pad, { position: { x: 10, y: height - 4 } });
    await userEvent.click(pad, { position: { x: 10, y: 4 } });
    expect(hits.map((hit) => hit.pad)).toEqual([5, 5]);
    expect(hits[0]!.velocity).toBeLessThan(0.4);
    expect(hits[1]!.velocity).toBeGreaterThan(0.9);
    await frames(200);
    for (const [pointerId, target] of [[7, 0], [8, 3]] as const) {
      inside(element, `[data-pad="${target}"]`).dispatchEvent(new PointerEvent("pointerdown", { pointerId, pointerType: "touch", pressure: 0.7, bubbles: true }));
    }
    expect(hits.slice(2)).toEqual([
      { pad: 0, velocity: expect.closeTo(0.7, 5) },
      { pad: 3, velocity: expect.closeTo(0.7, 5) },
    ]);
    await element.updateComplete;
    expect(all(element, ".hit").map((hit) => hit.dataset["pad"])).toEqual(["0", "3"]);
  });

  test("take velocity from the height where no pressure is told", () => {
    const box = { bottom: 200, height: 100 };
    expect(velocityOf({ pointerType: "mouse", pressure: 0.5, clientY: 100 }, box)).toBe(1);
    expect(velocityOf({ pointerType: "mouse", pressure: 0.5, clientY: 200 }, box)).toBe(0.25);
    expect(velocityOf({ pointerType: "touch", pressure: 0, clientY: 150 }, box)).toBe(0.625);
    expect(velocityOf({ pointerType: "pen", pressure: 0.9, clientY: 200 }, box)).toBeCloseTo(0.9, 6);
    expect(velocityOf({ pointerType: "pen", pressure: 0.01, clientY: 100 }, box)).toBe(0.25);
  });

  test("are played by the keys that lie like them, but not while someone types", async () => {
    const element = await show("simile-pads", { pads, sounds: SOUNDS });
    const hits = hear("simile-pad");
    await userEvent.keyboard("zv");
    await userEvent.keyboard("q3");
    await userEvent.keyboard("4");
    expect(hits.map((hit) => hit.pad)).toEqual([0, 3, 8, 14]);
    const field = document.createElement("input");
    document.body.append(field);
    await userEvent.type(field, "zxcv");
    expect(hits).toHaveLength(4);
    field.remove();
    element.keys = false;
    await userEvent.keyboard("z");
    expect(hits).toHaveLength(4);
    element.remove();
    element.keys = true;
    await userEvent.keyboard("z");
    expect(hits).toHaveLength(4);
  });

  test("are one stop of the Tab key, walked by arrows and hit by Enter and Space", async () => {
    const element = await show("simile-pads", { pads, sounds: SOUNDS });
    const hits = hear("simile-pad");
    await userEvent.tab();
    await userEvent.keyboard("{ArrowUp}");
    await userEvent.keyboard("{ArrowRight}");
    await userEvent.keyboard("{Enter}");
    await userEvent.keyboard("{ArrowRight}{ArrowRight}{ArrowRight}");
    await userEvent.keyboard(" ");
    expect(hits.map((hit) => hit.pad)).toEqual([5, 7]);
    expect(all(element, '[tabindex="0"]')).toHaveLength(1);
  });

  test("light while their sound sounds", async () => {
    const element = await show("simile-pads", { pads, sounds: SOUNDS, playing: new Set([4]) });
    expect(all(element, ".sounding").map((pad) => Number(pad.dataset["pad"]))).toEqual([4, 10].sort((a, b) => Math.floor(b / 4) - Math.floor(a / 4)));
    expect(inside(element, '[data-pad="4"]').textContent).toContain("Pad 5, bowed, sounding");
  });
});

describe("simile-library", () => {
  test("names the library and counts its families", async () => {
    const library = await show("simile-library", { label: "Studio", sounds: SOUNDS });
    expect(inside(library, "h2").textContent).toBe("Library: Studio");
    expect(library.shadowRoot!.textContent).toContain("6 sounds");
    expect(all(library, "li").map((family) => family.textContent!.replace(/\s+/g, " ").trim())).toEqual(["blown 1", "bowed 2", "glass 1", "plucked 1", "struck 1"]);
    expect(new Set(all(library, "li path").map((path) => path.getAttribute("d"))).size).toBe(5);
    await expectAccessible();
  });
});

describe("simile-midi", () => {
  const midi = { access: "off", inputs: [{ id: "i", name: "MPD218" }], outputs: [{ id: "o", name: "IAC" }], input: null, output: "o", channel: 10 } as const;

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
    model: { name: "first", version: 1, feature: "texture", weightsSha256: "", anchors: 256, embeddingSize: 64 },
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
