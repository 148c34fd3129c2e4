/** What a take keeps of its answers: whatever order engine and player report in, however it ends, and whoever answers. */

import { parseMidi } from "midi-file";
import { expect, test } from "vitest";
import type { RecorderNode } from "../../src/app/audio/recorder-node.ts";
import { createTakeRecorder } from "../../src/app/take-recorder.ts";
import type { Sound } from "../../src/core/library/sound.ts";
import type { Retrieval } from "../../src/protocol/engine.ts";
import { CHUNK_FRAMES, STEM_CHANNELS, STEMS } from "../../src/protocol/recorder.ts";

const RATE = 1000;
const sounds = ["a", "b", "c"].map((name) => ({ name, file: `${name}.wav`, pitch: "" }) as Sound);

function rig(library: () => readonly Sound[] = () => sounds) {
  let write: Parameters<RecorderNode["record"]>[0] = () => {};
  const recorder = { record: (onChunk: typeof write) => ((write = onChunk), async () => {}) } as Partial<RecorderNode> as RecorderNode;
  const takes = createTakeRecorder({ recorder: () => recorder, sampleRate: () => RATE, sounds: library, idOf: (voice) => (voice < 100 ? voice : null), tempo: () => 60, onChange: () => {} });
  takes.start();
  return {
    takes,
    /** Ends a take of that length; its rows by name, the seconds of its notes, and their numbers. */
    async end(seconds: number) {
      for (let frame = 0; frame < seconds * RATE; frame += CHUNK_FRAMES) write(frame, Math.min(CHUNK_FRAMES, seconds * RATE - frame), new Float32Array(STEMS.length * STEM_CHANNELS * CHUNK_FRAMES));
      const files = (await takes.stop())!;
      const [header, ...lines] = (await files.csv.text()).trimEnd().split("\n").map((line) => line.split(","));
      const { tracks, header: { ticksPerBeat } } = parseMidi(new Uint8Array(await files.midi.arrayBuffer()));
      const notes: number[] = [];
      const pitches: number[] = [];
      for (const track of tracks) {
        let [ticks, since] = [0, 0];
        for (const event of track) {
          ticks += event.deltaTime;
          if (event.type === "noteOn") {
            since = ticks;
            pitches.push(event.noteNumber);
          }
          if (event.type === "noteOff") notes.push((ticks - since) / ticksPerBeat!);
        }
      }
      return { rows: lines.map((line) => Object.fromEntries(line.map((field, i) => [header![i]!, field]))), notes, pitches };
    },
  };
}

const retrieval = (index: number, sound: number, onsetTime = 0): Retrieval => ({ index, onsetTime, detectedTime: onsetTime, heardTime: onsetTime, contextSeconds: 0.05, loudnessDb: -20, milliseconds: 1, rejected: null, matches: [{ id: sound, distance: 0.5 }] });

test.each(["the retrieval", "the start", "start and end"])("%s may be told first", async (first) => {
  const { takes, end } = rig();
  const tell = {
    retrieval: () => takes.retrieved(retrieval(0, 0)),
    start: () => takes.started({ kind: "started", index: 0, sound: 1, time: 0.5, as: "hit" }),
    end: () => takes.ended({ kind: "ended", index: 0, sound: 1, time: 1 }),
  };
  const orders = { "the retrieval": ["retrieval", "start", "end"], "the start": ["start", "retrieval", "end"], "start and end": ["start", "end", "retrieval"] } as const;
  for (const what of orders[first as keyof typeof orders]) tell[what]();
  const { rows, notes } = await end(3);
  expect(rows).toMatchObject([{ index: "0", start_s: "0.500000", end_s: "1.000000", name: "b" }]);
  expect(notes).toEqual([0.5]);
});

test("an answer that sounds on ends with the take; one that another sound takes over has not ended", async () => {
  const { takes, end } = rig();
  takes.retrieved(retrieval(0, 0));
  takes.started({ kind: "started", index: 0, sound: 0, time: 1, as: "grain" });
  takes.ended({ kind: "ended", index: 0, sound: 0, time: 1.5 });
  takes.started({ kind: "started", index: 0, sound: 2, time: 2, as: "grain" });
  const { rows, notes } = await end(4);
  expect(rows).toMatchObject([{ start_s: "1.000000", end_s: "", name: "c" }]);
  expect(notes).toEqual([3]);
});

test("answers of an engine that was started again follow those before it, whose voices sound out", async () => {
  const { takes, end } = rig();
  for (const index of [0, 1]) {
    takes.retrieved(retrieval(index, index, index));
    takes.started({ kind: "started", index, sound: index, time: index, as: "hit" });
  }
  takes.ended({ kind: "ended", index: 0, sound: 0, time: 0.5 });
  takes.renumbered();
  takes.started({ kind: "started", index: 0, sound: 2, time: 2, as: "hit" });
  takes.ended({ kind: "ended", index: 1, sound: 1, time: 2.25 });
  takes.retrieved(retrieval(0, 2, 2));
  takes.ended({ kind: "ended", index: 0, sound: 2, time: 2.5 });
  const { rows } = await end(3);
  expect(rows.map(({ index, start_s, end_s, name }) => [index, start_s, end_s, name])).toEqual([
    ["0", "0.000000", "0.500000", "a"],
    ["1", "1.000000", "2.250000", "b"],
    ["2", "2.000000", "2.500000", "c"],
  ]);
});

test("a voice of before the take, of a sound of another library, leaves the sound that was retrieved", async () => {
  const { takes, end } = rig();
  takes.ended({ kind: "ended", index: 7, sound: 1, time: 0 });
  takes.retrieved(retrieval(8, 1));
  takes.started({ kind: "started", index: 8, sound: 100, time: 1, as: "hit" });
  expect((await end(2)).rows).toMatchObject([{ index: "8", name: "b", start_s: "1.000000" }]);
});

test("an answer keeps the sound that it was, whichever library is open at the end", async () => {
  const named = (name: string, pitch: string) => ({ name, file: `${name}.wav`, pitch }) as Sound;
  let library = [named("long take", "C4"), named("next", "D4")];
  const { takes, end } = rig(() => library);
  takes.retrieved(retrieval(0, 0));
  takes.started({ kind: "started", index: 0, sound: 1, time: 0.5, as: "hit" });
  takes.retrieved(retrieval(1, 0, 1));
  library = [named("flute", "E4"), named("oboe", "F4")];
  // Of the library before.
  takes.started({ kind: "started", index: 1, sound: 100, time: 1, as: "hit" });
  takes.retrieved(retrieval(2, 1, 2));
  takes.started({ kind: "started", index: 2, sound: 0, time: 2, as: "hit" });
  library = [];
  const { rows, pitches } = await end(3);
  expect(rows.map(({ sound, name, file }) => [sound, name, file])).toEqual([
    ["1", "next", "next.wav"],
    ["0", "long take", "long take.wav"],
    ["0", "flute", "flute.wav"],
  ]);
  expect(pitches).toEqual([62, 60, 64]);
});
