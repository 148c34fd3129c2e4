/** Worker thread of the pool's test: squares a number, and fails in every way that a worker can. */

import { FormatError } from "../../src/core/errors.ts";
import { type Served, serveTasks } from "../../src/cli/pool.ts";

export type PoolTask = { readonly kind: "square"; readonly value: number } | { readonly kind: "fault" } | { readonly kind: "exit" } | { readonly kind: "crash" };

serveTasks(async (task: PoolTask): Promise<Served<Float64Array>> => {
  switch (task.kind) {
    case "square": {
      const result = Float64Array.of(task.value ** 2);
      return { result, transfer: [result.buffer] };
    }
    case "fault":
      throw new FormatError("x: expected a, got b; c.");
    case "exit":
      return process.exit(3);
    case "crash":
      setTimeout(() => {
        throw new Error("the thread is gone");
      });
      return new Promise(() => {});
  }
});
