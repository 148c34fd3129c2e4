/** The page played from outside: programs over WebSocket and OSC by the real bridge, and a Max patch by the page for jweb~. */

import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fromBuffer, toBuffer } from "osc-min";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { ControlMessage } from "../../src/core/control/control-message.ts";
import { createBridgeServer } from "../../src/cli/bridge/bridge-server.ts";
import { DEFAULT_PLAY, PLAY_BOUNDS, type PlayNumber, changePlay } from "../../src/core/answer/play-settings.ts";
import { CONTEXTS } from "../../src/core/features/feature.ts";
import { type ArgumentKind, CONTROL_ORDERS, CONTROL_REPORTS, CONTROL_SETTINGS } from "../../src/protocol/control.ts";
import { type BuiltPage, openBuiltPage } from "../built-page.ts";
import { complaintsOf } from "./support/page-watch.ts";

const root = resolve(import.meta.dirname, "../..");

let built: BuiltPage;
beforeAll(async () => {
  built = await openBuiltPage();
});
afterAll(() => built?.close());

/** Everything that came, and a promise for what will. */
function inbox() {
  const all: ControlMessage[] = [];
  let look = () => {};
  return {
    all,
    take(message: ControlMessage) {
      all.push(message);
      look();
    },
    /** The first message from number `from` on that is wanted. */
    wait: (wanted: (message: ControlMessage) => boolean, from = 0) =>
      new Promise<ControlMessage>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no such message among ${JSON.stringify(all.slice(-12))}`)), 120_000);
        look = () => {
          const found = all.slice(from).find(wanted);
          if (!found) return;
          clearTimeout(timer);
          resolve(found);
        };
        look();
      }),
  };
}

const is = (address: string, ...args: readonly unknown[]) => (message: ControlMessage) => message.address === address && args.every((arg, i) => message.args[i] === arg);

describe("the bridge", () => {
  let bridge: ChildProcess;
  let address = "";
  let oscPort = 0;
  const osc = createSocket("udp4");
  const heard = inbox();
  beforeAll(async () => {
    osc.bind(0, "127.0.0.1");
    await once(osc, "listening");
    osc.on("message", (bytes) => {
      const packet = fromBuffer(bytes);
      if (packet.oscType === "message") heard.take({ address: packet.address, args: packet.args.map((arg) => (arg as { value: string | number }).value) });
    });
    bridge = spawn(process.execPath, [join(root, "src/cli/simile.js"), "bridge", "--port", "0", "--origin", new URL(built.url).origin, "--osc-in", "0", "--osc-out", String(osc.address().port)], { stdio: ["ignore", "pipe", "inherit"] });
    let told = "";
    for await (const text of bridge.stdout!) {
      told += String(text);
      if (/UDP port \d+/.test(told)) break;
    }
    address = /on (ws:\/\/[\d.:]+)/.exec(told)![1]!;
    oscPort = Number(/UDP port (\d+)/.exec(told)![1]);
  });
  afterAll(async () => {
    osc.close();
    bridge?.kill("SIGINT");
    if (bridge) expect(await once(bridge, "exit")).toEqual([0, null]);
  });

  test("a program sets, listens, gets answers, plays and silences; OSC hears the same", async () => {
    const page = await built.browser.newPage();
    const errors = complaintsOf(page);
    const program = new WebSocket(address);
    const got = inbox();
    program.on("message", (data) => got.take(JSON.parse(String(data)) as ControlMessage));
    await once(program, "open");
    const say = (to: string, ...args: readonly (string | number)[]) => program.send(JSON.stringify({ address: to, args }));
    try {
      await page.goto(`${built.url}?bridge=${encodeURIComponent(address)}`);
      await got.wait(is("/simile/hello", 1));
      await got.wait(({ address: to, args }) => to === "/simile/library" && args[0] !== "" && args[1] === 346);
      await got.wait(is("/simile/state", "ready"));
      // The browser holds sound back until someone touches the page.
      await page.locator("simile-listener").click();

      say("/simile/set/diversity", 7);
      expect((await got.wait(is("/simile/setting", "diversity"), got.all.findLastIndex(is("/simile/setting", "diversity")) + 1)).args[1]).toBe(1);
      say("/simile/set/diversity", 0);
      say("/simile/set/mode", "progressive");
      await got.wait(is("/simile/setting", "mode", "progressive"));
      say("/simile/set/mode", "hit");

      say("/simile/listen", "demo");
      const { args } = await got.wait(is("/simile/answer"));
      expect(args).toEqual([expect.any(Number), expect.any(Number), expect.any(String), expect.any(Number), expect.any(Number), expect.any(Number)]);
      expect(args[4]).toBeGreaterThanOrEqual(36);
      const list = (await got.wait(is("/simile/list", args[0]!))).args;
      const triples = Array.from({ length: (list.length - 1) / 3 }, (_, i) => list.slice(1 + 3 * i, 4 + 3 * i));
      expect(triples).toHaveLength(16);
      expect(triples[0]).toEqual([args[1], args[2], args[3]]);
      const distances = triples.map(([, , distance]) => distance as number);
      expect(distances).toEqual([...distances].sort((a, b) => a - b));
      await got.wait(({ address: to, args: pads }) => to === "/simile/pads" && pads.length === 32 && !pads.includes(-1));
      const [, , name, far] = args;
      const same = await heard.wait(is("/simile/answer", args[0], args[1], name));
      expect(same.args[3]).toBeCloseTo(far as number, 5);

      say("/simile/stop");
      await got.wait(is("/simile/state", "ready"), got.all.findIndex(is("/simile/state", "listening")) + 1);
      const from = got.all.length;
      say("/simile/play", 5, 0.5);
      await got.wait(({ address: to, args: ids }) => to === "/simile/playing" && ids.includes(5), from);
      say("/simile/panic");
      await got.wait((message) => is("/simile/playing")(message) && message.args.length === 0, got.all.findLastIndex(({ address: to, args: ids }) => to === "/simile/playing" && ids.includes(5)) + 1);
      const packet = toBuffer({ address: "/simile/set/volume", args: [{ type: "float", value: -12.5 }] });
      osc.send(new Uint8Array(packet.buffer, packet.byteOffset, packet.byteLength), oscPort, "127.0.0.1");
      await got.wait(is("/simile/setting", "volume", -12.5));

      // What is no order is a fault in one sentence, and does nothing.
      for (const [bad, sentence] of [
        ["not json", /^message: expected JSON/],
        ['{"address":"/simile/eval","args":["alert(1)"]}', /^\/simile\/eval: expected one of/],
        ['{"address":"/simile/set/__proto__","args":[1]}', /address: expected one like/],
        ['{"address":"/simile/set/constructor","args":[1]}', /^\/simile\/set\/constructor: expected one of/],
        ['{"address":"/simile/play","args":["five"]}', /^\/simile\/play: id: expected a number/],
        ['{"address":"/simile/play","args":[1,1,1]}', /^\/simile\/play: expected id \[velocity\], got 3/],
        ['{"address":"/simile/preset","args":["no such"]}', /^\/simile\/preset: expected one of/],
      ] as const) {
        const at = got.all.length;
        program.send(bad);
        expect((await got.wait(is("/simile/fault"), at)).args[0]).toMatch(sentence);
      }
      expect(errors).toEqual([]);
    } finally {
      program.close();
      await page.close();
    }
  });

  test.each([
    ["nonsense", 'Bridge: expected an address such as ws://127.0.0.1:8751, got "nonsense"; copy it from where npx simile bridge prints it.'],
    ["ws://elsewhere.example:8751", "Bridge: expected an address on this machine, got elsewhere.example; run npx simile bridge here."],
  ])("an address that is none of a bridge here is told on the page, which plays on: %s", async (wrong, sentence) => {
    const page = await built.browser.newPage();
    const errors = complaintsOf(page);
    try {
      await page.goto(`${built.url}?bridge=${encodeURIComponent(wrong)}`);
      const told = page.getByRole("alert").getByText(sentence, { exact: true });
      await told.waitFor();
      await page.getByRole("button", { name: "Play the demo" }).waitFor();
      await page.getByRole("button", { name: `Dismiss: ${sentence}` }).click();
      await told.waitFor({ state: "detached" });
      expect(errors).toEqual([]);
    } finally {
      await page.close();
    }
  });

  test("one that nobody runs is told on the page with how to start it, and once it is started the page joins it", async () => {
    const origin = new URL(built.url).origin;
    const start = (port: number) => createBridgeServer({ port, host: "127.0.0.1", origins: [origin] });
    const first = await start(0);
    const { port } = first;
    await first.close();
    const page = await built.browser.newPage();
    try {
      await page.goto(`${built.url}?bridge=ws://127.0.0.1:${port}`);
      const told = page.getByRole("alert").getByText(`Bridge: expected an answer from ws://127.0.0.1:${port}, got none; start it by npx simile bridge --port ${port} --origin ${origin}, and the page joins it by itself.`, { exact: true });
      await told.waitFor();
      const later = await start(port);
      try {
        await told.waitFor({ state: "detached" });
      } finally {
        await later.close();
      }
      // Lost again, and told again.
      await told.waitFor();
    } finally {
      await page.close();
    }
  });

  test("pages of other origins are turned away, and messages without end", async () => {
    const stranger = new WebSocket(address, { origin: "https://elsewhere.example" });
    const [refusal] = (await once(stranger, "error")) as [Error];
    expect(refusal.message).toMatch(/401/);
    const loud = new WebSocket(address);
    await once(loud, "open");
    loud.send("x".repeat(70_000));
    expect((await once(loud, "close"))[0]).toBe(1009);
  });
});

