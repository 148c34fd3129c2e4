/** Records what a page sends to its audio output, without the page's help: every connection to a destination is tapped. */

import type { BrowserContext, Page } from "playwright";

export interface Recording {
  readonly sampleRate: number;
  /** Audio-clock seconds of the first sample. */
  readonly start: number;
  /** Mean of the output's channels. */
  readonly samples: Float32Array;
}

/** What one audio context has sent to its destination. */
interface Tape {
  readonly rate: number;
  readonly chunks: { readonly start: number; readonly samples: Float32Array }[];
}

/** Runs in the page, before its own scripts. */
function tap(): void {
  const processor = `registerProcessor("test-recorder", class extends AudioWorkletProcessor {
    constructor() {
      super();
      this.chunk = new Float32Array(4096);
      this.length = 0;
    }
    process([channels]) {
      if (this.length === 0) this.start = currentFrame;
      for (let i = 0; i < 128; i++) this.chunk[this.length + i] = channels.length ? channels.reduce((sum, channel) => sum + channel[i], 0) / channels.length : 0;
      this.length += 128;
      if (this.length === this.chunk.length) {
        this.port.postMessage({ start: this.start, samples: this.chunk.slice() });
        this.length = 0;
      }
      return true;
    }
  });`;
  const address = URL.createObjectURL(new Blob([processor], { type: "text/javascript" }));
  const taps = new WeakMap<BaseAudioContext, GainNode>();
  const tapes: Tape[] = [];
  Object.assign(globalThis, { testTapes: tapes });
  const connect = AudioNode.prototype.connect as (this: AudioNode, ...rest: unknown[]) => unknown;
  const tapOf = (context: AudioContext): GainNode => {
    const known = taps.get(context);
    if (known) return known;
    const node = new GainNode(context);
    taps.set(context, node);
    const tape: Tape = { rate: context.sampleRate, chunks: [] };
    tapes.push(tape);
    const start = () => {
      const recorder = new AudioWorkletNode(context, "test-recorder", { channelCountMode: "max", numberOfOutputs: 1 });
      recorder.port.onmessage = ({ data }) => tape.chunks.push(data);
      connect.call(node, recorder);
      connect.call(recorder, context.destination);
    };
    // A context that is closed before its tape runs has nothing to tell.
    context.audioWorklet.addModule(address).then(start, () => {});
    return node;
  };
  AudioNode.prototype.connect = function (this: AudioNode, ...rest: unknown[]) {
    if (rest[0] instanceof AudioDestinationNode && this.context instanceof AudioContext) connect.call(this, tapOf(this.context));
    return connect.apply(this, rest);
  } as typeof AudioNode.prototype.connect;
}

/** Call before the page is opened. */
export async function installRecorder(context: BrowserContext): Promise<void> {
  await context.addInitScript(tap);
}

/** What the youngest context has sent to the output so far. */
export async function readRecording(page: Page): Promise<Recording> {
  const { rate, start, bytes } = await page.evaluate(() => {
    const { chunks, rate: sampleRate } = (globalThis as unknown as { testTapes: Tape[] }).testTapes.at(-1)!;
    const first = chunks[0]?.start ?? 0;
    const last = chunks.at(-1);
    const samples = new Float32Array(last ? last.start + last.samples.length - first : 0);
    for (const chunk of chunks) samples.set(chunk.samples, chunk.start - first);
    const raw = new Uint8Array(samples.buffer);
    let text = "";
    for (let i = 0; i < raw.length; i += 0x8000) text += String.fromCharCode(...raw.subarray(i, i + 0x8000));
    return { rate: sampleRate, start: first, bytes: btoa(text) };
  });
  const raw = Buffer.from(bytes, "base64");
  return { sampleRate: rate, start: start / rate, samples: new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength)) };
}
