/** The map's arithmetic: what is picked is what a plain loop picks, places are formulas, and a layout neither changes by itself nor moves what is there. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { insidePolygon } from "../../src/core/map/polygon.ts";
import { PointGrid } from "../../src/core/map/point-grid.ts";
import { weightedPlace } from "../../src/core/map/weighted-place.ts";
import { createRandom } from "../../src/model/random.ts";
import { MAP_ASPECT, type MapProgress } from "../../src/protocol/map.ts";
import { layOut, MOST_FOUNDERS } from "../../src/worker/map/lay-out.ts";
import { principalPlane } from "../../src/worker/map/principal-plane.ts";
import { following, MOST_ZOOM, moved, toPlane, toScreen, WHOLE_MAP, zoomed } from "../../src/app/map/map-camera.ts";
import { classesOf, hasFolders } from "../../src/app/map/map-classes.ts";

const SIZE = 16;

function plainNearest(places: Float32Array, x: number, y: number, most = Infinity): number {
  let best = -1;
  let least = most * most;
  for (let id = 0; id < places.length / 2; id++) {
    const square = (places[2 * id]! - x) ** 2 + (places[2 * id + 1]! - y) ** 2;
    if (square < least || (square === least && best < 0)) [best, least] = [id, square];
  }
  return best;
}

/** Rows about a few centres, and what lends them. */
function library(count: number, seed = 3) {
  const random = createRandom(seed);
  const centres = Float32Array.from({ length: 6 * SIZE }, () => 2 * random.normal());
  const rows = Float32Array.from({ length: count * SIZE }, (_, i) => centres[(Math.floor(i / SIZE) % 6) * SIZE + (i % SIZE)]! + 0.4 * random.normal());
  const lend = (of: Float32Array = rows) => ({
    about: async () => ({ count: of.length / SIZE, size: SIZE, distance: "euclidean" as const }),
    rows: async (ids: Int32Array) => Float32Array.from({ length: ids.length * SIZE }, (_, i) => of[ids[Math.floor(i / SIZE)]! * SIZE + (i % SIZE)]!),
  });
  return { rows, lend };
}

const told: MapProgress[] = [];
const report = (progress: MapProgress) => void told.push(progress);

