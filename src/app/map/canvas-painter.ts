/** Draws a map's points with the plain 2D canvas: as the signs of their families while they are large enough, else as squares. */

import { FAMILIES, FAMILY_PATHS } from "../ui/family.ts";
import { pixelsPerUnit } from "./map-camera.ts";
import type { Colour, MapPainter, MapPoints, MapView } from "./map-painter.ts";

/** Most points drawn in a frame of some 16 ms. */
const MOST_POINTS = 20_000;
/** Pixels below which a sign is no longer read. */
const LEAST_SIGN = 6;
/** Field on which signs are outlined. */
const FIELD = 16;
const STROKE = 3;

export function createCanvasPainter(canvas: HTMLCanvasElement): MapPainter {
  const context = canvas.getContext("2d")!;
  let points: MapPoints = { places: new Float32Array(), classes: new Uint8Array(), signs: new Uint8Array() };
  /** Signs drawn once for all points of a class, by `sign * classes + class`. */
  let sprites: { readonly key: string; readonly all: readonly HTMLCanvasElement[] } = { key: "", all: [] };

  const draw = ({ camera, size, density, colours, pointSize }: MapView): void => {
    const [width, height] = [Math.round(size.width * density), Math.round(size.height * density)];
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    context.clearRect(0, 0, width, height);
    const { places, classes, signs } = points;
    const count = places.length >> 1;
    const step = Math.max(1, count / MOST_POINTS);
    const scale = pixelsPerUnit(camera, size) * density;
    const [left, top] = [width / 2 - camera.x * scale, height / 2 + camera.y * scale];
    const side = pointSize * density;
    const half = side / 2;
    const asSigns = pointSize >= LEAST_SIGN;
    if (asSigns) {
      const key = `${side} ${colours.flat().join()}`;
      if (sprites.key !== key) sprites = { key, all: FAMILIES.flatMap((family) => colours.map((colour) => sprite(FAMILY_PATHS[family], colour, side))) };
    }
    const styles = colours.map(cssOf);
    // Class by class: one change of colour each, and rarer classes come to lie on top.
    const order = asSigns ? [-1] : colours.map((_, index) => index);
    for (const only of order) {
      if (only >= 0) context.fillStyle = styles[only]!;
      for (let at = 0; at < count; at += step) {
        const id = Math.floor(at);
        if (only >= 0 && classes[id] !== only) continue;
        const x = left + places[2 * id]! * scale - half;
        const y = top - places[2 * id + 1]! * scale - half;
        if (x < -side || y < -side || x > width || y > height) continue;
        if (only < 0) context.drawImage(sprites.all[signs[id]! * colours.length + classes[id]!]!, Math.round(x), Math.round(y));
        else context.fillRect(x, y, side, side);
      }
    }
  };

  return {
    kind: "canvas",
    most: MOST_POINTS,
    async setPoints(next) {
      points = next;
    },
    draw,
    dispose() {
      context.clearRect(0, 0, canvas.width, canvas.height);
      sprites = { key: "", all: [] };
    },
  };
}

function sprite(path: string, colour: Colour, side: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.ceil(side);
  const context = canvas.getContext("2d")!;
  context.scale(side / FIELD, side / FIELD);
  context.lineWidth = STROKE;
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = cssOf(colour);
  context.stroke(new Path2D(path));
  return canvas;
}

export function cssOf([red, green, blue, alpha]: Colour): string {
  return `rgb(${Math.round(red * 255)} ${Math.round(green * 255)} ${Math.round(blue * 255)} / ${alpha})`;
}
