/** What is played and when: one answer an onset, mended or held, cut short or waiting for its beat; grains that sing and do not come back too soon. */

import { describe, expect, test } from "vitest";
import { NO_BEAT, type Beat } from "../../src/core/answer/beat.ts";
import { GrainChooser } from "../../src/core/answer/grain-chooser.ts";
import { type HeardVector, Performer, type PerformerSettings } from "../../src/core/answer/performer.ts";
import { changePlay, DEFAULT_PLAY, PLAY_BOUNDS, type PlaySettings } from "../../src/core/answer/play-settings.ts";
import { CONTEXTS } from "../../src/core/features/feature.ts";
import { createRandom } from "../signals.ts";

function setUp(change: Partial<Omit<PerformerSettings, "play">> & { readonly play?: Partial<PlaySettings>; readonly beat?: Beat } = {}) {
  const settings: PerformerSettings = { commitSeconds: 0.05, answering: true, ...change, play: changePlay(DEFAULT_PLAY, change.play ?? {}) };
  let index = 0;
  return new Performer({ settings: () => settings, beat: () => change.beat ?? NO_BEAT, nextIndex: () => index++ });
}

const heard = (onset: number, contextSeconds: number, change: Partial<HeardVector> = {}): HeardVector => ({ onset, onsetTime: onset, time: onset + contextSeconds, contextSeconds, lufs: -20, hertz: null, grain: false, ...change });
const near = (...ids: readonly number[]) => ids.map((id, i) => ({ id, distance: 1 + i }));

/** Hears all contexts of an onset; `nearest` gives the ranking at each. */
function hearAll(performer: Performer, onset: number, nearest: (context: number) => readonly { id: number; distance: number }[], upTo = 1.5) {
  return CONTEXTS.filter((context) => context <= upTo).flatMap((context) => {
    const task = performer.hear(heard(onset, context));
    const decision = task && performer.decide(task, nearest(context));
    return decision ? [{ context, ...decision }] : [];
  });
}

describe("hit", () => {
  test("one voice an onset, at the commit time; longer contexts only mend the list", () => {
    const performer = setUp();
    const decisions = [0, 1].flatMap((onset) => hearAll(performer, onset, (context) => near(context > 0.3 ? 7 : 5)));
    expect(decisions.map(({ context, index, order }) => [index, context, order?.as, order?.sounds[0]])).toEqual(
      [0, 1].flatMap((index) => CONTEXTS.filter((context) => context >= 0.05).map((context) => [index, context, context === 0.05 ? "hit" : undefined, context === 0.05 ? 5 : undefined])),
    );
  });

  test("a sound cut short is answered by what was heard of it, once", () => {
    const performer = setUp({ commitSeconds: 0.5 });
    performer.begin(0);
    expect(hearAll(performer, 0, () => near(1), 0.1)).toEqual([]);
    const task = performer.begin(0.15)!;
    expect(task).toMatchObject({ purpose: "answer", vector: { onset: 0, contextSeconds: 0.1 } });
    expect(performer.decide(task, near(4))).toMatchObject({ index: 0, order: { sounds: [4] } });
    expect(performer.begin(0.2)).toBeNull();
  });

  test("an empty library, and one that shall only list, start no voice", () => {
    for (const [performer, matches] of [[setUp(), []], [setUp({ answering: false }), near(1)]] as const) {
      const [first] = hearAll(performer, 0, () => matches, 0.05);
      expect(first).toMatchObject({ index: 0, order: null });
    }
  });

  test("a library of one sound answers with it, in every mode", () => {
    for (const mode of ["hit", "progressive"] as const) expect(hearAll(setUp({ play: { mode } }), 0, () => near(0)).filter(({ order }) => order)).toHaveLength(1);
    const mosaic = setUp({ play: { mode: "mosaic" } });
    for (let i = 0; i < 30; i++) expect(mosaic.decide(mosaic.hear(heard(0, 0.05, { grain: true, time: i * 0.05 }))!, near(0))?.order).toMatchObject({ as: "grain", sounds: [0, 0] });
  });

  test("held to a beat it waits for the next step; where nothing beats it does not", () => {
    const beat = { running: true, tempo: 120, originSeconds: 0 };
    const at = (of: Beat) => hearAll(setUp({ play: { quantise: 1 }, beat: of }), 3, () => near(1), 0.05)[0]!.order!.at;
    expect(at(beat)).toBeCloseTo(3.5, 9);
    expect(at({ ...beat, running: false })).toBeCloseTo(3.05, 9);
    expect(at({ ...beat, tempo: 0 })).toBeCloseTo(3.05, 9);
  });
});