describe("a grid of points", () => {
  test("picks what a plain loop picks, wherever it is asked and however the points lie", () => {
    const value = fc.float({ min: -2, max: 2, noNaN: true });
    // Clouds, lines, heaps of equal points, and single ones.
    const cloud = fc.array(fc.tuple(value, value), { maxLength: 120 });
    const line = fc.array(value, { maxLength: 60 }).map((xs) => xs.map((x) => [x, 0.5] as const));
    const heap = fc.integer({ min: 1, max: 20 }).map((count) => Array.from({ length: count }, (_, i) => [i % 2, 1] as const));
    fc.assert(
      fc.property(fc.oneof(cloud, line, heap), value, value, fc.oneof(fc.constant(Infinity), fc.float({ min: 0.015625, max: 1, noNaN: true })), (points, x, y, most) => {
        const places = Float32Array.from(points.flatMap(([px, py]) => [px, py]));
        const id = new PointGrid(places).nearest(x, y, most);
        const plain = plainNearest(places, x, y, most);
        expect(id).toBe(plain);
      }),
      { seed: 11, numRuns: 2000 },
    );
  });

  test("finds the nearest of 200,000 as a plain loop does, and leaves out what is not allowed", () => {
    const random = createRandom(5);
    const places = Float32Array.from({ length: 400_000 }, () => random.normal());
    const grid = new PointGrid(places);
    for (let i = 0; i < 50; i++) {
      const [x, y] = [2 * random.normal(), 2 * random.normal()];
      const nearest = plainNearest(places, x, y);
      expect(grid.nearest(x, y)).toBe(nearest);
      expect(grid.nearest(x, y, Infinity, (id) => id !== nearest)).not.toBe(nearest);
    }
  });

  test("goes to the next point in a direction, straight ahead before aside, and back again", () => {
    // A 5 x 5 lattice: every step is to the neighbour.
    const grid = new PointGrid(Float32Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? (i >> 1) % 5 : Math.floor((i >> 1) / 5))));
    expect(grid.towards(12, 1, 0)).toBe(13);
    expect(grid.towards(12, -1, 0)).toBe(11);
    expect(grid.towards(12, 0, 1)).toBe(17);
    expect(grid.towards(12, 0, -1)).toBe(7);
    expect(grid.towards(4, 1, 0)).toBe(-1);
    expect(grid.towards(12, 1, 0, (id) => id !== 13)).toBe(14);
  });

  test("a lasso holds what lies inside its outline", () => {
    const square = [0, 0, 1, 0, 1, 1, 0, 1];
    expect(insidePolygon(0.5, 0.5, square)).toBe(true);
    expect(insidePolygon(1.5, 0.5, square)).toBe(false);
    // A hollow in the outline is outside; an outline of two corners holds nothing.
    const hook = [0, 0, 3, 0, 3, 3, 2, 3, 2, 1, 1, 1, 1, 3, 0, 3];
    expect([insidePolygon(1.5, 2, hook), insidePolygon(0.5, 2, hook), insidePolygon(2.5, 2, hook)]).toEqual([false, true, true]);
    expect(insidePolygon(0, 0, [0, 0, 1, 1])).toBe(false);
    // A circle of many corners holds the points within its radius.
    const circle = Array.from({ length: 720 }, (_, i) => (i % 2 === 0 ? Math.cos((Math.PI * i) / 360) : Math.sin((Math.PI * (i - 1)) / 360)));
    const random = createRandom(9);
    const places = Float32Array.from({ length: 2000 }, () => random.normal());
    const inside = Array.from({ length: 1000 }, (_, id) => id).filter((id) => Math.hypot(places[2 * id]!, places[2 * id + 1]!) < 0.9998);
    const outside = Array.from({ length: 1000 }, (_, id) => id).filter((id) => Math.hypot(places[2 * id]!, places[2 * id + 1]!) > 1);
    const held = new Set(new PointGrid(places).within(circle));
    expect(inside.every((id) => held.has(id))).toBe(true);
    expect(outside.some((id) => held.has(id))).toBe(false);
  });
});

describe("the place of a sound among its nearest", () => {
  const places = [0, 0, 4, 0, 0, 8, 100, 100];

  test("is the mean of theirs by exp(-(d - d1) / s)", () => {
    const [x, y] = weightedPlace([{ id: 0, distance: 1 }, { id: 1, distance: 2 }, { id: 2, distance: 4 }], places)!;
    // s = (1 + 3) / 2 = 2: weights 1, e^-0.5, e^-1.5.
    const [a, b] = [Math.exp(-0.5), Math.exp(-1.5)];
    expect(x).toBeCloseTo((4 * a) / (1 + a + b), 12);
    expect(y).toBeCloseTo((8 * b) / (1 + a + b), 12);
  });

  test("is that of a single one, the plain mean where all are equally far, and none without any", () => {
    expect(weightedPlace([{ id: 1, distance: 3 }], places)).toEqual([4, 0]);
    expect(weightedPlace([{ id: 0, distance: 3 }, { id: 1, distance: 3 }], places)).toEqual([2, 0]);
    expect(weightedPlace([], places)).toBeNull();
  });

  test("lets eight have a say, and no ninth", () => {
    const matches = Array.from({ length: 8 }, (_, i) => ({ id: i % 3, distance: 1 + i / 10 }));
    expect(weightedPlace([...matches, { id: 3, distance: 1.9 }], places)).toEqual(weightedPlace(matches, places));
  });
});

