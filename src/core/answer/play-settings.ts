/** How answers are played: the three modes and the voices, with the bounds and the starting value of every setting in one table. */

export const PLAY_MODES = ["hit", "progressive", "mosaic"] as const;
/** hit: one answer an onset. progressive: at once, and mended as more is heard. mosaic: grains that follow the input. */
export type PlayMode = (typeof PLAY_MODES)[number];

export const CHOKES = ["none", "sound", "family", "all"] as const;
/** Which sounding voices a new one cuts short: none, those of its own sound, of its family, or all. */
export type Choke = (typeof CHOKES)[number];

export interface PlaySettings {
  readonly mode: PlayMode;
  /** Of a voice that takes over from another, seconds. */
  readonly crossfade: number;
  /** From one grain of the mosaic to the next, seconds. */
  readonly grain: number;
  /** Grains that sound at once: a grain lasts `grain * overlap`. */
  readonly overlap: number;
  /** 0: the nearest sound, always. 1: never leaves a sound while it is among the nearest. */
  readonly continuity: number;
  /** Seconds in which the mosaic does not come back to a sound that it left. */
  readonly taboo: number;
  /** Voices that sound at once; the oldest is stolen beyond. */
  readonly polyphony: number;
  readonly choke: Choke;
  /** Seconds of a voice's rise, of its life before it falls (60: its whole sound), and of its fall. */
  readonly attack: number;
  readonly length: number;
  readonly release: number;
  /** 0: sounds play as they were recorded; 1: as loud as the input. */
  readonly match: number;
  /** Semitones by which a sound may be moved to the input's pitch; 0: never. Formants move along: far from home voices and strings sound smaller or larger than they are. */
  readonly transpose: number;
  /** -1: left, 1: right. */
  readonly pan: number;
  /** How far voices are strewn to both sides of `pan`. */
  readonly spread: number;
  /** 1 skips what lies before a sound's own onset, so that attacks align; 0 plays from its first sample. */
  readonly align: 0 | 1;
  /** Steps a beat that answers are held to; 0: at once. */
  readonly quantise: number;
}

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly start: number;
  readonly whole?: true;
}

/** Bounds of the settings that are numbers. */
export const PLAY_BOUNDS = {
  crossfade: { least: 0.003, most: 0.2, start: 0.02 },
  grain: { least: 0.02, most: 0.2, start: 0.05 },
  overlap: { least: 2, most: 4, start: 2, whole: true },
  continuity: { least: 0, most: 1, start: 0.25 },
  taboo: { least: 0, most: 10, start: 0.5 },
  polyphony: { least: 1, most: 32, start: 16, whole: true },
  attack: { least: 0, most: 0.5, start: 0 },
  length: { least: 0.02, most: 60, start: 60 },
  release: { least: 0.005, most: 2, start: 0.05 },
  match: { least: 0, most: 1, start: 1 },
  transpose: { least: 0, most: 24, start: 0 },
  pan: { least: -1, most: 1, start: 0 },
  spread: { least: 0, most: 1, start: 0 },
  align: { least: 0, most: 1, start: 1, whole: true },
  quantise: { least: 0, most: 8, start: 0, whole: true },
} as const satisfies Record<Exclude<keyof PlaySettings, "mode" | "choke">, Bounds>;

export type PlayNumber = keyof typeof PLAY_BOUNDS;

export const DEFAULT_PLAY: PlaySettings = Object.freeze({
  mode: "hit",
  choke: "none",
  ...(Object.fromEntries(Object.entries(PLAY_BOUNDS).map(([name, { start }]) => [name, start])) as Pick<PlaySettings, PlayNumber>),
});

/** `settings` with the change; what is out of bounds is brought to the nearest bound, what is no setting is left out. */
export function changePlay(settings: PlaySettings, change: Partial<PlaySettings>): PlaySettings {
  const next: Record<string, unknown> = { ...settings };
  for (const [name, bounds] of Object.entries(PLAY_BOUNDS) as [PlayNumber, Bounds][]) {
    const value = change[name];
    if (typeof value !== "number" || Number.isNaN(value)) continue;
    const held = Math.min(bounds.most, Math.max(bounds.least, value));
    next[name] = bounds.whole ? Math.round(held) : held;
  }
  if (change.mode && PLAY_MODES.includes(change.mode)) next["mode"] = change.mode;
  if (change.choke && CHOKES.includes(change.choke)) next["choke"] = change.choke;
  return Object.freeze(next) as unknown as PlaySettings;
}
