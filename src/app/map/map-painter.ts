/** What draws the points of a map, whichever way the browser draws best. */

import type { MapCamera, MapSize } from "./map-camera.ts";

/** Linear shares of red, green, blue and cover, 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number, alpha: number];

export interface MapPoints {
  /** `[count * 2]`, x and y in turn. */
  readonly places: Float32Array;
  /** Class of each point. */
  readonly classes: Uint8Array;
  /** Sign of each point (see FAMILY_PATHS), by its place in FAMILIES. */
  readonly signs: Uint8Array;
}

export interface MapView {
  readonly camera: MapCamera;
  readonly size: MapSize;
  /** Pixels of the device in one of CSS. */
  readonly density: number;
  /** Of each class. */
  readonly colours: readonly Colour[];
  /** Class whose points lie above the others; -1: none. */
  readonly top: number;
  /** Width of a point, pixels of CSS. */
  readonly pointSize: number;
}

/** Who draws: `auto` draws few points as signs, many by WebGL where graphics hardware runs it, and by the canvas elsewhere. */
export type Drawing = "auto" | "webgl" | "canvas";

export interface MapPainter {
  readonly kind: "webgl" | "canvas";
  /** Takes the points over; the next `draw` shows them. Rejects where the graphics fail. */
  setPoints(points: MapPoints): Promise<void>;
  draw(view: MapView): void;
  dispose(): void;
}
