/** Sets what two sounds are like side by side: each quality of both, where it lies on its scale, and how near they are. */

import type { SoundQualities } from "../signal/sound-qualities.ts";

export const QUALITIES = ["brightness", "attack", "noisiness", "modulation", "pitch"] as const;
export type QualityName = (typeof QUALITIES)[number];

export interface QualityComparison {
  readonly name: QualityName;
  /** In the quality's own unit: hertz, seconds, share, depth, hertz; null where a sound has none. */
  readonly query: number | null;
  readonly hit: number | null;
  /** Where they lie on the scale of the quality, 0 to 1. */
  readonly queryPlace: number | null;
  readonly hitPlace: number | null;
  /** 0 to 1; null where one of them has none. */
  readonly likeness: number | null;
}

interface Scale {
  readonly least: number;
  readonly most: number;
  readonly logarithmic: boolean;
  /** Difference at which nothing is alike: octaves on a logarithmic scale. */
  readonly apart: number;
  value(of: SoundQualities): number | null;
}

/** A brightness two octaves off, an attack 32 times as long, noise against a tone, a swing more by half the level, a pitch two octaves off: not alike at all. */
const SCALES: Readonly<Record<QualityName, Scale>> = {
  brightness: { least: 125, most: 16_000, logarithmic: true, apart: 2, value: ({ brightness }) => brightness },
  attack: { least: 0.005, most: 1, logarithmic: true, apart: 5, value: ({ attack }) => attack },
  noisiness: { least: 0, most: 1, logarithmic: false, apart: 1, value: ({ noisiness }) => noisiness },
  modulation: { least: 0, most: 0.5, logarithmic: false, apart: 0.5, value: ({ modulation }) => modulation?.depth ?? null },
  pitch: { least: 27.5, most: 4186, logarithmic: true, apart: 2, value: ({ pitch }) => pitch },
};

/** likeness = max(0, 1 - |b - a| / apart), on a logarithmic scale with b - a in octaves. */
export function compareQualities(query: SoundQualities | null, hit: SoundQualities | null): readonly QualityComparison[] {
  return QUALITIES.map((name) => {
    const scale = SCALES[name];
    const [a, b] = [query && scale.value(query), hit && scale.value(hit)];
    const along = (value: number) => (scale.logarithmic ? Math.log2(Math.max(value, 1e-9)) : value);
    const place = (value: number | null) => (value === null ? null : Math.min(1, Math.max(0, (along(value) - along(scale.least)) / (along(scale.most) - along(scale.least)))));
    const likeness = a === null || b === null ? null : Math.max(0, 1 - Math.abs(along(b) - along(a)) / scale.apart);
    return { name, query: a, hit: b, queryPlace: place(a), hitPlace: place(b), likeness };
  });
}
