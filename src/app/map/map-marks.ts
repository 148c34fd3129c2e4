/** Draws what moves over a map's points: answers, the marker of the live input with its trail, the cursor, what sounds, what is chosen, a lasso or a path. */

import { type MapCamera, type MapSize, toScreen } from "./map-camera.ts";

export type Place = readonly [x: number, y: number];

export interface MapMarks {
  /** Where the input was last, newest last, in the plane. */
  readonly trail: readonly Place[];
  /** Ids of the nearest answers, nearest first. */
  readonly answers: readonly number[];
  readonly playing: Iterable<number>;
  readonly chosen: Iterable<number>;
  /** Id under the pointer or the keys; -1: none. */
  readonly cursor: number;
  /** Outline that is being drawn, in the plane, x and y in turn. */
  readonly lasso: readonly number[];
  /** Way of the pointer that plays, likewise. */
  readonly path: readonly number[];
  /** Names of classes and where their middles are. */
  readonly labels: readonly { readonly text: string; readonly at: Place }[];
}

export interface MapInk {
  readonly ink: string;
  readonly paper: string;
  readonly accent: string;
  readonly font: string;
}

/** Rings of chosen points that are drawn. */
const MOST_RINGS = 5000;

/** `places` as the layout's; `size` and the ring's width in CSS pixels. */
export function drawMarks(context: CanvasRenderingContext2D, places: Float32Array, marks: MapMarks, camera: MapCamera, size: MapSize, pointSize: number, { ink, paper, accent, font }: MapInk): void {
  const at = (id: number) => toScreen(camera, size, places[2 * id]!, places[2 * id + 1]!);
  const ring = (id: number, radius: number, width: number, style: string) => {
    if (2 * id + 1 >= places.length) return;
    const [x, y] = at(id);
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.lineWidth = width;
    context.strokeStyle = style;
    context.stroke();
  };
  const line = (points: readonly number[], close: boolean) => {
    context.beginPath();
    for (let i = 0; i < points.length; i += 2) context.lineTo(...toScreen(camera, size, points[i]!, points[i + 1]!));
    if (close) context.closePath();
  };
  context.lineJoin = context.lineCap = "round";
  const radius = pointSize / 2 + 3;

  context.font = font;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const { text, x, y } of placed(context, marks.labels, camera, size)) {
    context.lineWidth = 4;
    context.strokeStyle = paper;
    context.strokeText(text, x, y);
    context.fillStyle = ink;
    context.fillText(text, x, y);
  }

  let rings = 0;
  for (const id of marks.chosen) if (rings++ < MOST_RINGS) ring(id, radius, 1.5, ink);
  for (const id of marks.playing) {
    ring(id, radius + 2, 5, paper);
    ring(id, radius + 2, 2.5, accent);
  }
  if (marks.lasso.length > 0) {
    line(marks.lasso, true);
    context.lineWidth = 1.5;
    context.setLineDash([5, 4]);
    context.strokeStyle = ink;
    context.stroke();
    context.setLineDash([]);
  }
  if (marks.path.length > 2) {
    line(marks.path, false);
    context.lineWidth = 2;
    context.strokeStyle = accent;
    context.stroke();
  }

  const trail = marks.trail.map(([x, y]) => toScreen(camera, size, x, y));
  for (let i = 1; i < trail.length; i++) {
    context.globalAlpha = 0.7 * (i / trail.length) ** 2;
    context.beginPath();
    context.moveTo(...trail[i - 1]!);
    context.lineTo(...trail[i]!);
    context.lineWidth = 1.5;
    context.strokeStyle = ink;
    context.stroke();
    context.beginPath();
    context.arc(...trail[i - 1]!, 2, 0, 2 * Math.PI);
    context.fillStyle = ink;
    context.fill();
  }
  context.globalAlpha = 1;
  const marker = trail.at(-1);
  if (marker) {
    for (const id of marks.answers) {
      if (2 * id + 1 >= places.length) continue;
      context.beginPath();
      context.moveTo(...marker);
      context.lineTo(...at(id));
      context.lineWidth = 1;
      context.strokeStyle = ink;
      context.stroke();
    }
    const [x, y] = marker;
    context.beginPath();
    // A lozenge on its point: no class of points has it so large, nor filled.
    for (const [dx, dy] of [[0, -9], [9, 0], [0, 9], [-9, 0]] as const) context.lineTo(x + dx, y + dy);
    context.closePath();
    context.lineWidth = 3;
    context.strokeStyle = paper;
    context.stroke();
    context.fillStyle = accent;
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = ink;
    context.stroke();
  }
  if (marks.cursor >= 0) {
    ring(marks.cursor, radius + 4, 5, paper);
    ring(marks.cursor, radius + 4, 2.5, ink);
  }
}

/** Labels on the screen that cover no earlier one, and stay within it. */
function placed(context: CanvasRenderingContext2D, labels: MapMarks["labels"], camera: MapCamera, size: MapSize): readonly { text: string; x: number; y: number }[] {
  const HEIGHT = 18;
  const taken: { left: number; right: number; top: number; bottom: number }[] = [];
  return labels.flatMap(({ text, at }) => {
    const half = context.measureText(text).width / 2 + 4;
    const [left, top] = toScreen(camera, size, ...at);
    if (left < 0 || top < 0 || left > size.width || top > size.height) return [];
    const x = Math.max(half, Math.min(size.width - half, left));
    const y = Math.max(HEIGHT, Math.min(size.height - HEIGHT, top));
    const box = { left: x - half, right: x + half, top: y - HEIGHT / 2, bottom: y + HEIGHT / 2 };
    if (taken.some((other) => other.left < box.right && other.right > box.left && other.top < box.bottom && other.bottom > box.top)) return [];
    taken.push(box);
    return [{ text, x, y }];
  });
}

/** The middle of each class, by the median of each coordinate; none for a class of no sound that is there. */
export function middlesOf(places: Float32Array, of: Uint8Array, classes: number): readonly (Place | null)[] {
  const xs: number[][] = Array.from({ length: classes }, () => []);
  const ys: number[][] = Array.from({ length: classes }, () => []);
  for (let id = 0; 2 * id < places.length && id < of.length; id++) {
    xs[of[id]!]!.push(places[2 * id]!);
    ys[of[id]!]!.push(places[2 * id + 1]!);
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];
  return xs.map((list, index) => {
    const [x, y] = [median(list), median(ys[index]!)];
    return x === undefined || y === undefined ? null : [x, y];
  });
}
