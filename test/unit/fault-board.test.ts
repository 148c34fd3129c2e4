/** Faults: one for each cause, and a remedy that fails is told, not thrown. */

import { expect, test } from "vitest";
import { createFaultBoard } from "../../src/app/fault-board.ts";

test("a remedy that fails shows why, and can be tried again", async () => {
  const board = createFaultBoard(() => {});
  let fails = true;
  const run = async () => {
    if (fails) throw new RangeError("Output: expected a device, got none; connect one.");
    board.clear("audio");
  };
  board.raise("audio", new Error("first"), { label: "Try again", run });
  board.raise("other", new Error("of another cause"));
  await board.retry("audio");
  expect(board.faults).toEqual([
    { key: "audio", name: "RangeError", message: "Output: expected a device, got none; connect one.", remedy: "Try again" },
    { key: "other", name: "Error", message: "of another cause" },
  ]);
  await board.retry("other");
  fails = false;
  await board.retry("audio");
  expect(board.faults.map(({ key }) => key)).toEqual(["other"]);
});
