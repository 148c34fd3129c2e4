/** The accounts of MIDI out: whatever happens, every note on has one note off, and never before it. */

import { describe, expect, test, vi } from "vitest";
import { createAnswerNotes } from "../../src/app/midi/answer-notes.ts";
import { createNoteBook } from "../../src/app/midi/note-book.ts";
import { velocityOf } from "../../src/core/answer/velocity.ts";
import { createRandom } from "../signals.ts";

interface Sent {
  readonly message: readonly number[];
  readonly time: number;
}

function record(): { readonly sent: Sent[]; readonly send: (message: readonly number[], time: number) => void } {
  const sent: Sent[] = [];
  return { sent, send: (message, time) => void sent.push({ message, time }) };
}

describe("note book", () => {
  test("after any sequence, ons and offs of each note take turns and end with an off", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = createRandom(seed);
      const { sent, send } = record();
      const book = createNoteBook(3, send);
      const ends: ((time: number) => void)[] = [];
      let now = 0;
      for (let step = 0; step < 60; step++) {
        now += random();
        const kind = random();
        if (kind < 0.5) ends.push(book.on(36 + Math.floor(random() * 4), 1 + Math.floor(random() * 127), now + random()));
        else if (kind < 0.95) ends[Math.floor(random() * ends.length)]?.(now);
        else book.silence(now);
      }
      book.silence(now);
      for (let note = 36; note < 40; note++) {
        const its = sent.filter(({ message }) => message[1] === note);
        expect(its.map(({ message }) => message[0])).toEqual(its.map((_, i) => (i % 2 === 0 ? 0x92 : 0x82)));
        expect(its.length % 2).toBe(0);
        for (let i = 1; i < its.length; i += 2) expect(its[i]!.time).toBeGreaterThanOrEqual(its[i - 1]!.time);
      }
    }
  });
});

describe("answer notes", () => {
  const note = { note: 36, velocity: 90, distance: 0.25, seconds: 2, voiced: true, hold: 0 };

  function rig() {
    vi.useFakeTimers();
    const { sent, send } = record();
    const book = createNoteBook(1, send);
    return { sent, notes: createAnswerNotes((answer, time) => book.on(answer.note, answer.velocity, time)) };
  }

  test.each([
    ["retrieval first", (notes: ReturnType<typeof createAnswerNotes>) => (notes.retrieved(0, note), notes.started(0, 123))],
    ["start first", (notes: ReturnType<typeof createAnswerNotes>) => (notes.started(0, 123), notes.retrieved(0, note))],
  ])("%s: the note begins when the voice is heard, and ends with it", (_, play) => {
    const { sent, notes } = rig();
    play(notes);
    expect(sent).toEqual([{ message: [0x90, 36, 90], time: 123 }]);
    vi.advanceTimersByTime(10_000);
    expect(sent).toHaveLength(1);
    notes.ended(0);
    expect(sent[1]!.message).toEqual([0x80, 36, 0]);
    vi.useRealTimers();
  });

  test("a voice that ended before its retrieval was told still sends one whole note", () => {
    const { sent, notes } = rig();
    notes.started(0, 5);
    notes.ended(0);
    notes.retrieved(0, note);
    expect(sent.map(({ message }) => message[0])).toEqual([0x90, 0x80]);
    vi.useRealTimers();
  });

  test("without a voice the note lasts as long as the sound", () => {
    const { sent, notes } = rig();
    notes.retrieved(0, { ...note, voiced: false });
    expect(sent).toHaveLength(1);
    vi.advanceTimersByTime(1_999);
    expect(sent).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(sent.map(({ message }) => message[0])).toEqual([0x90, 0x80]);
    vi.useRealTimers();
  });

  test("a voice that is held to a beat is waited for until then: its note falls on it", () => {
    const { sent, notes } = rig();
    notes.retrieved(0, { ...note, hold: 0.5 });
    vi.advanceTimersByTime(500);
    expect(sent).toEqual([]);
    notes.started(0, 512);
    expect(sent).toEqual([{ message: [0x90, 36, 90], time: 512 }]);
    notes.ended(0);
    notes.retrieved(1, { ...note, note: 37, hold: 0.5 });
    vi.advanceTimersByTime(800);
    expect(sent.map(({ message }) => message[1])).toEqual([36, 36, 37]);
    vi.useRealTimers();
  });

  test("a voice that never starts is not waited for", () => {
    const { sent, notes } = rig();
    notes.retrieved(0, note);
    notes.retrieved(1, { ...note, note: 37 });
    notes.unvoiced(1);
    expect(sent.map(({ message }) => message[1])).toEqual([37]);
    vi.advanceTimersByTime(300);
    expect(sent.map(({ message }) => message[1])).toEqual([37, 36]);
    notes.forget();
    expect(sent.filter(({ message }) => message[0] === 0x80)).toHaveLength(2);
    vi.advanceTimersByTime(10_000);
    expect(sent).toHaveLength(4);
    vi.useRealTimers();
  });
});

describe("velocity", () => {
  test("is linear in decibels between its ends, and held there", () => {
    expect([-200, -60, -33, -6, 0].map(velocityOf)).toEqual([1, 1, 64, 127, 127]);
    expect([Number.NaN, Number.NEGATIVE_INFINITY].map(velocityOf)).toEqual([1, 1]);
  });
});
