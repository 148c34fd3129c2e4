/** Settings are there on the next visit; what was spoilt, or belongs to one library, is not taken. */

import { afterEach, expect, test } from "vitest";
import { createSimile } from "../../src/app/simile.ts";
import type { Simile } from "../../src/app/simile-state.ts";
import { rememberSettings } from "../../src/app/settings-memory.ts";
import { DEFAULT_SETTINGS } from "../../src/protocol/engine.ts";

const made: Simile[] = [];
afterEach(async () => {
  for (const simile of made.splice(0)) await simile.dispose();
});

function open(storage: Pick<Storage, "getItem" | "setItem"> | null): { readonly simile: Simile; readonly leave: () => void } {
  const simile = createSimile();
  made.push(simile);
  return { simile, leave: rememberSettings(simile, storage) };
}

function shelf(text: string | null = null): { getItem: () => string | null; setItem: (key: string, value: string) => void } {
  let kept = text;
  return { getItem: () => kept, setItem: (_, value) => void (kept = value) };
}

test("what was set is there again, silence included; what was excluded is not", () => {
  const storage = shelf();
  const { simile, leave } = open(storage);
  simile.configure({ commitSeconds: 0.1, radius: 0.5, otherTechniques: true, ownTechnique: "tremolo", excluded: [1] });
  simile.perform({ mode: "progressive" });
  simile.setVolume(Number.NEGATIVE_INFINITY);
  simile.setSensitivity(0.8);
  simile.setGuard(false);
  simile.setBalance({ mix: 0.75, monitor: true });
  simile.configure({ beat: { tempo: 93, running: true, originSeconds: 4 } });
  leave();
  const { state } = open(storage).simile;
  expect(state).toMatchObject({ sensitivity: 0.8, guard: false, volumeDb: Number.NEGATIVE_INFINITY, balance: { mix: 0.75, monitor: true } });
  expect(state.settings).toMatchObject({ commitSeconds: 0.1, radius: 0.5, otherTechniques: true, ownTechnique: null, excluded: [] });
  expect(state.settings.play.mode).toBe("progressive");
  expect(state.settings.beat).toEqual({ ...DEFAULT_SETTINGS.beat, tempo: 93 });
});

test.each(["", "no JSON", "null", "[]", '{"settings":{"commitSeconds":"soon","play":null,"radius":true,"beat":{"tempo":9},"excluded":[0],"unheard":1},"tempo":9000,"sensitivity":"loud","volumeDb":null,"guard":0}'])("spoilt (%s), it changes nothing", (text) => {
  const { state } = open(shelf(text)).simile;
  expect(state.settings).toEqual(open(null).simile.state.settings);
  expect(state.settings).toEqual(DEFAULT_SETTINGS);
  expect(state).toMatchObject({ sensitivity: 0.5, volumeDb: 0, guard: true });
});

test("without storage, or where it is denied, everything else goes on", () => {
  const denied = () => {
    throw new DOMException("denied", "SecurityError");
  };
  for (const storage of [null, { getItem: denied, setItem: denied }]) {
    const { simile, leave } = open(storage);
    simile.setVolume(-6);
    leave();
    expect(simile.state.volumeDb).toBe(-6);
  }
});
