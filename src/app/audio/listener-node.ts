/** The page's end of the listener worklet: makes the node, hands its port to the engine and sets it up. */

import { LISTENER_PROCESSOR, type ListenerOrder, type ListenerReport, type ListenerSettings } from "../../protocol/listener.ts";
import listenerUrl from "../../../worklets/listener.worklet.ts?worker&url";
import { createFlushes } from "./flushes.ts";
import { loadWorkletModule } from "./worklet-module.ts";

export interface ListenerNode {
  readonly node: AudioWorkletNode;
  /** Hands over a port for the engine; a port given before falls silent. */
  connect(port: MessagePort): void;
  configure(settings: Partial<ListenerSettings>): void;
  /** Resolves after everything heard before has been posted. */
  flush(): Promise<void>;
  dispose(): void;
}

/** Inputs: what is heard, and the own output that it may hold. `onFault` gets the sentence of a processor that failed. The node must reach the destination to be run; it adds silence there. */
export async function createListenerNode(context: BaseAudioContext, onFault: (message: string) => void): Promise<ListenerNode> {
  await loadWorkletModule(context, listenerUrl);
  const node = new AudioWorkletNode(context, LISTENER_PROCESSOR, { numberOfInputs: 2, numberOfOutputs: 1, outputChannelCount: [1], channelCountMode: "max", channelInterpretation: "discrete" });
  const order = (message: ListenerOrder, transfer: Transferable[] = []) => node.port.postMessage(message, transfer);
  const flushes = createFlushes((id) => order({ kind: "flush", id }));
  node.port.onmessage = ({ data }: MessageEvent<ListenerReport>) => {
    switch (data.kind) {
      case "flushed":
        flushes.flushed(data.id);
        break;
      case "fault":
        onFault(data.message);
        break;
      default:
        data satisfies never;
    }
  };
  node.onprocessorerror = () => onFault("Listener: expected the audio worklet to keep running, got an error inside it; start the audio again.");
  node.connect(context.destination);
  return {
    node,
    connect: (port) => order({ kind: "connect", port }, [port]),
    configure: (settings) => order({ kind: "configure", settings }),
    flush: flushes.flush,
    dispose() {
      node.port.close();
      node.disconnect();
    },
  };
}
