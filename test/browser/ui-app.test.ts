/** The whole page on the real instrument: keys, dropped files, colours, coming and going, and no accessibility fault in any state. */

import axe from "axe-core";
import { afterEach, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { createSimile } from "../../src/app/simile.ts";
import type { Simile, SimileState } from "../../src/app/simile-state.ts";
import type { SimileApp } from "../../src/app/ui/simile-app.ts";
import "../../src/app/ui/simile-app.ts";

const made: Simile[] = [];

async function open(simile: Simile = createSimile()): Promise<SimileApp & { simile: Simile }> {
  made.push(simile);
  const app = document.createElement("simile-app") as SimileApp & { simile: Simile };
  app.simile = simile;
  document.body.append(app);
  await app.updateComplete;
  return app;
}

afterEach(async () => {
  document.body.replaceChildren();
  for (const simile of made.splice(0)) await simile.dispose();
});

async function until(simile: Simile, what: (state: SimileState) => boolean): Promise<SimileState> {
  if (what(simile.state)) return simile.state;
  return new Promise((resolve) => {
    const look = (): void => {
      if (!what(simile.state)) return;
      simile.removeEventListener("change", look);
      resolve(simile.state);
    };
    simile.addEventListener("change", look);
  });
}

/** Half a second of A4 as a 16-bit mono WAV. */
function wav(): File {
  const rate = 48_000;
  const count = rate / 2;
  const view = new DataView(new ArrayBuffer(44 + 2 * count));
  const text = (at: number, value: string): void => [...value].forEach((character, index) => view.setUint8(at + index, character.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + 2 * count, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, 2 * count, true);
  for (let index = 0; index < count; index++) view.setInt16(44 + 2 * index, 16_000 * Math.sin((2 * Math.PI * 440 * index) / rate), true);
  return new File([view.buffer], "a4.wav", { type: "audio/wav" });
}

function drag(type: string, ...files: readonly File[]): DragEvent {
  const dataTransfer = new DataTransfer();
  for (const file of files) dataTransfer.items.add(file);
  return new DragEvent(type, { dataTransfer, bubbles: true, composed: true, cancelable: true });
}

function part(app: SimileApp, tag: string): HTMLElement & { updateComplete: Promise<boolean>; shadowRoot: ShadowRoot } {
  return app.shadowRoot!.querySelector(tag)!;
}

async function violations(): Promise<string[]> {
  const found: string[] = [];
  for (const scheme of ["light", "dark"]) {
    for (const app of document.querySelectorAll("simile-app")) app.theme = scheme as "light" | "dark";
    await Promise.all([...document.querySelectorAll("simile-app")].map((app) => app.updateComplete));
    const { violations } = await axe.run(document.body);
    found.push(...violations.map(({ id, nodes }) => `${scheme}: ${id} at ${nodes.map((node) => node.target.join(" ")).join(", ")}`));
  }
  return found;
}

test("Space listens and stops, and leaves controls that it operates alone", async () => {
  const { simile } = await open();
  await userEvent.keyboard(" ");
  expect((await until(simile, (state) => state.phase === "listening")).input?.settings?.echoCancellation).toBe(false);
  await userEvent.keyboard(" ");
  expect((await until(simile, (state) => state.phase === "ready")).input).toBeNull();
  const app = document.querySelector("simile-app")!;
  const answer = part(app, "simile-controls").shadowRoot.querySelector<HTMLElement>("[role=switch]")!;
  answer.focus();
  await userEvent.keyboard(" ");
  expect(simile.state.settings.answering).toBe(false);
  expect(simile.state.phase).toBe("ready");
  part(app, "simile-controls").shadowRoot.querySelector<HTMLElement>("#commit")!.focus();
  await userEvent.keyboard(" ");
  await until(simile, ({ phase }) => phase === "listening");
});

test("Escape silences, but not where it closes a dialog", async () => {
  const { simile } = await open();
  const panic = vi.spyOn(simile, "panic");
  const dialog = part(document.querySelector("simile-app")!, "simile-kits").shadowRoot.querySelector("dialog")!;
  dialog.showModal();
  await userEvent.keyboard("{Escape}");
  await expect.poll(() => dialog.open).toBe(false);
  expect(panic).not.toHaveBeenCalled();
  await userEvent.keyboard("{Escape}");
  expect(panic).toHaveBeenCalledOnce();
});

test("a file dropped anywhere becomes the input", async () => {
  const { simile } = await open();
  const app = document.querySelector("simile-app")!;
  const file = wav();
  document.body.dispatchEvent(drag("dragenter", file));
  await app.updateComplete;
  expect(app.shadowRoot!.textContent).toContain("Drop a sound");
  document.body.dispatchEvent(drag("drop", file));
  const state = await until(simile, ({ phase }) => phase === "listening");
  expect(state.input).toMatchObject({ label: "a4.wav", source: { kind: "file" } });
  await app.updateComplete;
  expect(app.shadowRoot!.textContent).not.toContain("Drop a sound");
  expect(part(app, "simile-listener").shadowRoot.querySelector("option")!.textContent).toBe("a4.wav");
});

test("a file that is no sound is not offered as the input again", async () => {
  const { simile } = await open();
  const app = document.querySelector("simile-app")!;
  const chosen = () => part(app, "simile-listener").shadowRoot.querySelector("select")!.selectedOptions[0]!.textContent;
  const drop = async (file: File) => {
    simile.dismiss("input");
    document.body.dispatchEvent(drag("drop", file));
    await until(simile, ({ faults, input, phase }) => phase === "listening" && input?.label === file.name || faults.some(({ message }) => message.includes(file.name)));
  };
  await drop(new File(["no sound"], "notes.txt"));
  await expect.poll(chosen).toBe("Default input");
  await drop(wav());
  await expect.poll(chosen).toBe("a4.wav");
  await drop(new File(["no sound"], "notes.txt"));
  await expect.poll(chosen).toBe("a4.wav");
  expect(simile.state).toMatchObject({ phase: "listening", input: { label: "a4.wav" } });
});

test("a kit or a preset of pads dropped anywhere fills the pads", async () => {
  const { simile } = await open();
  await simile.start();
  const [{ key }] = simile.state.sounds as [SimileState["sounds"][number]];
  simile.pads.change({ kind: "assign", pad: 0, sound: key });
  simile.kits.savePreset("Mine");
  const preset = simile.kits.presetFile("Mine")!;
  simile.kits.removePreset("Mine");
  simile.pads.change({ kind: "clear", pad: 0 });
  document.body.dispatchEvent(drag("drop", preset));
  await until(simile, ({ kits, faces }) => kits.presets.some(({ name }) => name === "Mine") && faces[0]!.key === key);
  const drumkit = new File(["<drumkit_info><name>Small</name><instrumentList><instrument><filename>a4.wav</filename></instrument></instrumentList></drumkit_info>"], "drumkit.xml");
  document.body.dispatchEvent(drag("drop", drumkit, wav(), new File(["{}"], "notes.json")));
  await until(simile, ({ faces }) => faces[0]!.sound?.name === "a4");
  expect(simile.state).toMatchObject({ phase: "ready", faults: [] });
});

test("what is no sound is told in one sentence, which can be dismissed", async () => {
  const { simile } = await open();
  const app = document.querySelector("simile-app")!;
  document.body.dispatchEvent(drag("drop", new File(["no sound"], "notes.txt")));
  const { faults } = await until(simile, (state) => state.faults.some((fault) => fault.message.includes("notes.txt")));
  const fault = faults.find(({ message }) => message.includes("notes.txt"))!;
  await app.updateComplete;
  const shown = part(app, "simile-faults");
  await shown.updateComplete;
  const alert = shown.shadowRoot.querySelector("[role=alert]")!;
  expect(alert.textContent).toContain(fault.message);
  [...alert.querySelectorAll<HTMLElement>("button")].find((button) => button.getAttribute("aria-label")?.includes("notes.txt"))!.click();
  await until(simile, (state) => !state.faults.includes(fault));
});

test("the controls set the instrument", async () => {
  const { simile } = await open();
  const app = document.querySelector("simile-app")!;
  const controls = part(app, "simile-controls").shadowRoot;
  const slide = (selector: string, value: number): void => {
    const input = controls.querySelector<HTMLInputElement>(selector)!;
    input.value = String(value);
    input.dispatchEvent(new Event("input"));
  };
  slide("#commit", 1);
  slide("#volume", -18);
  expect(simile.state.settings.commitSeconds).toBe(0.012);
  expect(simile.state.volumeDb).toBe(-18);
  await app.updateComplete;
  await part(app, "simile-controls").updateComplete;
  expect(controls.querySelector("output")!.textContent).toBe("12 ms");
});

test("colours turn from the system's to light and dark, and are told", async () => {
  await open();
  const app = document.querySelector("simile-app")!;
  const themes: string[] = [];
  app.addEventListener("simile-theme", ({ detail }) => themes.push(detail.theme));
  const lightness = (): number => Number(/\d+/.exec(getComputedStyle(app).backgroundColor)![0]);
  for (const [theme, least, most] of [["light", 200, 255], ["dark", 0, 60]] as const) {
    await userEvent.click(app.shadowRoot!.querySelector(".theme")!);
    await app.updateComplete;
    expect(themes.at(-1)).toBe(theme);
    expect(lightness()).toBeGreaterThanOrEqual(least);
    expect(lightness()).toBeLessThanOrEqual(most);
  }
});

test("removed and added again it goes on; gone, it hears no keys; two stand on one page", async () => {
  const { simile } = await open();
  const app = document.querySelector("simile-app")!;
  app.remove();
  simile.setVolume(-30);
  document.body.append(app);
  await app.updateComplete;
  await part(app, "simile-controls").updateComplete;
  expect(part(app, "simile-controls").shadowRoot.querySelector("output[for=volume]")!.textContent).toBe("−30 dB");
  const second = await open();
  second.simile.setVolume(-12);
  await second.updateComplete;
  await part(second, "simile-controls").updateComplete;
  expect(part(second, "simile-controls").shadowRoot.querySelector("output[for=volume]")!.textContent).toBe("−12 dB");
  expect(part(app, "simile-controls").shadowRoot.querySelector("output[for=volume]")!.textContent).toBe("−30 dB");
  app.remove();
  second.remove();
  await userEvent.keyboard(" ");
  expect([simile.state.phase, second.simile.state.phase]).toEqual(["idle", "idle"]);
});

for (const [width, height] of [[1440, 900], [390, 844]] as const) {
  test(`no accessibility fault and nothing wider than the page at ${width} x ${height}, idle, listening and with a pad edited`, async () => {
    await page.viewport(width, height);
    document.documentElement.lang = "en";
    document.title = "simile";
    document.body.style.margin = "0";
    const { simile } = await open();
    const wide = (): number => document.documentElement.scrollWidth - innerWidth;
    expect(await violations()).toEqual([]);
    expect(wide()).toBeLessThanOrEqual(0);
    await simile.listen({ kind: "device" });
    expect(simile.state.phase).toBe("listening");
    expect(await violations()).toEqual([]);
    expect(wide()).toBeLessThanOrEqual(0);
    // Sixty-four pads, one of them edited.
    const app = document.querySelector("simile-app")!;
    simile.pads.change({ kind: "size", size: 8 });
    simile.state.sounds.slice(0, 3).forEach(({ key }, pad) => simile.pads.change({ kind: "assign", pad, sound: key }));
    app.editing = true;
    await app.updateComplete;
    expect(part(app, "simile-pads").shadowRoot.querySelectorAll("[data-pad]")).toHaveLength(64);
    expect(await violations()).toEqual([]);
    expect(wide()).toBeLessThanOrEqual(0);
    await page.viewport(1280, 720);
  });
}

test("the page is left with a question while a take is recorded or unsaved, and without one else", async () => {
  const { simile } = await open();
  const app = document.querySelector("simile-app")!;
  const asks = async (): Promise<boolean> => {
    await app.updateComplete;
    return !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
  };
  await simile.start();
  expect(await asks()).toBe(false);
  simile.startTake();
  expect(await asks()).toBe(true);
  await until(simile, ({ take }) => take.seconds > 0);
  await simile.stopTake();
  expect(await asks()).toBe(true);
  app.remove();
  expect(await asks()).toBe(false);
  document.body.append(app);
  expect(await asks()).toBe(true);
  await part(app, "simile-takes").updateComplete;
  const link = part(app, "simile-takes").shadowRoot.querySelector("a")!;
  link.addEventListener("click", (event) => event.preventDefault());
  link.click();
  expect(await asks()).toBe(false);
});
