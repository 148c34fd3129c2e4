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
  /** Width of a point, pixels of CSS. */
  readonly pointSize: number;
}

export interface MapPainter {
  readonly kind: "webgl" | "canvas";
  /** Most points that are drawn: of more, so many are, evenly chosen. */
  readonly most: number;
  /** Takes the points over; the next `draw` shows them. Rejects where the graphics fail. */
  setPoints(points: MapPoints): Promise<void>;
  draw(view: MapView): void;
  dispose(): void;
}
