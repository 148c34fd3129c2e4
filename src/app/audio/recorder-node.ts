/** The page's end of the recorder worklet: joins it to input, answers and mix, and hands on what it writes. */

import { RECORDER_PROCESSOR, type RecorderOrder, type RecorderReport, STEM_CHANNELS, STEMS } from "../../protocol/recorder.ts";
import recorderUrl from "../../../worklets/recorder.worklet.ts?worker&url";
import { loadWorkletModule } from "./worklet-module.ts";

/** Planar `[stems * channels, CHUNK_FRAMES]`, valid for the call alone. */
export type ChunkHearer = (frame: number, frames: number, samples: Float32Array) => void;

export interface RecorderNode {
  readonly node: AudioWorkletNode;
  /** Writes from the next block on; the hearer gets every chunk, in order and without a gap unless `onLost` says so. Returns how to stop, which resolves after the last chunk, or once the node is put away. */
  record(onChunk: ChunkHearer, onLost: (frames: number) => void): () => Promise<void>;
  /** The input's channels from a frame of the context on, as far as they are kept; null where that is past, to come, or the node is gone. */
  recall(frame: number, frames: number): Promise<readonly Float32Array<ArrayBuffer>[] | null>;
  dispose(): void;
}

/** The node's inputs are STEMS. It must reach the destination to be run; it adds silence there. */
export async function createRecorderNode(context: BaseAudioContext): Promise<RecorderNode> {
  await loadWorkletModule(context, recorderUrl);
  const node = new AudioWorkletNode(context, RECORDER_PROCESSOR, { numberOfInputs: STEMS.length, numberOfOutputs: 1, outputChannelCount: [1], channelCount: STEM_CHANNELS, channelCountMode: "clamped-max" });
  const order = (message: RecorderOrder, transfer: Transferable[] = []) => node.port.postMessage(message, transfer);
  let onChunk: ChunkHearer = () => {};
  let onLost: (frames: number) => void = () => {};
  /** Who waits for the tape to stop, in the order of asking. */
  const stops: (() => void)[] = [];
  const recalls = new Map<number, (channels: readonly Float32Array<ArrayBuffer>[] | null) => void>();
  let asked = 0;
  node.port.onmessage = ({ data }: MessageEvent<RecorderReport>) => {
    switch (data.kind) {
      case "chunk":
        onChunk(data.frame, data.frames, data.samples);
        order({ kind: "return", samples: data.samples }, [data.samples.buffer]);
        break;
      case "stopped":
        stops.shift()?.();
        break;
      case "lost":
        onLost(data.frames);
        break;
      case "recalled": {
        const wanted = data.samples.length / STEM_CHANNELS;
        recalls.get(data.id)?.(data.frames === 0 ? null : Array.from({ length: STEM_CHANNELS }, (_, c) => data.samples.slice(c * wanted, c * wanted + data.frames)));
        recalls.delete(data.id);
        break;
      }
      default:
        data satisfies never;
    }
  };
  node.connect(context.destination);
  return {
    node,
    record(hearer, lost) {
      onChunk = hearer;
      onLost = lost;
      order({ kind: "record" });
      return () =>
        new Promise((resolve) => {
          stops.push(() => {
            // What was begun since is not ended with it.
            if (onChunk === hearer) onChunk = () => {};
            resolve();
          });
          order({ kind: "stop" });
        });
    },
    recall(frame, frames) {
      const samples = new Float32Array(STEM_CHANNELS * frames);
      return new Promise((resolve) => {
        recalls.set(asked, resolve);
        order({ kind: "recall", id: asked++, frame, samples }, [samples.buffer]);
      });
    },
    dispose() {
      for (const resolve of recalls.values()) resolve(null);
      recalls.clear();
      for (const stopped of stops.splice(0)) stopped();
      node.port.close();
      node.disconnect();
    },
  };
}
