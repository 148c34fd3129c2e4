/** The live path: vectors come in from the listener, voices go out to the player, one decision at a time, in order, and never late; under load refinements are left out first, then grains. */

import { FormatError } from "../core/errors.ts";
import { type HeardVector, Performer, type Task } from "../core/answer/performer.ts";
import type { PlaySettings } from "../core/answer/play-settings.ts";
import { pitchOf } from "../core/signal/pitch.ts";
import type { EngineEvent, EngineSettings } from "../protocol/engine.ts";
import type { ListenerEvent } from "../protocol/listener.ts";
import type { Reason } from "../protocol/retrieval.ts";
import type { Hits } from "./answers.ts";
import type { VoiceSender } from "./voice-sender.ts";

type VectorEvent = Extract<ListenerEvent, { kind: "vector" }>;

/** A vector that has waited until one posted this much later has come is dropped: an answer to it would sound out of place. Seconds of the audio clock. */
export const STALE_SECONDS = 0.25;

/** Under load: a refinement that has waited longer than this is left out, and a grain that has waited longer than so many of its kind take. */
export const REFINEMENT_MILLISECONDS = 100;
export const GRAINS_BEHIND = 2;

/** How long a late vector waits for those behind it to come in, before it is judged by them. */
const SETTLE_MILLISECONDS = 4;

/** How far the audio clock may drift from the page's, seconds a second. */
const DRIFT = 1e-4;

/** Neighbours asked for even where fewer are told: a voice may fall back on them, a mosaic chooses among them. */
export const LEAST_COUNT = 16;

interface Heard extends HeardVector {
  readonly event: VectorEvent;
  /** When it came, milliseconds of `performance.now()`. */
  readonly since: number;
  /** It came later than its kind does: the worker was held up, or the audio clock stood still. */
  readonly late: boolean;
  readonly detectedTime: number;
}

/** What a vector must be to be understood. */
export interface LiveFeature {
  readonly name: string;
  readonly version: number;
  readonly size: number;
}

export interface Ranking extends Hits {
  /** Why each match is there; null where the library has been left since. */
  reasons(): Promise<readonly Reason[] | null>;
}

export interface LiveOptions {
  readonly listener: MessagePort;
  readonly player: VoiceSender;
  readonly feature: LiveFeature;
  settings(): EngineSettings;
  /** The nearest sounds to a vector, as many as the settings ask for and at least `LEAST_COUNT`. `index` is the retrieval's that is mended or gone on with, null for a new one. */
  rank(values: Float32Array, contextSeconds: number, index: number | null): Promise<Ranking>;
  /** A retrieval chose this sound to answer, instead of one that it chose before. */
  answered(index: number, id: number): void;
  /** How the player knows a sound that was just ranked. */
  voiceOf(id: number): number;
  /** The number of the next retrieval; each call counts. */
  nextIndex(): number;
  report(event: EngineEvent): void;
}

export interface Live {
  /** Answers what sounds now no more (see `Performer.hush`). */
  hush(): void;
  /** Falls silent and gives the ports up. */
  close(): void;
}

