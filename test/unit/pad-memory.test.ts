/** Pads and pad presets between visits and between tabs: what hands did in one is never lost to another, and nothing to the end of the page. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { changeBoard, type PadAction, type PadBoard, createBoard } from "../../src/app/pads/pad-board.ts";
import { createPadMemory } from "../../src/app/pads/pad-memory.ts";
import { createPadPresetShelf } from "../../src/app/pads/pad-presets.ts";
import { createBank } from "../../src/core/pads/pad-bank.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function storage(room = Infinity) {
  const kept = new Map<string, string>();
  let writes = 0;
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem(key: string, text: string) {
      if (text.length > room) throw new DOMException("", "QuotaExceededError");
      writes++;
      kept.set(key, text);
    },
    get writes() {
      return writes;
    },
  };
}

type Store = ReturnType<typeof storage>;

/** A tab that opens with what was kept. */
function tab(store: Store) {
  const memory = createPadMemory(store);
  let board: PadBoard = memory.load() ?? createBoard();
  const act = (...actions: readonly PadAction[]) => {
    for (const action of actions) memory.save((board = changeBoard(board, action)));
  };
  const hear = (...sounds: readonly string[]) => act({ kind: "retrieved", nearest: sounds.map((sound, distance) => ({ sound, distance })) });
  return { memory, act, hear, rest: () => vi.advanceTimersByTime(500) };
}

const soundsOf = (store: Store, bank: number) => createPadMemory(store).load()!.banks[bank]!.pads.slice(0, 3).map(({ sound }) => sound);
const assign = (...sounds: readonly string[]): PadAction[] => sounds.map((sound, pad) => ({ kind: "assign", pad, sound }));

describe("the banks of pads", () => {
  test("are kept shortly after they change, by hands and by retrievals", () => {
    const store = storage();
    const one = tab(store);
    one.hear("a", "b");
    one.act({ kind: "bank", bank: 3 }, ...assign("x", "y"));
    expect(store.writes).toBe(0);
    one.rest();
    expect(store.writes).toBe(1);
    expect([soundsOf(store, 0), soundsOf(store, 3)]).toEqual([["a", "b", null], ["x", "y", null]]);
    one.act({ kind: "select", pad: 2 });
    one.rest();
    expect(store.writes).toBe(1);
  });

  test("a kit of one tab outlives another tab that follows, in the bank that follows as well", () => {
    const store = storage();
    const [kit, follower] = [tab(store), tab(store)];
    follower.hear("a", "b");
    follower.rest();
    kit.act(...assign("x", "y"), { kind: "bank", bank: 4 }, ...assign("z"));
    kit.rest();
    for (const sound of ["c", "d", "e"]) {
      follower.hear(sound);
      follower.rest();
    }
    follower.memory.flush();
    expect([soundsOf(store, 0), soundsOf(store, 4)]).toEqual([["x", "y", null], ["z", null, null]]);
    // Hands have the last word in either.
    follower.act(...assign("f"));
    follower.rest();
    expect([soundsOf(store, 0), soundsOf(store, 4)]).toEqual([["f", null, null], ["z", null, null]]);
  });

  test("what a tab only read it does not write back", () => {
    const store = storage();
    const [first, second] = [tab(store), tab(store)];
    first.act({ kind: "bank", bank: 3 }, ...assign("x"));
    first.rest();
    second.act({ kind: "bank", bank: 5 }, ...assign("y"));
    second.rest();
    first.act({ kind: "set", pad: 0, settings: { gainDb: -6 } });
    first.rest();
    first.act({ kind: "set", pad: 0, settings: { gainDb: -9 } });
    first.rest();
    expect([soundsOf(store, 3), soundsOf(store, 5)]).toEqual([["x", null, null], ["y", null, null]]);
    expect(createPadMemory(store).load()!.banks[3]!.pads[0]!.settings.gainDb).toBe(-9);
  });

  test("a slider that goes on after a write counts as hands", () => {
    const store = storage();
    const [first, second] = [tab(store), tab(store)];
    const turn = (gainDb: number): PadAction => ({ kind: "set", pad: 0, settings: { gainDb } });
    first.act({ kind: "bank", bank: 3 }, turn(-1));
    first.rest();
    second.act({ kind: "bank", bank: 3 }, turn(-2));
    second.rest();
    first.act(turn(-3));
    first.rest();
    expect(createPadMemory(store).load()!.banks[3]!.pads[0]!.settings.gainDb).toBe(-3);
  });

  test("a page that goes keeps what it has not written yet", () => {
    const store = storage();
    const one = tab(store);
    one.act(...assign("x"));
    one.memory.flush();
    expect(soundsOf(store, 0)).toEqual(["x", null, null]);
    one.rest();
    expect(store.writes).toBe(1);
  });
});

describe("pad presets of the user's own", () => {
  const preset = (name: string) => ({ name, author: "", licence: "", banks: [createBank("kit", name)] });
  const shelfOf = (store: Store) => createPadPresetShelf(store, () => {});
  const names = (store: Store) => shelfOf(store).presets.map(({ name }) => name);

  test("of two tabs are all kept, one of a name, and what one removed is gone", () => {
    const store = storage();
    const [first, second] = [shelfOf(store), shelfOf(store)];
    first.save(preset("One"));
    second.save(preset("Two"));
    expect(names(store)).toEqual(["One", "Two"]);
    first.remove("One");
    second.save(preset("Two"));
    second.save(preset("Three"));
    expect(names(store)).toEqual(["Two", "Three"]);
    first.remove("nothing of that name");
    expect(first.presets.map(({ name }) => name)).toEqual(["Two", "Three"]);
  });

  test("what the browser has no room for is there as long as the page", () => {
    const store = storage(0);
    const shelf = shelfOf(store);
    expect(() => shelf.save(preset("One"))).toThrow(/expected room in the browser's storage/);
    expect(() => shelf.save(preset("Two"))).toThrow();
    expect(shelf.presets.map(({ name }) => name)).toEqual(["One", "Two"]);
  });
});
