/** Measures the way from the output back to the input of the user's own devices, by a short sweep, and remembers it for each of them. */

import { UnsupportedError } from "../../core/errors.ts";
import { findDelay } from "../../core/signal/round-trip.ts";
import { CHUNK_FRAMES, STEM_CHANNELS, STEMS } from "../../protocol/recorder.ts";
import type { RecorderNode } from "./recorder-node.ts";

/** From a frame that the page sends to the same frame that it hears. */
export interface RoundTrip {
  readonly seconds: number;
  /** How loud it comes back, dB. */
  readonly levelDb: number;
}

const SWEEP_SECONDS = 0.25;
const SWEEP_GAIN = 0.25;
const LEAD_SECONDS = 0.1;
const LONGEST_SECONDS = 0.6;
/** A peak less clear than this is no return of the sweep. */
const CLARITY = 2;
/** An output that runs has sent and heard everything by then. */
const PATIENCE_SECONDS = 3;
/** Louder than -60 dB re what was sent. */
const FAINTEST_DB = -60;

/** A sine whose frequency rises exponentially from 200 Hz to 8 kHz, under a bell: it correlates with nothing but itself. */
export function sweep(sampleRate: number): Float32Array<ArrayBuffer> {
  const rise = Math.log(40);
  return Float32Array.from({ length: Math.round(SWEEP_SECONDS * sampleRate) }, (_, n) => {
    const t = n / sampleRate;
    const phase = (2 * Math.PI * 200 * SWEEP_SECONDS * (Math.exp((rise * t) / SWEEP_SECONDS) - 1)) / rise;
    return SWEEP_GAIN * Math.sin(phase) * Math.sin((Math.PI * t) / SWEEP_SECONDS) ** 2;
  });
}

/** Plays the sweep into `output` and looks for it in what is recorded of the input. Rejects with UnsupportedError where it does not come back, or the audio stands still. */
export async function measureRoundTrip(context: BaseAudioContext, output: (node: AudioNode) => void, recorder: RecorderNode): Promise<RoundTrip> {
  const { sampleRate } = context;
  const buffer = new AudioBuffer({ numberOfChannels: 1, length: Math.round(SWEEP_SECONDS * sampleRate), sampleRate });
  buffer.copyToChannel(sweep(sampleRate), 0);
  const source = new AudioBufferSourceNode(context, { buffer });
  output(source);
  const length = Math.round((LEAD_SECONDS + SWEEP_SECONDS + LONGEST_SECONDS) * sampleRate);
  const [heard, sent] = [new Float32Array(length), new Float32Array(length)];
  let filled = 0;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      source.stop();
      source.disconnect();
      void stop();
      reject(new UnsupportedError(`Round trip: expected the whole sweep within ${PATIENCE_SECONDS} s, got an audio output that stands still; resume or restart the audio, then measure again.`));
    }, PATIENCE_SECONDS * 1000);
    const stop = recorder.record(
      (_frame, frames, samples) => {
        if (filled === length) return;
        const count = Math.min(frames, length - filled);
        const row = (stem: (typeof STEMS)[number]) => STEMS.indexOf(stem) * STEM_CHANNELS * CHUNK_FRAMES;
        heard.set(samples.subarray(row("input"), row("input") + count), filled);
        sent.set(samples.subarray(row("answers"), row("answers") + count), filled);
        filled += count;
        if (filled < length) return;
        clearTimeout(timer);
        void stop().then(resolve);
      },
      () => {},
    );
    source.start(context.currentTime + LEAD_SECONDS);
  });
  source.disconnect();
  const first = sent.findIndex((v) => v !== 0);
  const found = first < 0 ? null : findDelay(sent.subarray(first, first + buffer.length), heard.subarray(first), Math.round(LONGEST_SECONDS * sampleRate));
  if (!found || found.clarity < CLARITY || found.levelDb < FAINTEST_DB) {
    throw new UnsupportedError("Round trip: expected the sweep to come back by the input, got nothing like it; join output and input by a cable or hold the microphone to the loudspeaker, turn both up, and measure again.");
  }
  return { seconds: found.lag / sampleRate, levelDb: found.levelDb };
}

const KEY = "simile-round-trip";

/** What was measured of a device before; null: nothing, or storage is refused. */
export function recallRoundTrip(storage: Pick<Storage, "getItem"> | null, deviceId: string): RoundTrip | null {
  try {
    const all = JSON.parse(storage?.getItem(KEY) ?? "{}") as Record<string, RoundTrip>;
    const found = Object.hasOwn(all, deviceId) ? all[deviceId] : undefined;
    return found && Number.isFinite(found.seconds) && Number.isFinite(found.levelDb) ? { seconds: found.seconds, levelDb: found.levelDb } : null;
  } catch {
    return null;
  }
}

export function keepRoundTrip(storage: Pick<Storage, "getItem" | "setItem"> | null, deviceId: string, roundTrip: RoundTrip): void {
  try {
    const all = JSON.parse(storage?.getItem(KEY) ?? "{}") as Record<string, RoundTrip>;
    storage?.setItem(KEY, JSON.stringify({ ...all, [deviceId]: roundTrip }));
  } catch {
    // Without storage the figure lasts as long as the page.
  }
}
