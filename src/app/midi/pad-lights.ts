/** Lights the pads of a controller as the page shows them, and sends only what changed. */

import type { GridSize } from "../../core/pads/pad-bank.ts";
import { type Layout, notesOf, type Palette } from "./layouts.ts";

/** What one pad shows. */
export interface PadLight {
  /** Instrument family; null: the pad is empty. */
  readonly family: string | null;
  /** 0 (nearest) to 1 (farthest) where colours tell distances; null where they tell families. */
  readonly share: number | null;
  readonly sounding: boolean;
}

export interface PadLights {
  /** Messages that turn the lights from what was sent last into these. */
  show(lights: readonly PadLight[], size: GridSize): readonly (readonly number[])[];
  /** Messages that put every light out. */
  clear(): readonly (readonly number[])[];
}

/** Lights of one device; none at all for a layout without lights. */
export function createPadLights(layout: Layout): PadLights {
  /** Colour last sent for each note. */
  const shown = new Map<number, number>();
  const messages = (wanted: ReadonlyMap<number, number>) => {
    const { lights } = layout;
    if (!lights) return [];
    const sent: number[][] = [];
    for (const note of new Set([...shown.keys(), ...wanted.keys()])) {
      const colour = wanted.get(note) ?? 0;
      if (colour === (shown.get(note) ?? 0)) continue;
      sent.push([lights.status, note, colour]);
      if (colour === 0) shown.delete(note);
      else shown.set(note, colour);
    }
    return sent;
  };
  return {
    show(pads, size) {
      const { lights } = layout;
      const wanted = new Map<number, number>();
      if (lights) notesOf(layout, size).forEach((note, pad) => note !== null && wanted.set(note, colourOf(pads[pad], lights.palette)));
      return messages(wanted);
    },
    clear: () => messages(new Map()),
  };
}

function colourOf(light: PadLight | undefined, palette: Palette): number {
  if (!light || light.family === null) return 0;
  if (light.sounding) return palette.sounding;
  if (light.share !== null) return palette.distances[Math.min(palette.distances.length - 1, Math.floor(light.share * palette.distances.length))]!;
  const { family } = light;
  return family === "plucked" || family === "bowed" || family === "blown" || family === "struck" ? palette[family] : palette.other;
}