export function createLive(options: LiveOptions): Live {
  const { listener, player, feature } = options;
  const waiting: Task<Heard>[] = [];
  const lateness = createLateness();
  const performer = new Performer<Heard>({ settings: options.settings, beat: () => options.settings().beat, nextIndex: options.nextIndex });
  let configured: PlaySettings | null = null;
  let latest = Number.NEGATIVE_INFINITY;
  let detectedTime = 0;
  const shed = { refinements: 0, grains: 0 };
  let busy = false;
  let closed = false;
  let faulted = false;

  const fault = (cause: unknown) => {
    if (faulted) return;
    faulted = true;
    const { name, message } = cause as Error;
    options.report({ kind: "fault", name, message });
  };

  const perform = async (task: Task<Heard>) => {
    const { event, since } = task.vector;
    const going = performer.indexOf(task);
    if (task.purpose === "mend" && going === null) return;
    const ranking = await options.rank(event.values, event.contextSeconds, going);
    if (closed) return;
    // The player's own numbers tell a sound of this library from one of the next.
    const decision = performer.decide(task, ranking.matches.map(({ id, distance }) => ({ id: options.voiceOf(id), distance })));
    if (!decision) return;
    const { index, order } = decision;
    const { play, count } = options.settings();
    if (play !== configured) player.send({ kind: "configure", play });
    configured = play;
    if (order) player.send({ kind: "play", order });
    // What only lists is as good as answered by its nearest.
    const answer = order ? ranking.matches.find(({ id }) => options.voiceOf(id) === order.sounds[0]) : index === going ? undefined : ranking.matches[0];
    if (answer) options.answered(index, answer.id);
    tell(task.vector, index, { ...ranking, matches: ranking.matches.slice(0, count) }, performance.now() - since);
    faulted = false;
  };

  const tell = ({ event, detectedTime: known }: Heard, index: number, ranking: Ranking, milliseconds: number) => {
    const { onsetTime, contextSeconds, loudnessDb, lufs, time, grain } = event;
    const { matches, rejected } = ranking;
    options.report({ kind: "retrieval", retrieval: { index, onsetTime, contextSeconds, loudnessDb, lufs, matches, rejected, milliseconds, detectedTime: known, heardTime: time, grain } });
    // Whoever waits comes first; grains go by too fast to be explained.
    if (matches.length > 0 && waiting.length === 0 && !grain) void explain(index, contextSeconds, { ...ranking, matches });
  };

  const explain = async (index: number, contextSeconds: number, ranking: Ranking) => {
    try {
      const reasons = await ranking.reasons();
      if (reasons && !closed) options.report({ kind: "reasons", index, contextSeconds, reasons: reasons.slice(0, ranking.matches.length) });
    } catch (cause) {
      fault(cause);
    }
  };

  /** Whether a task has waited so long that what is behind it counts for more. */
  const overdue = ({ purpose, vector }: Task<Heard>): boolean => {
    const waited = performance.now() - vector.since;
    if (purpose === "mend" && waited > REFINEMENT_MILLISECONDS) shed.refinements++;
    else if (purpose === "grain" && waited > GRAINS_BEHIND * 1000 * options.settings().play.grain) shed.grains++;
    else return false;
    options.report({ kind: "shed", ...shed });
    return true;
  };

  const drain = async () => {
    if (busy) return;
    busy = true;
    for (let next = waiting.shift(); next && !closed; next = waiting.shift()) {
      if (next.vector.late) await new Promise((resolve) => setTimeout(resolve, SETTLE_MILLISECONDS));
      if (latest - next.vector.time > STALE_SECONDS || (waiting.length > 0 && overdue(next))) continue;
      try {
        await perform(next);
      } catch (cause) {
        fault(cause);
      }
    }
    busy = false;
  };

  const put = (task: Task<Heard> | null) => {
    if (!task) return;
    waiting.push(task);
    void drain();
  };

  const hear = (event: VectorEvent) => {
    latest = Math.max(latest, event.time);
    if (event.feature !== feature.name || event.version !== feature.version || event.values.length !== feature.size) {
      fault(new FormatError(`Listener: expected feature ${feature.name} ${feature.version} of ${feature.size} numbers, got ${event.feature} ${event.version} of ${event.values.length}; choose a model for this release of Simile.`));
      return;
    }
    const since = performance.now();
    const { onset, onsetTime, time, contextSeconds, lufs, grain, recent, sampleRate } = event;
    const hertz = recent ? pitchOf(recent, sampleRate) : null;
    put(performer.hear({ event, since, late: lateness.of(time, since / 1000) > STALE_SECONDS, detectedTime, onset, onsetTime, time, contextSeconds, lufs, hertz, grain }));
  };

  const begin = (time: number) => {
    const cut = performer.begin(time);
    if (cut) put({ ...cut, vector: { ...cut.vector, since: performance.now() } });
  };

  listener.onmessage = ({ data }: MessageEvent<ListenerEvent>) => {
    switch (data.kind) {
      case "onset":
        begin(data.time);
        detectedTime = data.detectedTime;
        options.report({ kind: "onset", index: data.onset, time: data.time });
        break;
      case "vector":
        hear(data);
        break;
      default:
        data satisfies never;
    }
  };

  return {
    hush: () => performer.hush(),
    close() {
      closed = true;
      waiting.length = 0;
      listener.onmessage = null;
      listener.close();
      player.close();
    },
  };
}

/** How much later than the promptest an event came: the delay of this one, less the least delay so far, which may grow by the clocks' drift. Seconds. */
function createLateness(): { of(time: number, arrival: number): number } {
  let least = Number.POSITIVE_INFINITY;
  let last = 0;
  return {
    of(time, arrival) {
      const delay = arrival - time;
      least = Math.min(delay, least + DRIFT * (arrival - last));
      const late = delay - least;
      // After a jump of the audio clock what came is the new measure.
      if (late > STALE_SECONDS) least = delay;
      last = arrival;
      return late;
    },
  };
}
