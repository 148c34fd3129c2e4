/** The audio context: a gesture wakes one of our own, and leaves one that is lent to its owner. */

import { expect, test } from "vitest";
import { createAudioHost } from "../../src/app/audio/context.ts";

const rest = () => new Promise((resolve) => setTimeout(resolve, 300));

test("a gesture resumes a context of our own that was suspended", async () => {
  const host = createAudioHost();
  await host.resume();
  await host.native.suspend();
  document.dispatchEvent(new Event("pointerdown"));
  await expect.poll(() => host.native.state).toBe("running");
  await host.close();
  expect(host.native.state).toBe("closed");
});

test("a context that its owner has suspended stays so, and is not closed", async () => {
  const context = new AudioContext();
  await context.resume();
  const host = createAudioHost({ lent: { context, output: context.destination } });
  await context.suspend();
  for (const gesture of ["pointerdown", "keydown"]) document.dispatchEvent(new Event(gesture));
  navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
  await rest();
  expect(context.state).toBe("suspended");
  await host.close();
  expect(context.state).toBe("suspended");
  await context.close();
});