describe("a layout", () => {
  test("is the same each time, lies within the map, and keeps likes together", async () => {
    const { lend } = library(240);
    const { places, founders } = await layOut(lend(), null, report);
    expect((await layOut(lend(), null, report)).places).toEqual(places);
    expect(founders).toBe(240);
    expect(told.some(({ stage, done, all }) => stage === "layout" && done <= all)).toBe(true);
    for (let i = 0; i < places.length; i++) expect(Math.abs(places[i]!)).toBeLessThanOrEqual(i % 2 === 0 ? MAP_ASPECT : 1);
    // The nearest point on the map is of the same centre.
    const grid = new PointGrid(places);
    const together = Array.from({ length: 240 }, (_, id) => grid.nearest(places[2 * id]!, places[2 * id + 1]!, Infinity, (other) => other !== id) % 6 === id % 6);
    expect(together.filter(Boolean).length).toBeGreaterThan(225);
  });

  test("moves nothing for sounds that come later, and puts them among their likes", async () => {
    const { rows, lend } = library(300);
    const before = await layOut(lend(rows.slice(0, 240 * SIZE)), null, report);
    const known = new Float32Array(600).fill(Number.NaN);
    known.set(before.places);
    const { places } = await layOut(lend(), known, report);
    expect(places.slice(0, 480)).toEqual(before.places);
    const grid = new PointGrid(before.places);
    const among = Array.from({ length: 60 }, (_, i) => 240 + i).filter((id) => grid.nearest(places[2 * id]!, places[2 * id + 1]!) % 6 === id % 6);
    expect(among.length).toBeGreaterThan(55);
  });

  test("of no sound, one, two, five, or many equal ones is there", async () => {
    for (const count of [0, 1, 2, 3, 5, 6]) {
      const { places } = await layOut(library(count).lend(), null, report);
      expect(places).toHaveLength(2 * count);
      expect(places.every(Number.isFinite)).toBe(true);
    }
    const equal = new Float32Array(40 * SIZE).fill(0.25);
    expect((await layOut(library(40).lend(equal), null, report)).places.every(Number.isFinite)).toBe(true);
  });

  test("of more known places than UMAP takes is founded on a seeded sample of them, and holds all", async () => {
    const there = MOST_FOUNDERS + 1000;
    const count = there + 500;
    const { lend } = library(count);
    const random = createRandom(2);
    const known = Float32Array.from({ length: 2 * count }, (_, i) => (i < 2 * there ? random.uniform() : Number.NaN));
    const laidOut = async () => {
      const asked: number[] = [];
      const lender = lend();
      const rows = (ids: Int32Array) => {
        asked.push(...ids);
        return lender.rows(ids);
      };
      return { ...(await layOut({ ...lender, rows }, known, report)), asked };
    };
    const { places, founders, asked } = await laidOut();
    expect(founders).toBe(MOST_FOUNDERS);
    expect(places.slice(0, 2 * there)).toEqual(known.slice(0, 2 * there));
    expect(places.every((place) => place >= 0 && place <= 1)).toBe(true);
    // The rows of the founders are asked for first: each once, in order, and from all of what is there as evenly as chance has it (a standard deviation is 9).
    const drawn = asked.slice(0, MOST_FOUNDERS);
    expect(drawn).toEqual([...new Set(drawn)].sort((a, b) => a - b));
    const late = drawn.filter((id) => id >= MOST_FOUNDERS).length;
    expect(Math.abs(late - (1000 * MOST_FOUNDERS) / there)).toBeLessThan(40);
    expect(drawn.at(-1)).toBeLessThan(there);
    expect(asked.slice(MOST_FOUNDERS)).toEqual(Array.from({ length: 500 }, (_, i) => there + i));
    const again = await laidOut();
    expect([again.places, again.asked]).toEqual([places, asked]);
  });

  test("begins in the plane of the largest variances", () => {
    // Variances 9, 4 and 1 along three of the axes.
    const random = createRandom(4);
    const deviations = [0, 3, 0, 0, 2, 0, 1];
    const rows = Float32Array.from({ length: 400 * 7 }, (_, i) => deviations[i % 7]! * random.normal());
    const plane = principalPlane(rows, 400, 7);
    const variance = (axis: number) => Array.from({ length: 400 }, (_, i) => plane[2 * i + axis]! ** 2).reduce((a, b) => a + b) / 400;
    expect(variance(0)).toBeGreaterThan(7);
    expect(variance(1)).toBeGreaterThan(3);
    expect(variance(1)).toBeLessThan(5.5);
  });
});

