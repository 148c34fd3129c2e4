/** The page's end of the recorder worklet: joins it to input, answers and mix, and hands on what it writes. */

import { RECORDER_PROCESSOR, type RecorderOrder, type RecorderReport, STEM_CHANNELS, STEMS } from "../../protocol/recorder.ts";
import recorderUrl from "../../../worklets/recorder.worklet.ts?worker&url";
import { loadWorkletModule } from "./worklet-module.ts";

/** Planar `[stems * channels, CHUNK_FRAMES]`, valid for the call alone. */
export type ChunkHearer = (frame: number, frames: number, samples: Float32Array) => void;

export interface RecorderNode {
  readonly node: AudioWorkletNode;
  /** Writes from the next block on; the hearer gets every chunk, in order and without a gap unless `onLost` says so. Returns how to stop, which resolves after the last chunk. */
  record(onChunk: ChunkHearer, onLost: (frames: number) => void): () => Promise<void>;
  dispose(): void;
}

/** The node's inputs are STEMS. It must reach the destination to be run; it adds silence there. */
export async function createRecorderNode(context: BaseAudioContext): Promise<RecorderNode> {
  await loadWorkletModule(context, recorderUrl);
  const node = new AudioWorkletNode(context, RECORDER_PROCESSOR, { numberOfInputs: STEMS.length, numberOfOutputs: 1, outputChannelCount: [1], channelCount: STEM_CHANNELS, channelCountMode: "clamped-max" });
  const order = (message: RecorderOrder, transfer: Transferable[] = []) => node.port.postMessage(message, transfer);
  let onChunk: ChunkHearer = () => {};
  let onLost: (frames: number) => void = () => {};
  let onStopped: () => void = () => {};
  node.port.onmessage = ({ data }: MessageEvent<RecorderReport>) => {
    switch (data.kind) {
      case "chunk":
        onChunk(data.frame, data.frames, data.samples);
        order({ kind: "return", samples: data.samples }, [data.samples.buffer]);
        break;
      case "stopped":
        onStopped();
        break;
      case "lost":
        onLost(data.frames);
        break;
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
          onStopped = () => {
            onChunk = () => {};
            resolve();
          };
          order({ kind: "stop" });
        });
    },
    dispose() {
      node.port.close();
      node.disconnect();
    },
  };
}
