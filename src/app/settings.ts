/** Keeps the engine's settings within what it takes, whatever a control or a page says. */

import { changePlay } from "../core/answer/play-settings.ts";
import { CONTEXTS } from "../core/features/feature.ts";
import type { EngineSettings } from "../protocol/engine.ts";

/** Most hits of a query. */
export const MOST_HITS = 1024;
/** Most answers that a sound can be kept from. */
export const MOST_TABOO = 1024;

/** The settings with the change made, each brought to the nearest value that the engine takes; what is no number stays as it was. */
export function changedSettings(before: EngineSettings, change: Partial<EngineSettings>): EngineSettings {
  const next = { ...before, ...change };
  const within = (value: number, old: number, least: number, most: number) => (Number.isNaN(value) ? old : Math.min(most, Math.max(least, value)));
  const distance = (value: number | null, old: number | null) => (value === null ? null : Number.isNaN(value) ? old : Math.max(0, value));
  const wanted = within(next.commitSeconds, before.commitSeconds, 0, Number.POSITIVE_INFINITY);
  return {
    ...next,
    commitSeconds: CONTEXTS.reduce((best, context) => (Math.abs(context - wanted) < Math.abs(best - wanted) ? context : best)),
    count: Math.round(within(next.count, before.count, 1, MOST_HITS)),
    radius: distance(next.radius, before.radius),
    rejectBeyond: distance(next.rejectBeyond, before.rejectBeyond),
    diversity: within(next.diversity, before.diversity, 0, 1),
    play: changePlay(before.play, next.play),
    taboo: Math.round(within(next.taboo, before.taboo, 0, MOST_TABOO)),
  };
}
