/** The page's audio graph: input to meter and listener, player and pads to the output, all in one context. */

import * as Tone from "tone";
import type { Balance } from "../performing.ts";
import type { AudioHost } from "./context.ts";
import type { Input } from "./input.ts";
import { type InputMeter, createInputMeter } from "./input-meter.ts";
import { type ListenerNode, createListenerNode } from "./listener-node.ts";
import { type Output, createOutput } from "./output.ts";
import { type OutputClock, createOutputClock } from "./output-clock.ts";
import { type PadVoices, createPadVoices } from "./pad-voices.ts";
import { type RecorderNode, createRecorderNode } from "./recorder-node.ts";
import { type PlayerNews, type PlayerNode, createPlayerNode } from "./player-node.ts";

export interface GraphOptions {
  readonly volumeDb: number;
  onListenerFault(message: string): void;
  onPlayerReport(report: PlayerNews): void;
}

export interface Graph {
  readonly host: AudioHost;
  /** The host's context, as Tone's nodes want it. */
  readonly tone: Tone.Context;
  readonly output: Output;
  readonly meter: InputMeter;
  readonly pads: PadVoices;
  readonly clock: OutputClock;
  /** Null until `loadWorklets` has succeeded. */
  readonly listener: ListenerNode | null;
  readonly player: PlayerNode | null;
  readonly recorder: RecorderNode | null;
  /** Loads what is not loaded yet. Rejects with UnsupportedError; the rest of the graph plays on. */
  loadWorklets(): Promise<void>;
  /** How loud the input and the answers are beside each other. */
  setBalance(balance: Balance): void;
  /** Hears this input instead of the one before, which is stopped; null: none. */
  hear(input: Input | null): void;
  close(): Promise<void>;
}

/** Between two looks at the output's clocks. */
const LOOK_MILLISECONDS = 50;
/** Time given to the output to fade. */
const CLOSE_MILLISECONDS = 40;
/** Seconds in which the balance moves. */
const RAMP_SECONDS = 0.02;

let lent = false;

/** Tone closes the context with which it is put away; one that is not ours goes on. */
class LentToneContext extends Tone.Context {
  override async close(): Promise<void> {}
}

/** Tone's default context would reject our worklet nodes, hence the host's is lent to it. */
export function createGraph(host: AudioHost, options: GraphOptions): Graph {
  const tone = new (host.lent ? LentToneContext : Tone.Context)(host.native);
  // Tone makes a context of its own when it is imported: the first of ours puts it away.
  Tone.setContext(tone, !lent);
  lent = true;
  const output = createOutput(tone, options.volumeDb, host.output);
  const meter = createInputMeter(host.native);
  const pads = createPadVoices(tone, output.own);
  const clock = createOutputClock(host.native);
  const looking = setInterval(clock.look, LOOK_MILLISECONDS);
  /** What is heard of the input, and of the answers. */
  const dry = new GainNode(host.native, { gain: 0 });
  const wet = new GainNode(host.native);
  Tone.connect(dry, output.input);
  Tone.connect(wet, output.own);
  let balance: Balance = { mix: 0.5, monitor: false };
  let listener: ListenerNode | null = null;
  let player: PlayerNode | null = null;
  let recorder: RecorderNode | null = null;
  let heard: Input | null = null;
  let loading: Promise<void> | null = null;

  const route = (input: Input) => {
    input.node.connect(meter.node);
    if (recorder) input.node.connect(recorder.node, 0, 0);
    if (listener) input.node.connect(listener.node);
    input.node.connect(dry);
    weigh();
  };
  const weigh = () => {
    const now = host.native.currentTime;
    const heardAtAll = heard?.monitored || balance.monitor;
    for (const [node, gain] of [[dry, heardAtAll ? Math.min(1, 2 - 2 * balance.mix) : 0], [wet, Math.min(1, 2 * balance.mix)]] as const) {
      node.gain.cancelScheduledValues(now);
      node.gain.setTargetAtTime(gain, now, RAMP_SECONDS / 4);
    }
  };
  const load = async () => {
    if (!listener) {
      listener = await createListenerNode(host.native, options.onListenerFault);
      // What the loudspeakers get of the instrument may come back by the microphone.
      Tone.connect(output.own, listener.node, 0, 1);
    }
    if (!player) {
      player = await createPlayerNode(host.native, options.onPlayerReport);
      player.node.connect(wet);
    }
    if (!recorder) {
      recorder = await createRecorderNode(host.native);
      Tone.connect(output.own, recorder.node, 0, 1);
      Tone.connect(output.mix, recorder.node, 0, 2);
      if (heard) heard.node.connect(recorder.node, 0, 0);
    }
    if (heard) heard.node.connect(listener.node);
  };

  return {
    host,
    tone,
    output,
    meter,
    pads,
    clock,
    get listener() {
      return listener;
    },
    get recorder() {
      return recorder;
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
    setBalance(next) {
      balance = next;
      weigh();
    },
    hear(input) {
      heard?.stop();
      heard = input;
      if (input) route(input);
    },
    async close() {
      heard?.stop();
      // What sounds fades before it is gone.
      output.setVolume(Number.NEGATIVE_INFINITY);
      if (host.native.state === "running") await new Promise((resolve) => setTimeout(resolve, CLOSE_MILLISECONDS));
      heard = null;
      listener?.dispose();
      player?.dispose();
      recorder?.dispose();
      clearInterval(looking);
      pads.dispose();
      meter.dispose();
      dry.disconnect();
      wet.disconnect();
      output.dispose();
      await host.close();
      await tone.close();
      tone.dispose();
    },
  };
}