describe("progressive", () => {
  test("the first answer at once, replaced where a later context changes the choice, held where it does not, and left alone after the commit time", () => {
    const performer = setUp({ commitSeconds: 0.25, play: { mode: "progressive", continuity: 0 } });
    const nearest = (context: number) => near(context < 0.02 ? 1 : context < 0.2 ? 2 : context < 0.3 ? 3 : 4);
    const orders = hearAll(performer, 0, nearest).flatMap(({ context, index, order }) => (order ? [[index, context, order.as, order.sounds[0]]] : []));
    expect(orders).toEqual([[0, 0.006, "hit", 1], [0, 0.025, "mend", 2], [0, 0.25, "mend", 3]]);
  });

  test("continuity holds an answer until another is nearer by that share", () => {
    const run = (continuity: number, distance: number) => {
      const performer = setUp({ commitSeconds: 0.25, play: { mode: "progressive", continuity } });
      return hearAll(performer, 0, (context) => (context < 0.2 ? near(1) : [{ id: 2, distance }, { id: 1, distance: 1 }])).filter(({ order }) => order?.as === "mend").length;
    };
    expect([run(0, 0.99), run(0.3, 0.8), run(0.3, 0.6), run(1, 0.01)]).toEqual([1, 0, 1, 0]);
  });

  test("where nothing was like the first moment, the first context with a match is answered by a hit, on the beat where that is asked for", () => {
    const nearest = (context: number) => (context < 0.04 ? [] : near(context < 0.2 ? 2 : 3));
    const run = (play: Partial<PlaySettings>, beat: Beat) => hearAll(setUp({ commitSeconds: 0.25, play: { mode: "progressive", continuity: 0, ...play }, beat }), 0, nearest).flatMap(({ context, index, order }) => (order ? [[index, context, order.as, order.sounds[0], order.at]] : []));
    expect(run({}, NO_BEAT)).toEqual([[0, 0.05, "hit", 2, 0], [0, 0.25, "mend", 3, 0]]);
    expect(run({ quantise: 1 }, { running: true, tempo: 120, originSeconds: 0 })).toEqual([[0, 0.05, "hit", 2, 0.5], [0, 0.25, "mend", 3, 0]]);
    expect(hearAll(setUp({ commitSeconds: 0.25, play: { mode: "progressive" } }), 0, (context) => (context > 0.25 ? near(1) : [])).filter(({ order }) => order)).toEqual([]);
  });

  test("an onset that was never answered, or is past, is not mended", () => {
    const performer = setUp({ play: { mode: "progressive" } });
    const late = performer.hear(heard(0, 0.05))!;
    expect(performer.decide(late, near(1))).toBeNull();
    hearAll(performer, 1, () => near(1), 0.025);
    expect(performer.decide(late, near(1))).toBeNull();
  });
});

describe("mosaic", () => {
  const grains = (play: Partial<PlaySettings>, rankings: readonly (readonly { id: number; distance: number }[])[], step = 0.05) => {
    const chooser = new GrainChooser();
    return rankings.map((matches, i) => chooser.choose(matches, i * step, 10, changePlay(DEFAULT_PLAY, { mode: "mosaic", grain: step, ...play }))!);
  };

  test("without continuity and taboo each grain is the nearest sound", () => {
    const random = createRandom(1);
    const rankings = Array.from({ length: 200 }, () => [0, 1, 2, 3].map((id) => ({ id, distance: random() })).sort((a, b) => a.distance - b.distance));
    expect(grains({ continuity: 0, taboo: 0 }, rankings).map(({ sound }) => sound)).toEqual(rankings.map(([best]) => best!.id));
  });

  test("the more continuity, the fewer changes; a grain goes on where the last one was", () => {
    const random = createRandom(2);
    const rankings = Array.from({ length: 400 }, () => [0, 1, 2, 3].map((id) => ({ id, distance: 0.5 + random() })).sort((a, b) => a.distance - b.distance));
    const changes = [0, 0.2, 0.4, 0.6, 1].map((continuity) => grains({ continuity, taboo: 0 }, rankings).filter(({ continued }) => !continued).length);
    for (let i = 1; i < changes.length; i++) expect(changes[i]!).toBeLessThan(changes[i - 1]!);
    expect(changes.at(-1)).toBe(1);
    const held = grains({ continuity: 1, taboo: 0 }, rankings);
    held.forEach(({ into }, i) => expect(into).toBeCloseTo(held[0]!.into + 0.05 * i, 9));
  });

  test("a sound that was left does not come back within the taboo time", () => {
    const random = createRandom(3);
    const rankings = Array.from({ length: 500 }, () => Array.from({ length: 16 }, (_, id) => ({ id, distance: 0.5 + random() })).sort((a, b) => a.distance - b.distance));
    const chosen = grains({ continuity: 0.1, taboo: 0.4 }, rankings);
    const left = new Map<number, number>();
    for (let i = 1; i < chosen.length; i++) {
      if (chosen[i]!.sound === chosen[i - 1]!.sound) continue;
      left.set(chosen[i - 1]!.sound, i * 0.05);
      expect(i * 0.05 - (left.get(chosen[i]!.sound) ?? -1)).toBeGreaterThanOrEqual(0.4 - 1e-9);
    }
    expect(left.size).toBeGreaterThan(8);
  });

  test("where all are taboo, the one that was left the longest ago comes back", () => {
    const alternating = Array.from({ length: 6 }, (_, i) => (i % 2 === 0 ? [{ id: 0, distance: 0.1 }] : [{ id: 1, distance: 0.1 }]));
    expect(grains({ continuity: 0, taboo: 10 }, alternating).map(({ sound }) => sound)).toEqual([0, 1, 0, 1, 0, 1]);
  });

  test("one retrieval lasts as long as its sound; a grain is due at a fixed time after its piece", () => {
    const performer = setUp({ play: { mode: "mosaic", continuity: 0, taboo: 0 } });
    const decisions = [5, 5, 6, 6, 5].map((id, i) => performer.decide(performer.hear(heard(-1, 0.05, { grain: true, time: 1 + i * 0.05 }))!, near(id))!);
    expect(decisions.map(({ index, order }) => [index, order!.sounds[0]])).toEqual([[0, 5], [0, 5], [1, 6], [1, 6], [2, 5]]);
    const at = decisions.map(({ order }) => order!.at);
    for (let i = 1; i < at.length; i++) expect(at[i]! - at[i - 1]!).toBeCloseTo(0.05, 9);
  });

  test("onsets are not answered by hits, nor grains in the other modes", () => {
    expect(setUp({ play: { mode: "mosaic" } }).hear(heard(0, 0.05))).toBeNull();
    expect(setUp().hear(heard(0, 0.05, { grain: true }))).toBeNull();
  });
});

