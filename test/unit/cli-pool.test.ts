/** The pool of worker threads: order, faults, and threads that end. */

import { afterEach, describe, expect, test } from "vitest";
import { FormatError } from "../../src/core/errors.ts";
import { Pool } from "../../src/cli/pool.ts";
import type { PoolTask } from "./cli-pool-worker.ts";

const pools: Pool<PoolTask, Float64Array>[] = [];
const createPool = (size: number) => {
  const pool = new Pool<PoolTask, Float64Array>(new URL("./cli-pool-worker.ts", import.meta.url), size);
  pools.push(pool);
  return pool;
};
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));

const square = (value: number) => ({ kind: "square", value }) as const;

describe("a pool", () => {
  test("gives every caller its own result", async () => {
    const pool = createPool(2);
    const results = await Promise.all(Array.from({ length: 200 }, (_, value) => pool.run(square(value))));
    expect(results.map(([result]) => result)).toEqual(Array.from({ length: 200 }, (_, value) => value ** 2));
  });

  test("hands a fault over with its class and message, and goes on", async () => {
    const pool = createPool(1);
    const [fault, after] = await Promise.allSettled([pool.run({ kind: "fault" }), pool.run(square(3))]);
    expect(fault).toMatchObject({ status: "rejected", reason: new FormatError("x: expected a, got b; c.") });
    expect((fault as PromiseRejectedResult).reason).toBeInstanceOf(FormatError);
    expect(after).toEqual({ status: "fulfilled", value: Float64Array.of(9) });
  });

  test.each(["exit", "crash"] as const)("replaces a thread that ends by %s: one task is lost, the others are done", async (kind) => {
    const pool = createPool(1);
    const [before, lost, ...after] = await Promise.allSettled([pool.run(square(2)), pool.run({ kind }), pool.run(square(4)), pool.run(square(5))]);
    expect(before).toMatchObject({ status: "fulfilled" });
    expect(lost).toMatchObject({ status: "rejected", reason: { message: kind === "exit" ? expect.stringContaining("got its end with code 3") : "the thread is gone" } });
    expect(after).toEqual([{ status: "fulfilled", value: Float64Array.of(16) }, { status: "fulfilled", value: Float64Array.of(25) }]);
  });

  test("rejects what is not done when it is closed, and what comes later", async () => {
    const pool = createPool(1);
    const pending = Promise.allSettled([pool.run(square(1)), pool.run(square(2))]);
    await pool.close();
    for (const outcome of await pending) expect(outcome).toMatchObject({ status: "rejected" });
    await expect(pool.run(square(3))).rejects.toThrow(/expected an open pool/);
  });
});
