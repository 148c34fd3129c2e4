/** The map that the map bench times, in a page of Chromium: frames of each painter while the map is zoomed through, the finding of the nearest point, and layouts. */

import { UMAP } from "umap-js";
import { createCanvasPainter } from "../../src/app/map/canvas-painter.ts";
import { toScreen } from "../../src/app/map/map-camera.ts";
import type { Colour, MapPainter, MapPoints, MapView } from "../../src/app/map/map-painter.ts";
import { createWebglPainter } from "../../src/app/map/webgl-painter.ts";
import { PointGrid } from "../../src/core/map/point-grid.ts";
import { createRandom } from "../../src/model/random.ts";
import { layOut, MOST_FOUNDERS } from "../../src/worker/map/lay-out.ts";
import { createSounds, SIZE } from "./searching.ts";

export const FRAME_COUNTS = [10_000, 200_000] as const;
export const LAYOUT_COUNTS = [346, 10_000, 50_000] as const;
/** The rival looks for its own neighbours, which takes it minutes beyond. */
const RIVAL_LAYOUTS = [346, 2_000] as const;
const FRAMES = 90;
const PICKS = 400;
const VIEW = { width: 860, height: 420 };
const COLOURS: readonly Colour[] = [[0.93, 0.66, 0.12, 1], [0.38, 0.73, 0.93, 1], [0.18, 0.76, 0.6, 1], [0.88, 0.56, 0.73, 1], [0.73, 0.69, 0.63, 1]];

export interface Timed {
  readonly name: string;
  readonly rival: boolean;
  readonly milliseconds: readonly number[];
  /** Of the page's JavaScript heap. */
  readonly bytes: number;
}

function pointsOf(count: number): MapPoints {
  const random = createRandom(5);
  return {
    places: Float32Array.from({ length: 2 * count }, () => Math.max(-1, Math.min(1, 0.4 * random.normal()))),
    classes: Uint8Array.from({ length: count }, () => random.integer(COLOURS.length)),
    signs: new Uint8Array(count),
  };
}

/** What a page would write without a library: a filled square for each point in turn, all of them, colour by colour. */
function plainPainter(canvas: HTMLCanvasElement): Pick<MapPainter, "setPoints" | "draw" | "dispose"> {
  const context = canvas.getContext("2d")!;
  let points = pointsOf(0);
  return {
    async setPoints(next) {
      points = next;
    },
    draw({ camera, size, density, colours, pointSize }) {
      canvas.width = size.width * density;
      canvas.height = size.height * density;
      const side = pointSize * density;
      for (const [index, [red, green, blue]] of colours.entries()) {
        context.fillStyle = `rgb(${255 * red} ${255 * green} ${255 * blue})`;
        for (let id = 0; id < points.classes.length; id++) {
          if (points.classes[id] !== index) continue;
          const [x, y] = toScreen(camera, size, points.places[2 * id]!, points.places[2 * id + 1]!);
          context.fillRect(x * density - side / 2, y * density - side / 2, side, side);
        }
      }
    },
    dispose() {},
  };
}

const heap = (): number => (performance as unknown as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? 0;
const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));

/** Times from frame to frame while the camera moves; a pixel is read back in each, so that none is told before it is drawn. */
async function frames(count: number, make: (canvas: HTMLCanvasElement) => Pick<MapPainter, "setPoints" | "draw" | "dispose">): Promise<{ milliseconds: number[]; bytes: number }> {
  const canvas = document.createElement("canvas");
  canvas.style.cssText = `width:${VIEW.width}px;height:${VIEW.height}px`;
  document.body.append(canvas);
  const before = heap();
  const painter = make(canvas);
  await painter.setPoints(pointsOf(count));
  const view = (i: number): MapView => ({ camera: { x: 0.2 * Math.sin(i / 9), y: 0.2 * Math.cos(i / 7), zoom: 1 + 0.5 * Math.sin(i / 11) }, size: VIEW, density: 1, colours: COLOURS, top: -1, pointSize: count > 50_000 ? 1.5 : 3 });
  const milliseconds: number[] = [];
  let last = 0;
  for (let i = 0; i < FRAMES + 10; i++) {
    painter.draw(view(i));
    await frame();
    canvas.getContext("2d")!.getImageData(VIEW.width >> 1, VIEW.height >> 1, 1, 1);
    const now = performance.now();
    if (i >= 10) milliseconds.push(now - last);
    last = now;
  }
  const bytes = Math.max(0, heap() - before);
  painter.dispose();
  canvas.remove();
  return { milliseconds, bytes };
}