describe("hush", () => {
  test("what sounds is only listed from then on, its answer too that was not due yet; the next sound is answered", () => {
    const performer = setUp({ commitSeconds: 0.25, play: { mode: "progressive", continuity: 0 } });
    performer.begin(0);
    const orders = (onset: number, hushAt: number) =>
      CONTEXTS.filter((context) => context <= 0.25).map((context, i) => {
        if (i === hushAt) performer.hush();
        return performer.decide(performer.hear(heard(onset, context))!, near(i))!.order?.as ?? null;
      });
    const { length } = CONTEXTS.filter((context) => context <= 0.25);
    expect(orders(0, 2)).toEqual(["hit", "mend", ...Array.from({ length: length - 2 }, () => null)]);
    performer.begin(1);
    expect(orders(1, -1)).toEqual(["hit", ...Array.from({ length: length - 1 }, () => "mend")]);
    const hits = setUp({ commitSeconds: 0.25 });
    hits.begin(0);
    hits.hear(heard(0, 0.1));
    hits.hush();
    expect(hits.decide(hits.hear(heard(0, 0.25))!, near(1))).toEqual({ index: 0, order: null });
    hits.begin(1);
    expect(hits.decide(hits.hear(heard(1, 0.25))!, near(1))!.order).not.toBeNull();
  });

  test.each([
    ["another sound begins", (performer: Performer) => void performer.begin(1.5), 1.6],
    ["grains come again after a rest", () => {}, 2.5],
  ])("grains stay away until %s", (_, next, time) => {
    const performer = setUp({ play: { mode: "mosaic" } });
    const sounds = (at: number) => performer.decide(performer.hear(heard(-1, 0.05, { grain: true, time: at }))!, near(1))!.order !== null;
    expect([1, 1.1].map(sounds)).toEqual([true, true]);
    performer.hush();
    expect([1.2, 1.3, 1.4].map(sounds)).toEqual([false, false, false]);
    next(performer);
    expect([time, time + 0.1].map(sounds)).toEqual([true, true]);
  });
});

describe("play settings", () => {
  test("what is out of bounds is brought to the nearest bound, what is no setting stays as it was", () => {
    for (const [name, { least, most, start }] of Object.entries(PLAY_BOUNDS)) {
      expect(DEFAULT_PLAY).toHaveProperty(name, start);
      expect(changePlay(DEFAULT_PLAY, { [name]: -1e9 })).toHaveProperty(name, least);
      expect(changePlay(DEFAULT_PLAY, { [name]: Number.POSITIVE_INFINITY })).toHaveProperty(name, most);
      expect(changePlay(DEFAULT_PLAY, { [name]: Number.NaN })).toEqual(DEFAULT_PLAY);
    }
    expect(changePlay(DEFAULT_PLAY, { mode: "loud", choke: "me", colour: 3 } as never)).toEqual(DEFAULT_PLAY);
    expect(changePlay(DEFAULT_PLAY, { mode: "mosaic" }).mode).toBe("mosaic");
  });
});
