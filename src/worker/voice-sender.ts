/** The engine's way to the player: shared memory where the page has it, so that a voice starts with the next block; else, and for all that is no order, the port. */

import { OrderWriter } from "../core/answer/order-ring.ts";
import type { VoiceMessage } from "../protocol/player.ts";

export interface VoiceSender {
  send(message: VoiceMessage): void;
  close(): void;
}

/** Whatever the way, the player follows messages in the order in which they were sent. */
export function createVoiceSender(player: MessagePort, memory?: SharedArrayBuffer): VoiceSender {
  const ring = memory ? new OrderWriter(memory) : null;
  let posted = 0;
  return {
    send(message) {
      if (message.kind === "play" && ring && ring.followed === posted && ring.write(message.order)) return;
      posted++;
      player.postMessage(message);
    },
    close: () => player.close(),
  };
}
