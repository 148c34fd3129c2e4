/** A worker's client: what is asked is answered or refused, whenever the worker ends. */

import { expect, test } from "vitest";
import { createWorkerClient } from "../../src/app/worker-client.ts";

/** Holds its lock, says that it lives, and answers nothing. */
const script = URL.createObjectURL(new Blob(["navigator.locks.request(name, () => (postMessage('alive'), new Promise(() => {})))"], { type: "text/javascript" }));

interface Api {
  think(): number;
}

test("what is asked of a worker that is told to end is refused, before it has started, while it thinks, and after", async () => {
  for (const early of [true, false]) {
    const client = createWorkerClient<Api>({ make: (name) => new Worker(script, { name }), place: "Trial", remedy: "try again" });
    let ended = false;
    void client.ended.then(() => (ended = true));
    const asked = client.ask((worker) => worker.think());
    if (!early) await new Promise((resolve) => setTimeout(resolve, 200));
    client.terminate();
    client.terminate();
    const sentence = "Trial: expected its worker to answer, got its end, which was asked for; ask again.";
    await expect(asked).rejects.toThrow(sentence);
    await expect(client.ask((worker) => worker.think())).rejects.toThrow(sentence);
    // Whoever ends it need not be told.
    expect(ended).toBe(false);
  }
});