export async function mapping(): Promise<readonly Timed[]> {
  const timed: Timed[] = [];
  for (const count of FRAME_COUNTS) {
    const points = `${count.toLocaleString("en")} points`;
    timed.push({ name: `a frame of ${points}, WebGL (regl-scatterplot)`, rival: false, ...(await frames(count, createWebglPainter)) });
    timed.push({ name: `a frame of ${points}, without WebGL`, rival: false, ...(await frames(count, createCanvasPainter)) });
    timed.push({ name: `a frame of ${points}, plain canvas`, rival: true, ...(await frames(count, plainPainter)) });
  }
  timed.push(...picking(200_000));
  for (const count of LAYOUT_COUNTS) timed.push(await layout(count));
  for (const count of RIVAL_LAYOUTS) timed.push(rivalLayout(count));
  return timed;
}

function picking(count: number): Timed[] {
  const { places } = pointsOf(count);
  const before = heap();
  const grid = new PointGrid(places);
  const bytes = Math.max(0, heap() - before);
  const random = createRandom(8);
  const asked = Array.from({ length: PICKS }, () => [random.normal(), random.normal()] as const);
  const time = (find: (x: number, y: number) => number) =>
    asked.map(([x, y]) => {
      const start = performance.now();
      find(x, y);
      return performance.now() - start;
    });
  const plain = (x: number, y: number) => {
    let [best, least] = [-1, Infinity];
    for (let id = 0; id < count; id++) {
      const square = (places[2 * id]! - x) ** 2 + (places[2 * id + 1]! - y) ** 2;
      if (square < least) [best, least] = [id, square];
    }
    return best;
  };
  return [
    { name: `the nearest of ${count.toLocaleString("en")} points, by the grid`, rival: false, milliseconds: time((x, y) => grid.nearest(x, y)), bytes },
    { name: `the nearest of ${count.toLocaleString("en")} points, one by one`, rival: true, milliseconds: time(plain).slice(0, 100), bytes: 0 },
  ];
}

async function layout(count: number): Promise<Timed> {
  const rows = createSounds().rows(count);
  const milliseconds: number[] = [];
  const before = heap();
  let most = before;
  for (let run = 0; run < (count < 1000 ? 5 : 1); run++) {
    const start = performance.now();
    await layOut(
      {
        about: async () => ({ count, size: SIZE, distance: "euclidean" }),
        rows: async (ids) => {
          const chunk = new Float32Array(ids.length * SIZE);
          for (const [at, id] of ids.entries()) chunk.set(rows.subarray(id * SIZE, (id + 1) * SIZE), at * SIZE);
          return chunk;
        },
      },
      null,
      () => void (most = Math.max(most, heap())),
    );
    milliseconds.push(performance.now() - start);
  }
  return { name: `a layout of ${count.toLocaleString("en")} sounds${count > MOST_FOUNDERS ? ` (${MOST_FOUNDERS.toLocaleString("en")} by UMAP, the others beside them)` : ""}`, rival: false, milliseconds, bytes: most - before };
}

/** UMAP-js with its own approximate neighbours and its random beginning. */
function rivalLayout(count: number): Timed {
  const rows = createSounds().rows(count);
  const data = Array.from({ length: count }, (_, row) => Array.from(rows.subarray(row * SIZE, (row + 1) * SIZE)));
  const before = heap();
  const start = performance.now();
  new UMAP({ nNeighbors: 15, random: createRandom(1).uniform }).fit(data);
  return { name: `umap-js by itself, ${count.toLocaleString("en")} sounds`, rival: true, milliseconds: [performance.now() - start], bytes: Math.max(0, heap() - before) };
}
