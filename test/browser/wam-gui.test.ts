/** The module's face in a host: hands let go of pads as on the page, and hold none once the face is gone. */

import { afterEach, expect, test, vi } from "vitest";
import { createSimile } from "../../src/app/simile.ts";
import type { Simile } from "../../src/app/simile-state.ts";
import { createWamGui } from "../../src/app/wam/wam-gui.ts";

const open: Simile[] = [];
afterEach(async () => {
  for (const simile of open.splice(0)) await simile.dispose();
});

function rig() {
  const simile = createSimile();
  open.push(simile);
  const voice = { release: vi.fn(), stop: vi.fn(), press: vi.fn(), bend: vi.fn() };
  const strike = vi.spyOn(simile.pads, "strike").mockReturnValue(voice);
  const gui = createWamGui(simile);
  const tell = (name: string, detail: object) => gui.element.querySelector("simile-pads")!.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  return { gui, voice, strike, tell };
}

test("a pad that is let go is released, as its mode wants it, and not cut off", () => {
  const { gui, voice, strike, tell } = rig();
  tell("simile-pad", { pad: 3, velocity: 0.5 });
  expect(strike).toHaveBeenCalledWith(3, 0.5);
  expect(voice.release).not.toHaveBeenCalled();
  tell("simile-pad-up", { pad: 3 });
  tell("simile-pad-up", { pad: 3 });
  expect(voice.release).toHaveBeenCalledTimes(1);
  expect(voice.stop).not.toHaveBeenCalled();
  gui.leave();
  expect(voice.release).toHaveBeenCalledTimes(1);
});

test("a face that goes lets go of what it holds", () => {
  const { gui, voice, tell } = rig();
  tell("simile-pad", { pad: 0, velocity: 1 });
  tell("simile-pad", { pad: 0, velocity: 1 });
  gui.leave();
  expect(voice.release).toHaveBeenCalledTimes(2);
});