describe("the Max page", () => {
  test("a patch sets and plays it, and gets list, distances and pad notes", async () => {
    const page = await built.browser.newPage();
    try {
      // window.max as Cycling '74 documents it for jweb: messages by name in, lists out.
      await page.addInitScript(() => {
        const inlets = new Map<string, (...args: unknown[]) => void>();
        const out: unknown[][] = [];
        Object.assign(window, { max: { bindInlet: (name: string, hear: (...args: unknown[]) => void) => inlets.set(name, hear), unbindInlet: (name: string) => inlets.delete(name), outlet: (...atoms: unknown[]) => out.push(atoms) }, inlets, out });
      });
      await page.goto(`${built.url}max/`);
      const send = (name: string, ...args: unknown[]) => page.evaluate(([to, list]) => (window as unknown as { inlets: Map<string, (...args: unknown[]) => void> }).inlets.get(to as string)!(...(list as unknown[])), [name, args] as const);
      const first = (name: string) => expect.poll(() => page.evaluate((to) => (window as unknown as { out: unknown[][] }).out.find(([address]) => address === to) ?? null, name), { timeout: 120_000 });
      await first("/simile/hello").toEqual(["/simile/hello", 1]);
      expect((await page.evaluate(() => [...(window as unknown as { inlets: Map<string, unknown> }).inlets.keys()])).sort()).toEqual([...Object.keys(CONTROL_ORDERS), ...Object.keys(CONTROL_SETTINGS).map((name) => `/simile/set/${name}`)].sort());
      await page.locator("simile-listener").click();
      await send("/simile/set/commit", 0.05);
      await send("/simile/listen", "demo");
      await first("/simile/answer").toEqual(["/simile/answer", expect.any(Number), expect.any(Number), expect.any(String), expect.any(Number), expect.any(Number), expect.any(Number)]);
      await first("/simile/list").toHaveLength(2 + 3 * 16);
      await send("/simile/eval-me").catch(() => {});
      await send("/simile/note", 36, 100);
      await send("/simile/panic");
      const said = await page.evaluate(() => [...new Set((window as unknown as { out: unknown[][] }).out.map(([address]) => address as string))]);
      expect(said.filter((address) => !Object.hasOwn(CONTROL_REPORTS, address))).toEqual([]);
      expect(said).not.toContain("/simile/fault");
    } finally {
      await page.close();
    }
  });
});

