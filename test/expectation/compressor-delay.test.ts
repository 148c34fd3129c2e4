/** Expectation 1: a DynamicsCompressorNode looks 6 ms ahead, so that whatever passes it comes 6 ms late; `limiter.ts` therefore shapes instead. */

import * as Tone from "tone";
import { describe, expect, test } from "vitest";
import { createLimiter } from "../../src/app/audio/limiter.ts";
import { CEILING, KNEE, limit } from "../../src/core/signal/limit.ts";

const RATE = 48_000;

/** What comes out for a signal that goes in at frame 0. */
async function through(signal: Float32Array<ArrayBuffer>, connect: (source: AudioNode, context: OfflineAudioContext) => void): Promise<Float32Array> {
  const context = new OfflineAudioContext(1, 2_400, RATE);
  const source = new AudioBufferSourceNode(context, { buffer: new AudioBuffer({ length: signal.length, sampleRate: RATE }) });
  source.buffer!.copyToChannel(signal, 0);
  connect(source, context);
  source.start();
  return (await context.startRendering()).getChannelData(0);
}

const peakAt = (signal: Float32Array) => signal.reduce((best, sample, i) => (Math.abs(sample) > Math.abs(signal[best]!) ? i : best), 0);
const impulse = Float32Array.from({ length: 2_400 }, (_, i) => (i === 480 ? 0.5 : 0));

const limited = (source: AudioNode, context: OfflineAudioContext) => {
  const { input, output } = createLimiter(new Tone.OfflineContext(context) as unknown as Tone.Context);
  Tone.connect(source, input);
  Tone.connect(output, context.destination);
};

describe("expectation 1", () => {
  test("the browser's compressor delays by 6 ms", async () => {
    const out = await through(impulse, (source, context) => source.connect(new DynamicsCompressorNode(context, { threshold: -1, ratio: 20 })).connect(context.destination));
    expect((peakAt(out) - 480) / RATE).toBeCloseTo(0.006, 3);
  });

  test("our limiter delays by nothing and passes what is below its knee unchanged", async () => {
    const out = await through(impulse, limited);
    expect(peakAt(out)).toBe(480);
    expect(out[480]).toBeCloseTo(0.5, 5);
  });

  test("our limiter follows its formula and stays below its ceiling", async () => {
    const rising = Float32Array.from({ length: 2_400 }, (_, i) => (i / 2_400) * 4);
    const out = await through(rising, limited);
    out.forEach((sample, i) => expect(Math.abs(sample - limit(rising[i]!))).toBeLessThan(1e-3));
    expect(Math.max(...out)).toBeLessThanOrEqual(CEILING + 1e-6);
    expect(limit(-2)).toBe(-limit(2));
    expect((limit(KNEE + 1e-6) - limit(KNEE - 1e-6)) / 2e-6).toBeCloseTo(1, 3);
  });
});
