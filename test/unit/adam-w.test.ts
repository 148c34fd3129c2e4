/** AdamW against two steps by hand. */

import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { useWasm } from "../../src/cli/tf-backend.ts";
import { createAdamW } from "../../src/model/adam-w.ts";

beforeAll(useWasm);

describe("createAdamW", () => {
  it("steps as Loshchilov and Hutter 2019 say, the decay apart from the moments", () => {
    const [rate, decay] = [0.1, 0.2];
    const variables = new Map(["weights", "bias"].map((name) => [name, tf.variable(tf.tensor1d([1, -2]))] as const));
    const optimiser = createAdamW(variables, decay, new Set(["weights"]));
    const step = (gradient: readonly number[], chosen: number) => {
      const gradients = tf.tensor1d([...gradient]);
      optimiser.step(new Map([...variables.keys()].map((name) => [name, gradients] as const)), chosen);
      gradients.dispose();
    };
    const expectNear = (name: string, expected: readonly number[]) => {
      for (const [at, value] of expected.entries()) expect(variables.get(name)!.dataSync()[at]).toBeCloseTo(value, 5);
    };
    // step 1: m^ = g, sqrt(v^) = |g|, so that each moves by the rate against its sign, whatever its size
    step([0.5, -4], rate);
    expectNear("bias", [1 - 0.1, -2 + 0.1]);
    expectNear("weights", [1 - 0.1 * 0.2 * 1 - 0.1, -2 + 0.1 * 0.2 * 2 + 0.1]);
    // step 2 at half the rate with g_2 = -g_1 / 2: m^ = (0.9 * 0.1 - 0.1 / 2) g_1 / (1 - 0.81), v^ = (0.999 + 1 / 4) 0.001 g_1^2 / (1 - 0.999^2)
    step([-0.25, 2], rate / 2);
    const move = (0.05 * (0.04 / 0.19)) / Math.sqrt(0.001249 / 0.001999);
    expectNear("bias", [0.9 - move, -1.9 + move]);
    expectNear("weights", [0.88 * (1 - 0.05 * 0.2) - move, -1.86 * (1 - 0.05 * 0.2) + move]);
    expect(optimiser.updates).toBe(2);
    for (const moments of [optimiser.first, optimiser.second]) expect(moments.get("weights")!.dataSync()).toEqual(moments.get("bias")!.dataSync());
    optimiser.dispose();
    tf.dispose([...variables.values()]);
  });
});