describe("the camera", () => {
  const size = { width: 600, height: 300 };

  test("shows the whole, zooms about a pixel, and finds its way back", () => {
    for (const [x, y] of [[MAP_ASPECT, 1], [-MAP_ASPECT, -1]] as const) {
      const [left, top] = toScreen(WHOLE_MAP, size, x, y);
      expect(left).toBeGreaterThanOrEqual(0);
      expect(left).toBeLessThanOrEqual(size.width);
      expect(top).toBeGreaterThanOrEqual(0);
      expect(top).toBeLessThanOrEqual(size.height);
    }
    const under = toPlane(WHOLE_MAP, size, 123, 45);
    const near = zoomed(WHOLE_MAP, size, 3, 123, 45);
    expect(toPlane(near, size, 123, 45)[0]).toBeCloseTo(under[0], 9);
    expect(toPlane(near, size, 123, 45)[1]).toBeCloseTo(under[1], 9);
    expect(toScreen(near, size, ...under)[0]).toBeCloseTo(123, 9);
    expect(zoomed(WHOLE_MAP, size, 1e9).zoom).toBe(MOST_ZOOM);
  });

  test("moves as a hand does, and follows what leaves the picture", () => {
    const at = toScreen(WHOLE_MAP, size, 0.3, 0.2);
    const after = toScreen(moved(WHOLE_MAP, size, 10, -20), size, 0.3, 0.2);
    expect(after[0] - at[0]).toBeCloseTo(10, 9);
    expect(after[1] - at[1]).toBeCloseTo(-20, 9);
    const near = zoomed(WHOLE_MAP, size, 8);
    expect(following(near, size, 0, 0)).toBe(near);
    const [x, y] = toScreen(following(near, size, 1.2, 0.9), size, 1.2, 0.9);
    expect(x).toBeCloseTo(size.width - 24, 6);
    expect(y).toBeCloseTo(24, 6);
  });
});

describe("classes", () => {
  const sound = (file: string, technique: string, family = "bowed") => ({ file, name: file, family, instrument: "", technique, mute: "", pitch: "", dynamics: "", durationSeconds: 1 });

  test("tell the commonest apart and gather the rest", () => {
    const sounds = Array.from({ length: 60 }, (_, i) => sound(`${i}.wav`, `t${Math.min(i % 12, 9)}`));
    const { classes, of } = classesOf(sounds, "technique", null);
    expect(classes[0]).toEqual({ name: "T9", count: 15 });
    expect(classes.at(-1)).toEqual({ name: "3 others", count: 15 });
    expect(classes.reduce((sum, { count }) => sum + count, 0)).toBe(60);
    expect(new Set(of).size).toBe(8);
  });

  test("are folders below those that all share, and ranks of distance", () => {
    const sounds = ["pack/a/1.wav", "pack/a/deep/2.wav", "pack/b/3.wav", "pack/4.wav"].map((file) => sound(file, ""));
    expect(hasFolders(sounds)).toBe(true);
    expect(hasFolders(sounds.slice(0, 1))).toBe(false);
    expect(classesOf(sounds, "folder", null).classes).toEqual([{ name: "a", count: 2 }, { name: "Top folder", count: 1 }, { name: "b", count: 1 }]);
    expect(classesOf(sounds, "distance", null).classes).toEqual([{ name: "No query yet", count: 4 }]);
    const { classes, of } = classesOf(sounds, "distance", Float32Array.from([4, 1, 3, 2]));
    expect(of[1]).toBe(0);
    expect(of[0]).toBe(classes.length - 1);
    expect(of[3]).toBeLessThan(of[0]!);
  });
});