describe("the patch and the page of the manual", () => {
  test("the patch opens: every cord joins boxes that are there, every message is of the vocabulary", async () => {
    interface Box {
      readonly id: string;
      readonly maxclass: string;
      readonly numinlets: number;
      readonly numoutlets: number;
      readonly text?: string;
    }
    const { patcher } = JSON.parse(await readFile(join(root, "src/max/simile.maxpat"), "utf8")) as { patcher: { fileversion: number; boxes: { box: Box }[]; lines: { patchline: { source: [string, number]; destination: [string, number] } }[] } };
    expect(patcher.fileversion).toBe(1);
    const boxes = new Map(patcher.boxes.map(({ box }) => [box.id, box]));
    expect(boxes.size).toBe(patcher.boxes.length);
    expect([...boxes.values()].filter(({ maxclass }) => maxclass === "jweb~")).toHaveLength(1);
    for (const { patchline } of patcher.lines) {
      const [from, outlet] = patchline.source;
      const [to, inlet] = patchline.destination;
      expect(outlet, `${from} to ${to}`).toBeLessThan(boxes.get(from)!.numoutlets);
      expect(inlet, `${from} to ${to}`).toBeLessThan(boxes.get(to)!.numinlets);
    }
    const ins = [...Object.keys(CONTROL_ORDERS), ...Object.keys(CONTROL_SETTINGS).map((name) => `/simile/set/${name}`)];
    const messages = [...boxes.values()].filter(({ maxclass }) => maxclass === "message").map(({ text }) => text!.split(" ")[0]!);
    expect(messages.length).toBeGreaterThan(5);
    expect(messages.filter((address) => !ins.includes(address))).toEqual([]);
    const routed = [...boxes.values()].flatMap(({ text }) => (text?.startsWith("route ") ? text.split(" ").slice(1) : []));
    expect(routed.length).toBeGreaterThan(3);
    expect(routed.filter((address) => !Object.hasOwn(CONTROL_REPORTS, address))).toEqual([]);
  });

  test("src/docs/bridge.md lists every message and setting, and no other", async () => {
    const manual = await readFile(join(root, "src/docs/bridge.md"), "utf8");
    const rows = [...manual.matchAll(/^\| `([^`]+)`/gm)].map(([, word]) => word!.split(" ")[0]!);
    expect(rows.sort()).toEqual([...Object.keys(CONTROL_ORDERS), ...Object.keys(CONTROL_REPORTS), ...Object.keys(CONTROL_SETTINGS)].sort());
  });

  test("and tells of each setting what it may be, as the instrument takes it", async () => {
    const manual = await readFile(join(root, "src/docs/bridge.md"), "utf8");
    const told = Object.fromEntries([...manual.matchAll(/^\| `([a-z-]+)` \| (.+) \|$/gm)].map(([, name, value]) => [name!, value!]));
    const valueOf = (is: ArgumentKind): string => {
      switch (is.kind) {
        case "number":
          return `${is.least} to ${is.most}${is.whole ? ", whole" : ""}`;
        case "switch":
          return "1 or 0";
        case "choice":
          return is.of.join(", ");
        case "text":
          return "text";
        default:
          return is satisfies never;
      }
    };
    const taken = Object.fromEntries(Object.entries(CONTROL_SETTINGS).map(([name, is]) => [name, valueOf(is)]));
    expect(told).toEqual({ ...taken, commit: `${taken["commit"]} s, taken as the nearest of ${CONTEXTS.join(", ")}` });
    // What is rounded on the way in is said to be whole.
    const rounded = Object.keys(PLAY_BOUNDS).filter((name) => {
      const { least, most } = PLAY_BOUNDS[name as PlayNumber];
      const between = least + (most - least) * 0.37;
      return changePlay(DEFAULT_PLAY, { [name]: between })[name as PlayNumber] !== between;
    });
    expect(rounded).toEqual(Object.keys(PLAY_BOUNDS).filter((name) => told[name]!.endsWith(", whole")));
  });
});
