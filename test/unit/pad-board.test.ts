/** The pads' model: what each mode does with a retrieval, what hands do, and that every step of theirs comes back. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diagonalOrder, fillBank } from "../../src/app/pads/fill-bank.ts";
import { BANK_MODES, changeSettings, createBank, DEFAULT_SETTINGS, EMPTY_PAD, noteOfPad, padCount, type SettingsChange, velocityGain } from "../../src/core/pads/pad-bank.ts";
import { type PadAction, type PadBoard, changeBoard, chosenBank, createBoard, MAX_UNDO } from "../../src/app/pads/pad-board.ts";
import { PAD_BOUNDS } from "../../src/core/kits/kit.ts";

/** One seed, so that every run tries the same cases. */
fc.configureGlobal({ seed: 20261122 });

const candidates = (sounds: readonly string[]) => sounds.map((sound, rank) => ({ sound, distance: rank / 10 }));
const soundsOf = (board: PadBoard) => chosenBank(board).pads.slice(0, padCount(chosenBank(board))).map(({ sound }) => sound);
const after = (board: PadBoard, ...actions: readonly PadAction[]) => actions.reduce(changeBoard, board);
const letters = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `sound-${from + i}`);

const retrievals = fc.shuffledSubarray(letters(40), { minLength: 0, maxLength: 40 }).map(candidates);
const pad = fc.integer({ min: -1, max: 70 });
const place = fc.record({ bank: fc.integer({ min: 0, max: 7 }), pad: fc.integer({ min: 0, max: 63 }) });
const number = fc.oneof(fc.double({ min: -100, max: 100, noNaN: false }), fc.constantFrom(Number.NaN, Infinity, -Infinity));
const settings: fc.Arbitrary<SettingsChange> = fc.record(
  {
    gainDb: number,
    tuneSemitones: number,
    start: number,
    end: number,
    envelope: fc.record({ attack: number, hold: number, decay: number, sustain: number, release: number }, { requiredKeys: [] }),
    chokeGroup: fc.oneof(fc.constant(null), fc.double()),
    mode: fc.constantFrom("one-shot", "gate", "loop"),
    velocity: fc.record({ amount: number, exponent: number }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<SettingsChange>;
const byHand: fc.Arbitrary<PadAction> = fc.oneof(
  fc.record({ kind: fc.constant("mode" as const), mode: fc.constantFrom(...BANK_MODES) }),
  fc.record({ kind: fc.constant("size" as const), size: fc.constantFrom(4 as const, 8 as const) }),
  fc.record({ kind: fc.constant("assign" as const), pad, sound: fc.constantFrom(...letters(40)) }),
  fc.record({ kind: fc.constant("put" as const), sound: fc.constantFrom(...letters(40)) }),
  fc.record({ kind: fc.constant("set" as const), pad, settings }),
  fc.record({ kind: fc.constant("lock" as const), pad, locked: fc.boolean() }),
  fc.record({ kind: fc.constantFrom("swap" as const, "copy" as const), from: place, to: place }),
  fc.record({ kind: fc.constant("clear" as const), pad }),
  fc.record({ kind: fc.constant("clear-bank" as const) }),
  fc.record({ kind: fc.constant("walk" as const), pad, sound: fc.constantFrom(...letters(40)), distance: fc.double({ min: 0, max: 2, noNaN: true }) }),
  fc.record({ kind: fc.constant("title" as const), title: fc.string({ maxLength: 300 }) }),
);
const anything: fc.Arbitrary<PadAction> = fc.oneof(
  { weight: 6, arbitrary: byHand },
  { weight: 2, arbitrary: retrievals.map((nearest): PadAction => ({ kind: "retrieved", nearest })) },
  fc.record({ kind: fc.constant("bank" as const), bank: fc.integer({ min: -1, max: 9 }) }),
  fc.record({ kind: fc.constant("select" as const), pad }),
  fc.constantFrom<PadAction>({ kind: "undo" }, { kind: "redo" }),
);

describe("modes", () => {
  test("follow fills from the bottom left, nearest first", () => {
    const nearest = candidates(letters(20));
    expect(soundsOf(after(createBoard(), { kind: "retrieved", nearest }))).toEqual(letters(16));
    expect(fillBank(createBank("follow"), candidates(["b", "a"])).pads.slice(0, 3).map(({ sound }) => sound)).toEqual(["b", "a", null]);
  });

  test("follow holds exactly the nearest after any retrievals, and each sound that stays keeps its pad", () => {
    fc.assert(
      fc.property(fc.constantFrom(4 as const, 8 as const), fc.array(retrievals, { maxLength: 12 }), (size, turns) => {
        let board = after(createBoard(), { kind: "size", size });
        for (const nearest of turns) {
          const before = soundsOf(board);
          board = after(board, { kind: "retrieved", nearest });
          const wanted = nearest.slice(0, size * size).map(({ sound }) => sound);
          const shown = soundsOf(board);
          expect(shown.filter((sound) => sound !== null).toSorted()).toEqual(wanted.toSorted());
          before.forEach((sound, index) => {
            if (sound !== null && wanted.includes(sound)) expect(shown[index]).toBe(sound);
          });
          for (const { sound, distance } of chosenBank(board).pads) if (sound !== null) expect(distance).toBe(nearest.find((one) => one.sound === sound)!.distance);
        }
      }),
    );
  });

  test("spread lays the choice by distance from the bottom left corner to the top right one", () => {
    const diverse = candidates(letters(16)).toReversed();
    const board = after(createBoard(), { kind: "mode", mode: "spread" }, { kind: "retrieved", nearest: candidates(letters(16, 20)), diverse });
    const { pads } = chosenBank(board);
    expect([pads[0]!.sound, pads[15]!.sound]).toEqual(["sound-0", "sound-15"]);
    for (let from = 0; from < 16; from++) {
      for (let to = 0; to < 16; to++) {
        const [row, column, up, right] = [Math.floor(from / 4), from % 4, Math.floor(to / 4), to % 4];
        if (up >= row && right >= column && from !== to) expect(pads[to]!.distance).toBeGreaterThan(pads[from]!.distance!);
      }
    }
    expect(diagonalOrder(4).slice(0, 6)).toEqual([0, 1, 4, 2, 5, 8]);
    expect([...diagonalOrder(8)].sort((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, i) => i));
  });

  test("hold keeps locked pads whatever is retrieved, and repeats none of their sounds", () => {
    fc.assert(
      fc.property(fc.array(retrievals, { minLength: 1, maxLength: 8 }), fc.uniqueArray(fc.integer({ min: 0, max: 15 }), { maxLength: 16 }), (turns, locks) => {
        const filled = after(createBoard(), { kind: "mode", mode: "hold" }, { kind: "retrieved", nearest: candidates(letters(16)) });
        const locked = locks.reduce((board, index) => changeBoard(board, { kind: "lock", pad: index, locked: true }), filled);
        const next = turns.reduce((board, nearest) => changeBoard(board, { kind: "retrieved", nearest }), locked);
        for (const index of locks) expect(chosenBank(next).pads[index]).toBe(chosenBank(locked).pads[index]);
        const shown = soundsOf(next).filter((sound) => sound !== null);
        expect(new Set(shown).size).toBe(shown.length);
      }),
    );
  });

  test("kit is touched by hands alone", () => {
    const board = after(createBoard(), { kind: "mode", mode: "kit" }, { kind: "assign", pad: 3, sound: "a" });
    expect(after(board, { kind: "retrieved", nearest: candidates(letters(16)) })).toBe(board);
    expect(soundsOf(board)[3]).toBe("a");
  });

  test("what a hand puts on a pad stays: a bank that follows goes over to hold", () => {
    const board = after(createBoard(), { kind: "retrieved", nearest: candidates(letters(16)) }, { kind: "assign", pad: 2, sound: "mine" });
    expect(chosenBank(board).mode).toBe("hold");
    expect(soundsOf(after(board, { kind: "retrieved", nearest: candidates(letters(16, 16)) }))).toEqual(letters(16, 16).slice(0, 15).toSpliced(2, 0, "mine"));
  });
});

describe("hands", () => {
  const kit = after(createBoard(), { kind: "mode", mode: "kit" }, { kind: "assign", pad: 0, sound: "a" }, { kind: "assign", pad: 1, sound: "b" }, { kind: "set", pad: 0, settings: { gainDb: -6, chokeGroup: 2 } });

  test("swap sounds with their settings, across banks as well; twice is nothing", () => {
    const swap: PadAction = { kind: "swap", from: { bank: 0, pad: 0 }, to: { bank: 5, pad: 7 } };
    const swapped = after(kit, swap);
    expect(swapped.banks[5]!.pads[7]).toMatchObject({ sound: "a", settings: { gainDb: -6, chokeGroup: 2 } });
    expect(swapped.banks[0]!.pads[0]!.sound).toBe(null);
    expect(after(swapped, swap).banks).toEqual(kit.banks);
  });

  test("sounds are put on the first empty pad, then on the selected one", () => {
    const put = (board: PadBoard, count: number, from = 0) => letters(count, from).reduce((next, sound) => changeBoard(next, { kind: "put", sound }), board);
    const full = put(after(createBoard(), { kind: "mode", mode: "kit" }, { kind: "assign", pad: 1, sound: "here" }), 15);
    expect(soundsOf(full)).toEqual(["sound-0", "here", ...letters(14, 1)]);
    expect(soundsOf(put(after(full, { kind: "select", pad: 6 }), 1, 30))[6]).toBe("sound-30");
  });

  test("copy, clear and clear the bank", () => {
    const copied = after(kit, { kind: "copy", from: { bank: 0, pad: 0 }, to: { bank: 0, pad: 15 } });
    expect(chosenBank(copied).pads[15]).toEqual(chosenBank(kit).pads[0]);
    expect(chosenBank(after(copied, { kind: "clear", pad: 0 })).pads[0]).toEqual(EMPTY_PAD);
    expect(soundsOf(after(copied, { kind: "clear-bank" })).every((sound) => sound === null)).toBe(true);
  });

  test("a walk along the neighbours remembers its way", () => {
    const walked = after(kit, { kind: "walk", pad: 0, sound: "c", distance: 0.1 }, { kind: "walk", pad: 0, sound: "d", distance: 0.2 });
    expect(chosenBank(walked).pads[0]).toMatchObject({ sound: "d", trail: ["a", "c"], settings: { gainDb: -6 } });
    expect(after(kit, { kind: "walk", pad: 9, sound: "c", distance: 0.1 })).toBe(kit);
  });

  test("a slider's whole way is one step back", () => {
    const moved = [-1, -2, -3].reduce((board, gainDb) => changeBoard(board, { kind: "set", pad: 1, settings: { gainDb } }), kit);
    expect(after(moved, { kind: "undo" })).toMatchObject({ banks: kit.banks });
    const other = after(moved, { kind: "set", pad: 1, settings: { tuneSemitones: 2 } });
    expect(chosenBank(after(other, { kind: "undo" })).pads[1]!.settings.gainDb).toBe(-3);
  });

  test("undo shows the bank where the change was", () => {
    const board = after(kit, { kind: "bank", bank: 3 }, { kind: "assign", pad: 0, sound: "x" }, { kind: "bank", bank: 0 }, { kind: "undo" });
    expect(board.bank).toBe(3);
    expect(soundsOf(board)[0]).toBe(null);
  });

  test("after any actions every bank is whole, every setting within its bounds, and what is undone and done again is the same", () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 60 }), (actions) => {
        const board = actions.reduce(changeBoard, createBoard());
        expect(board.banks).toHaveLength(8);
        expect(board.selected).toBeLessThan(padCount(chosenBank(board)));
        for (const bank of board.banks) {
          expect(bank.pads).toHaveLength(64);
          expect(bank.pads.flatMap(({ settings: kept }) => (kept === DEFAULT_SETTINGS ? [] : outside(kept)))).toEqual([]);
        }
        let back = board;
        for (let step = 0; step < board.past.length; step++) back = changeBoard(back, { kind: "undo" });
        expect(back.past).toEqual([]);
        expect(changeBoard(back, { kind: "undo" })).toBe(back);
        let forth = back;
        for (let step = 0; step < board.past.length; step++) forth = changeBoard(forth, { kind: "redo" });
        expect(forth.banks === board.banks).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test("hands alone, undone to the first, leave no trace", () => {
    fc.assert(
      fc.property(fc.array(byHand, { maxLength: 40 }), (actions) => {
        let board = actions.reduce(changeBoard, createBoard());
        while (board.past.length > 0) board = changeBoard(board, { kind: "undo" });
        expect(board.banks).toEqual(createBoard().banks);
      }),
    );
  });

  test("history is bounded", () => {
    let board = createBoard();
    for (let i = 0; i < MAX_UNDO + 50; i++) board = changeBoard(board, { kind: "lock", pad: 0, locked: i % 2 === 0 });
    expect(board.past).toHaveLength(MAX_UNDO);
  });
});

/** What of a pad's settings is out of its bounds. */
function outside({ gainDb, tuneSemitones, start, end, envelope, chokeGroup, velocity }: typeof DEFAULT_SETTINGS): string[] {
  const values = { gainDb, tuneSemitones, ...envelope, velocityAmount: velocity.amount, velocityExponent: velocity.exponent };
  const wrong = Object.entries(values).filter(([key, value]) => !(value >= PAD_BOUNDS[key as keyof typeof PAD_BOUNDS].least && value <= PAD_BOUNDS[key as keyof typeof PAD_BOUNDS].most));
  const part = start >= 0 && start < end && end <= 1;
  const group = chokeGroup === null || (Number.isInteger(chokeGroup) && chokeGroup >= 1 && chokeGroup <= 16);
  return [...wrong.map(([key, value]) => `${key} ${value}`), ...(part ? [] : [`part ${start} to ${end}`]), ...(group ? [] : [`group ${chokeGroup}`])];
}

describe("settings", () => {
  test("of start and end the one that moves gives way", () => {
    const half = changeSettings(DEFAULT_SETTINGS, { start: 0.5 });
    expect(changeSettings(half, { end: 0.2 })).toMatchObject({ start: 0.5, end: 0.501 });
    expect(changeSettings(changeSettings(DEFAULT_SETTINGS, { end: 0.5 }), { start: 0.7 })).toMatchObject({ start: 0.499, end: 0.5 });
  });

  test("the velocity curve is the kit's formula", () => {
    expect(velocityGain({ amount: 1, exponent: 1 }, 0.5)).toBe(0.5);
    expect(velocityGain({ amount: 0, exponent: 1 }, 0.5)).toBe(1);
    expect(velocityGain({ amount: 0.5, exponent: 2 }, 0.5)).toBeCloseTo(0.5 + 0.5 * 0.25, 12);
  });

  test("pads are MIDI notes from 36 on", () => {
    expect([0, 15, 63].map(noteOfPad)).toEqual([36, 51, 99]);
  });
});
