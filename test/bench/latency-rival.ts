/** The usual way, in a page of its own: an AnalyserNode asked by a timer, features and search on the page's thread, a Tone player that is told to start. */

import * as Tone from "tone";
import { simile } from "../../src/core/features/simile.ts";
import { Neighbours } from "../../src/core/search/neighbours.ts";
import { createRecorderNode } from "../../src/app/audio/recorder-node.ts";
import { CHUNK_FRAMES } from "../../src/protocol/recorder.ts";
import { createRandom, pluck } from "../signals.ts";
import { RATE, risesOf, SOUNDS } from "./latency-facts.ts";

const FFT = 4096;
const POLL_MILLISECONDS = 4;
const SIZE = 128;
const HOLD_SECONDS = 0.1;

/** Hears for `seconds`, answers each onset after `commit` seconds of it, and gives the frames at which input and output rise. */
export async function perform(seconds: number, commit: number): Promise<{ readonly input: number[]; readonly output: number[] }> {
  const context = new AudioContext({ sampleRate: RATE, latencyHint: "interactive" });
  await context.resume();
  const tone = new Tone.Context({ context, lookAhead: 0, updateInterval: 0.01 });
  Tone.setContext(tone);
  const random = createRandom(4);
  const neighbours = new Neighbours(Float32Array.from({ length: SOUNDS * SIZE }, random), SOUNDS, SIZE, "euclidean");
  const players = Array.from({ length: 40 }, (_, i) => {
    const sound = pluck(110 * 2 ** (i / 12), 0.1, RATE).map((v, n) => v * Math.exp(-n / 600));
    const buffer = new AudioBuffer({ length: sound.length, sampleRate: RATE });
    buffer.copyToChannel(sound as Float32Array<ArrayBuffer>, 0);
    return new Tone.Player(buffer).toDestination();
  });
  const recorder = await createRecorderNode(context);
  Tone.connect(Tone.getDestination(), recorder.node, 0, 1);
  const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
  const source = new MediaStreamAudioSourceNode(context, { mediaStream: stream });
  const analyser = new AnalyserNode(context, { fftSize: FFT });
  source.connect(analyser);
  source.connect(recorder.node, 0, 0);
  const rows: Float32Array[][] = [[], []];
  const stop = recorder.record(
    (_frame, frames, samples) => [0, 1].forEach((stem) => rows[stem]!.push(samples.slice(stem * 2 * CHUNK_FRAMES, stem * 2 * CHUNK_FRAMES + frames))),
    () => {},
  );
  const block = new Float32Array(FFT);
  const kept = new Float32Array(2 * RATE);
  let heard = context.currentTime;
  let end = 0;
  let onset: number | null = null;
  let quietSince = 0;
  const poll = () => {
    const now = context.currentTime;
    const count = Math.min(FFT, Math.round((now - heard) * RATE));
    if (count === 0) return;
    heard = now;
    analyser.getFloatTimeDomainData(block);
    for (let i = FFT - count; i < FFT; i++, end++) {
      kept[end % kept.length] = block[i]!;
      if (Math.abs(block[i]!) < 0.02) continue;
      if (onset === null && end - quietSince > HOLD_SECONDS * RATE) onset = end;
      quietSince = end;
    }
    if (onset === null || end - onset < commit * RATE) return;
    const sound = Float32Array.from({ length: Math.round(commit * RATE) }, (_, i) => kept[(onset! + i) % kept.length]!);
    onset = null;
    const { values } = simile.extract(sound, RATE, commit);
    // The network is left out, in the rival's favour.
    const [best] = neighbours.nearest(values.slice(0, SIZE), 16);
    players[best!.id % players.length]!.start(tone.immediate());
  };
  const timer = setInterval(poll, POLL_MILLISECONDS);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  clearInterval(timer);
  await stop();
  const joined = rows.map((parts) => {
    const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
    parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
    return whole;
  });
  await context.close();
  return { input: risesOf(joined[0]!, 0.01, 0.05 * RATE), output: risesOf(joined[1]!, 0.003, 0.05 * RATE) };
}
