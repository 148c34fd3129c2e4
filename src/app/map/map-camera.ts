/** Where the map's plane lies on the screen: a middle, a scale alike in both axes, and the ways between places and pixels. */

import { MAP_ASPECT } from "../../protocol/map.ts";

/** Pixels are CSS pixels from the picture's top left corner; the plane's y goes up. */
export interface MapCamera {
  /** Place in the picture's middle. */
  readonly x: number;
  readonly y: number;
  /** 1 shows the whole map, within a margin. */
  readonly zoom: number;
}

export interface MapSize {
  readonly width: number;
  readonly height: number;
}

export const WHOLE_MAP: MapCamera = { x: 0, y: 0, zoom: 1 };
export const LEAST_ZOOM = 0.5;
export const MOST_ZOOM = 400;
/** Pixels that stay free around the whole map. */
const MARGIN = 14;

/** Pixels of one unit of the plane. */
export function pixelsPerUnit({ zoom }: MapCamera, { width, height }: MapSize): number {
  return (zoom * Math.max(1, Math.min((width - 2 * MARGIN) / MAP_ASPECT, height - 2 * MARGIN))) / 2;
}

export function toScreen(camera: MapCamera, size: MapSize, x: number, y: number): readonly [x: number, y: number] {
  const scale = pixelsPerUnit(camera, size);
  return [size.width / 2 + (x - camera.x) * scale, size.height / 2 - (y - camera.y) * scale];
}

export function toPlane(camera: MapCamera, size: MapSize, x: number, y: number): readonly [x: number, y: number] {
  const scale = pixelsPerUnit(camera, size);
  return [camera.x + (x - size.width / 2) / scale, camera.y - (y - size.height / 2) / scale];
}

/** Zoomed by a factor, the place under the pixel (x, y) staying there. */
export function zoomed(camera: MapCamera, size: MapSize, factor: number, x: number = size.width / 2, y: number = size.height / 2): MapCamera {
  const zoom = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, camera.zoom * factor));
  const [planeX, planeY] = toPlane(camera, size, x, y);
  const scale = pixelsPerUnit({ ...camera, zoom }, size);
  return { x: planeX - (x - size.width / 2) / scale, y: planeY + (y - size.height / 2) / scale, zoom };
}

/** Moved by so many pixels, as a hand moves paper; the middle stays on the map. */
export function moved(camera: MapCamera, size: MapSize, dx: number, dy: number): MapCamera {
  const scale = pixelsPerUnit(camera, size);
  const within = (value: number, half: number) => Math.min(half, Math.max(-half, value));
  return { ...camera, x: within(camera.x - dx / scale, MAP_ASPECT), y: within(camera.y + dy / scale, 1) };
}

/** Moved just so far that a place is `margin` pixels inside the picture; the same camera where it is. */
export function following(camera: MapCamera, size: MapSize, x: number, y: number, margin = 24): MapCamera {
  const [left, top] = toScreen(camera, size, x, y);
  const short = (value: number, length: number) => Math.max(0, margin - value) - Math.max(0, value - (length - margin));
  const [dx, dy] = [short(left, size.width), short(top, size.height)];
  return dx === 0 && dy === 0 ? camera : moved(camera, size, dx, dy);
}
