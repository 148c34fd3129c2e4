/** The page's audio graph: input to meter and listener, player and pads to the output, all in one context. */

import * as Tone from "tone";
import { type AudioHost, type AudioHostOptions, createAudioHost } from "./context.ts";
import type { Input } from "./input.ts";
import { type InputMeter, createInputMeter } from "./input-meter.ts";
import { type ListenerNode, createListenerNode } from "./listener-node.ts";
import { type Output, createOutput } from "./output.ts";
import { type OutputClock, createOutputClock } from "./output-clock.ts";
import { type PadVoices, createPadVoices } from "./pad-voices.ts";
import { type PlayerNews, type PlayerNode, createPlayerNode } from "./player-node.ts";

export interface GraphOptions extends AudioHostOptions {
  readonly volumeDb: number;
  onListenerFault(message: string): void;
  onPlayerReport(report: PlayerNews): void;
}

export interface Graph {
  readonly host: AudioHost;
  readonly output: Output;
  readonly meter: InputMeter;
  readonly pads: PadVoices;
  readonly clock: OutputClock;
  /** Null until `loadWorklets` has succeeded. */
  readonly listener: ListenerNode | null;
  readonly player: PlayerNode | null;
  /** Loads what is not loaded yet. Rejects with UnsupportedError; the rest of the graph plays on. */
  loadWorklets(): Promise<void>;
  /** Hears this input instead of the one before, which is stopped; null: none. */
  hear(input: Input | null): void;
  close(): Promise<void>;
}

/** Between two looks at the output's clocks. */
const LOOK_MILLISECONDS = 50;

/** Call from a user's gesture. */
export function createGraph(options: GraphOptions): Graph {
  const host = createAudioHost(options);
  const output = createOutput(host.tone, options.volumeDb);
  const meter = createInputMeter(host.native);
  const pads = createPadVoices(host.tone, output.input);
  const clock = createOutputClock(host.native);
  const looking = setInterval(clock.look, LOOK_MILLISECONDS);
  let listener: ListenerNode | null = null;
  let player: PlayerNode | null = null;
  let heard: Input | null = null;
  let loading: Promise<void> | null = null;

  const route = (input: Input) => {
    input.node.connect(meter.node);
    if (listener) input.node.connect(listener.node);
    if (input.monitored) Tone.connect(input.node, output.input);
  };
  const load = async () => {
    listener ??= await createListenerNode(host.native, options.onListenerFault);
    if (!player) {
      player = await createPlayerNode(host.native, options.onPlayerReport);
      Tone.connect(player.node, output.input);
    }
    if (heard) heard.node.connect(listener.node);
  };

  return {
    host,
    output,
    meter,
    pads,
    clock,
    get listener() {
      return listener;
    },
    get player() {
      return player;
    },
    loadWorklets() {
      loading ??= load().finally(() => {
        loading = null;
      });
      return loading;
    },
    hear(input) {
      heard?.stop();
      heard = input;
      if (input) route(input);
    },
    async close() {
      heard?.stop();
      heard = null;
      listener?.dispose();
      player?.dispose();
      clearInterval(looking);
      pads.dispose();
      meter.dispose();
      output.dispose();
      await host.close();
    },
  };
}
