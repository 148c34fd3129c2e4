/** Draws a map's points without graphics hardware: as the signs of their families while they are few and large, else pixel by pixel. */

import { FAMILIES, FAMILY_PATHS } from "../ui/family.ts";
import { pixelsPerUnit } from "./map-camera.ts";
import type { Colour, MapPainter, MapPoints, MapView } from "./map-painter.ts";

/** Most points in sight that are drawn as signs: copying a sign takes a microsecond or two. */
const MOST_SIGNS = 4000;
/** Pixels below which a sign is no longer read. */
const LEAST_SIGN = 6;
/** Field on which signs are outlined. */
const FIELD = 16;
const STROKE = 3;

/** Discs are written into an image of the canvas' own size, which takes some nanoseconds a pixel: 200,000 points a frame where a call for each of them would take ten times as long. */
export function createCanvasPainter(canvas: HTMLCanvasElement): MapPainter {
  const context = canvas.getContext("2d")!;
  let points: MapPoints = { places: new Float32Array(), classes: new Uint8Array(), signs: new Uint8Array() };
  /** Signs drawn once for all points of a class, by `sign * classes + class`. */
  let sprites: { readonly key: string; readonly all: readonly HTMLCanvasElement[] } = { key: "", all: [] };
  let image: ImageData | null = null;
  /** Ids of the points in sight, those of the class on top last, and their pixels. */
  let ids = new Int32Array();
  let pixels = new Int32Array();

  /** Looks for the points in sight; gives how many. */
  const look = ({ camera, size, density, top }: MapView, side: number): number => {
    const { places, classes } = points;
    const count = places.length >> 1;
    if (ids.length < count) {
      ids = new Int32Array(count);
      pixels = new Int32Array(2 * count);
    }
    const scale = pixelsPerUnit(camera, size) * density;
    const [left, up] = [(size.width * density) / 2 - camera.x * scale - side / 2, (size.height * density) / 2 + camera.y * scale - side / 2];
    let seen = 0;
    for (const pass of top < 0 ? [0] : [1, 2]) {
      for (let id = 0; id < count; id++) {
        if (pass > 0 && (classes[id] === top) !== (pass === 2)) continue;
        const x = Math.round(left + places[2 * id]! * scale);
        const y = Math.round(up - places[2 * id + 1]! * scale);
        if (x <= -side || y <= -side || x >= canvas.width || y >= canvas.height) continue;
        ids[seen] = id;
        pixels[2 * seen] = x;
        pixels[2 * seen + 1] = y;
        seen++;
      }
    }
    return seen;
  };

  const drawSigns = (seen: number, side: number, colours: readonly Colour[]): void => {
    const { classes, signs } = points;
    const key = `${side} ${colours.flat().join()}`;
    if (sprites.key !== key) sprites = { key, all: FAMILIES.flatMap((family) => colours.map((colour) => sprite(FAMILY_PATHS[family], colour, side))) };
    context.clearRect(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < seen; i++) context.drawImage(sprites.all[signs[ids[i]!]! * colours.length + classes[ids[i]!]!]!, pixels[2 * i]!, pixels[2 * i + 1]!);
  };

  const drawDiscs = (seen: number, side: number, colours: readonly Colour[]): void => {
    const { width, height } = canvas;
    if (image?.width !== width || image.height !== height) image = context.createImageData(width, height);
    const all = new Uint32Array(image.data.buffer);
    all.fill(0);
    const inks = Uint32Array.from(colours, inkOf);
    const spans = discSpans(side);
    for (let i = 0; i < seen; i++) {
      const ink = inks[points.classes[ids[i]!]!]!;
      const x = pixels[2 * i]!;
      const y = pixels[2 * i + 1]!;
      for (let row = 0; row < side; row++) {
        const line = y + row;
        if (line < 0 || line >= height) continue;
        const inset = spans[row]!;
        const to = Math.min(width, x + side - inset);
        for (let column = Math.max(0, x + inset); column < to; column++) all[line * width + column] = ink;
      }
    }
    context.putImageData(image, 0, 0);
  };

  return {
    kind: "canvas",
    async setPoints(next) {
      points = next;
    },
    draw(view) {
      const { size, density, colours, pointSize } = view;
      const [width, height] = [Math.round(size.width * density), Math.round(size.height * density)];
      if (canvas.width !== width || canvas.height !== height) {
        canvas.width = width;
        canvas.height = height;
      }
      const side = Math.max(1, Math.round(pointSize * density));
      const seen = look(view, side);
      if (pointSize >= LEAST_SIGN && seen <= MOST_SIGNS) drawSigns(seen, side, colours);
      else drawDiscs(seen, side, colours);
    },
    dispose() {
      context.clearRect(0, 0, canvas.width, canvas.height);
      sprites = { key: "", all: [] };
      image = null;
    },
  };
}

function sprite(path: string, colour: Colour, side: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d")!;
  context.scale(side / FIELD, side / FIELD);
  context.lineWidth = STROKE;
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = cssOf(colour);
  context.stroke(new Path2D(path));
  return canvas;
}

/** Pixels left out at either end of each row of a disc of that width. */
function discSpans(side: number): Int32Array {
  const radius = side / 2;
  return Int32Array.from({ length: side }, (_, row) => Math.max(0, Math.round(radius - Math.sqrt(Math.max(0, radius * radius - (row + 0.5 - radius) ** 2)))));
}

const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** As an image holds it. */
function inkOf(colour: Colour): number {
  const [red, green, blue, alpha] = colour.map((share) => Math.round(255 * share)) as [number, number, number, number];
  return LITTLE_ENDIAN ? ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0 : ((red << 24) | (green << 16) | (blue << 8) | alpha) >>> 0;
}

export function cssOf([red, green, blue, alpha]: Colour): string {
  return `rgb(${Math.round(red * 255)} ${Math.round(green * 255)} ${Math.round(blue * 255)} / ${alpha})`;
}
