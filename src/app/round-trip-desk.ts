/** Measures the round trip of the device that is listened to, tells the page, and recalls what was measured of it before. */

import { MissingError, UnsupportedError } from "../core/errors.ts";
import type { Graph } from "./audio/graph.ts";
import { type RoundTrip, keepRoundTrip, measureRoundTrip, recallRoundTrip } from "./audio/loopback.ts";
import type { FaultBoard } from "./fault-board.ts";

export interface RoundTripState {
  readonly roundTrip: RoundTrip | null;
  readonly testing: boolean;
}

export interface RoundTripDeskOptions {
  graph(): Graph | null;
  /** Whether a take is being recorded: the tape is one. */
  recording(): boolean;
  /** The device that is listened to; undefined: none. */
  deviceId(): string | undefined;
  set(change: Partial<RoundTripState>): void;
  readonly faults: Pick<FaultBoard, "raise" | "clear">;
  /** Null where it is refused. */
  readonly storage: Storage | null;
}

export interface RoundTripDesk {
  /** Another device is listened to. */
  recall(): void;
  measure(): Promise<void>;
}

export function createRoundTripDesk({ graph, recording, deviceId, set, faults, storage }: RoundTripDeskOptions): RoundTripDesk {
  let testing = false;
  const measure = async (): Promise<void> => {
    const [made, device] = [graph(), deviceId()];
    if (testing) return;
    try {
      if (!made?.recorder || device === undefined) throw new MissingError("Round trip: expected a device that is listened to, got none; listen to one, then measure again.");
      if (recording()) throw new UnsupportedError("Round trip: expected the tape to be free, got a take that is being recorded; end it, then measure again.");
      testing = true;
      set({ testing });
      const roundTrip = await measureRoundTrip(made.host.native, made.output.sound, made.recorder);
      keepRoundTrip(storage, device, roundTrip);
      set({ roundTrip });
      faults.clear("round-trip");
    } catch (cause) {
      faults.raise("round-trip", cause, { label: "Measure again", run: measure });
    } finally {
      testing = false;
      set({ testing });
    }
  };
  return { recall: () => set({ roundTrip: recallRoundTrip(storage, deviceId() ?? "") }), measure };
}
