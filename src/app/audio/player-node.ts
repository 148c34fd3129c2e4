/** The page's end of the player worklet: makes the node, hands its port to the engine, lends it sounds and passes on what it reports. */

import type { SoundTraits } from "../../core/answer/sound-traits.ts";
import { PLAYER_PROCESSOR, type PlayerOrder, type PlayerReport } from "../../protocol/player.ts";
import playerUrl from "../../../worklets/player.worklet.ts?worker&url";
import { createFlushes } from "./flushes.ts";
import { loadWorkletModule } from "./worklet-module.ts";

/** What concerns the page: the answer to a flush stays inside. */
export type PlayerNews = Exclude<PlayerReport, { kind: "flushed" }>;

export interface PlayerNode {
  readonly node: AudioWorkletNode;
  /** Hands over a port for the engine, and memory for its orders where the page shares any; a port given before falls silent. */
  connect(port: MessagePort, orders?: SharedArrayBuffer): void;
  /** Lends a sound at the context's rate. The channels' buffers move to the audio thread. */
  load(sound: number, channels: readonly Float32Array<ArrayBuffer>[], traits?: SoundTraits): void;
  unload(sound: number): void;
  panic(): void;
  /** Resolves after everything asked before has been done and reported. */
  flush(): Promise<void>;
  dispose(): void;
}

/** `onReport` gets starts, ends, missing sounds and faults. The caller connects the node to the output. */
export async function createPlayerNode(context: BaseAudioContext, onReport: (report: PlayerNews) => void): Promise<PlayerNode> {
  await loadWorkletModule(context, playerUrl);
  const node = new AudioWorkletNode(context, PLAYER_PROCESSOR, { numberOfInputs: 0, numberOfOutputs: 1, outputChannelCount: [2] });
  const order = (message: PlayerOrder, transfer: Transferable[] = []) => node.port.postMessage(message, transfer);
  const flushes = createFlushes((id) => order({ kind: "flush", id }));
  node.port.onmessage = ({ data }: MessageEvent<PlayerReport>) => {
    if (data.kind === "flushed") flushes.flushed(data.id);
    else onReport(data);
  };
  node.onprocessorerror = () => onReport({ kind: "fault", message: "Player: expected the audio worklet to keep running, got an error inside it; start the audio again." });
  return {
    node,
    connect: (port, orders) => order({ kind: "connect", port, ...(orders ? { orders } : {}) }, [port]),
    load: (sound, channels, traits) => order({ kind: "load", sound, channels, ...(traits ? { traits } : {}) }, channels.map((channel) => channel.buffer)),
    unload: (sound) => order({ kind: "unload", sound }),
    panic: () => order({ kind: "panic" }),
    flush: flushes.flush,
    dispose() {
      node.port.close();
      node.disconnect();
    },
  };
}
