/** What is listened to: opens devices, files and the demo, watches what they carry, and finds a lost device again. */

import { FormatError, MissingError, UnsupportedError } from "../core/errors.ts";
import { arrangeDemo, renderDemo } from "./audio/demo-take.ts";
import type { Graph } from "./audio/graph.ts";
import { type Input, decodeFile, inputDevices, openDevice, openNode, openTake, silenceBroken } from "./audio/input.ts";
import { type InputCondition, OFFSET_SECONDS, SILENCE_SECONDS, createInputHealth } from "./audio/input-health.ts";
import type { FaultBoard } from "./fault-board.ts";
import type { SoundStore } from "./library/sound-store.ts";
import type { InputSource, SimileState } from "./simile-state.ts";

export interface InputDeskOptions {
  graph(): Graph | null;
  /** What the demo plays. */
  store(): Pick<SoundStore, "decoded"> | null;
  state(): Pick<SimileState, "phase" | "input" | "sounds">;
  set(change: Partial<Pick<SimileState, "phase" | "input" | "devices">>): void;
  readonly faults: Pick<FaultBoard, "faults" | "raise" | "clear">;
  /** Opens all that an input needs to be heard: remedies listen again by it. */
  listen(source: InputSource): Promise<void>;
}

export interface InputDesk {
  /** Listens to a source in place of the one before. False where it is not heard: a fault says why, or another was asked for since. */
  open(source: InputSource): Promise<boolean>;
  close(): void;
  /** Looks again at which devices there are, and listens again to one that came back. */
  look(): Promise<void>;
  dispose(): void;
}

/** Seed of the demo take. */
const DEMO_SEED = 7;
/** The demo's sounds stay out of the way of its answers. */
const DEMO_LABEL = "Demo take";
const HEALTH_MILLISECONDS = 250;

export function createInputDesk({ graph: graphNow, store, state, set, faults, listen }: InputDeskOptions): InputDesk {
  /** Counts what was asked for: what opens late for an earlier one is closed again. */
  let turn = 0;
  /** What to listen to again when a lost device comes back. */
  let lost: InputSource | null = null;
  let health: ReturnType<typeof setInterval> | undefined;
  let disposed = false;

  const clearFaults = () => {
    for (const key of ["input", "signal", "rate"]) faults.clear(key);
  };

  const close = () => {
    turn++;
    lost = null;
    clearInterval(health);
    graphNow()?.hear(null);
    clearFaults();
    if (state().phase === "listening") set({ phase: "ready" });
    set({ input: null });
  };

  const onLost = (source: InputSource) => {
    const label = state().input?.label ?? "the input";
    close();
    lost = source;
    const sentence = `Audio input: expected ${label} to stay connected, got its removal; connect it again, or choose another input.`;
    faults.raise("input", new MissingError(sentence), { label: "Try again", run: () => listen(source) });
  };

  const openSource = async (graph: Graph, source: InputSource): Promise<Input> => {
    switch (source.kind) {
      case "device":
        return openDevice(graph.host, source.deviceId, () => onLost(source));
      case "file": {
        const { name } = source.file;
        const buffer = await decodeFile(graph.host.native, source.file);
        const broken = silenceBroken(buffer);
        if (broken > 0) faults.raise("file", new FormatError(`${name}: expected samples that are numbers, got ${broken} that are not and count as silence; save the file again.`));
        else faults.clear("file");
        return openTake(graph.host, buffer, name, close);
      }
      case "demo": {
        const sounds = store();
        if (!sounds) throw new MissingError("Demo take: expected a library to play from, got none; load the library again.");
        const buffer = await renderDemo(arrangeDemo(state().sounds, DEMO_SEED), graph.host.native.sampleRate, sounds.decoded);
        return openTake(graph.host, buffer, DEMO_LABEL, close);
      }
      case "node":
        return openNode(graph.host, source.node, source.label);
      default:
        return source satisfies never;
    }
  };

  /** Listens once the user has allowed the microphone in the browser's own settings. */
  const awaitPermission = async (source: InputSource): Promise<void> => {
    try {
      const status = await navigator.permissions.query({ name: "microphone" });
      status.onchange = () => {
        status.onchange = null;
        if (status.state === "granted" && faults.faults.some(({ key }) => key === "input")) void listen(source);
      };
    } catch {
      // A browser that does not tell leaves it to the fault's remedy.
    }
  };

  const onCondition = (condition: InputCondition, input: Input) => {
    // What is no device may rest as long as it likes.
    if (condition === "fine" || (condition === "silent" && input.settings() === null)) return faults.clear("signal");
    const got = {
      silent: `nothing at all for ${SILENCE_SECONDS} s; check that it is switched on and not muted, or choose another input`,
      offset: `a constant offset for ${OFFSET_SECONDS} s; check its cable and power supply, or choose another input`,
      broken: "samples that are no numbers; choose another input",
    }[condition];
    faults.raise("signal", new UnsupportedError(`${input.label}: expected sound, got ${got}.`));
  };

  /** Looks at the input now and then: what it carries, and what the browser gives. */
  const watch = (graph: Graph, input: Input, source: InputSource) => {
    clearInterval(health);
    const openedRate = input.settings()?.sampleRate;
    const judge = createInputHealth();
    let condition: InputCondition = "fine";
    health = setInterval(() => {
      if (graph.host.native.state !== "running") return;
      const now = judge.judge(graph.meter.latest(), performance.now() / 1000);
      if (now !== condition) onCondition(now, input);
      condition = now;
      const settings = input.settings();
      const shown = state().input;
      if (!shown || JSON.stringify(settings) === JSON.stringify(shown.settings)) return;
      set({ input: { ...shown, settings } });
      if (settings?.sampleRate === openedRate) return faults.clear("rate");
      const sentence = `${input.label}: expected ${openedRate} Hz as when it was opened, got ${settings?.sampleRate} Hz; it is still heard, converted by the browser: open it again to hear it as it comes.`;
      faults.raise("rate", new UnsupportedError(sentence), { label: "Open again", run: () => listen(source) });
    }, HEALTH_MILLISECONDS);
  };

  const look = async () => {
    const devices = await inputDevices().catch(() => []);
    if (disposed) return;
    set({ devices });
    const missed = lost;
    if (missed?.kind !== "device" || devices.length === 0) return;
    if (missed.deviceId === undefined || devices.some(({ deviceId }) => deviceId === missed.deviceId)) await listen(missed);
  };
  navigator.mediaDevices?.addEventListener("devicechange", look);

  return {
    async open(source) {
      const own = ++turn;
      const graph = graphNow();
      if (!graph) return false;
      let input: Input;
      try {
        input = await openSource(graph, source);
      } catch (cause) {
        if (own !== turn) return false;
        faults.raise("input", cause, { label: "Try again", run: () => listen(source) });
        if ((cause as Error).name === "PermissionError") void awaitPermission(source);
        return false;
      }
      if (own !== turn || graphNow() !== graph) {
        input.stop();
        return false;
      }
      lost = null;
      graph.hear(input);
      clearFaults();
      set({ phase: "listening", input: { source, label: input.label, settings: input.settings(), contextRate: graph.host.native.sampleRate } });
      watch(graph, input, source);
      return true;
    },
    close,
    look,
    dispose() {
      close();
      disposed = true;
      navigator.mediaDevices?.removeEventListener("devicechange", look);
    },
  };
}
