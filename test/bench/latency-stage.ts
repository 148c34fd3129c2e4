/** The stage of the latency and soak benches: a library of 10,000 short sounds, a microphone's WAV of onsets at known distances, and a clock of the browser's audio callbacks. */

import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { writeWav } from "../../src/core/kits/wav.ts";
import { createRandom, pluck } from "../signals.ts";
import { RATE, SOUNDS } from "./latency-facts.ts";

const PRESETS = resolve(import.meta.dirname, "../../presets");
const MODEL = "an-gnn-simile";
const SOUND_SECONDS = 0.1;

/** Writes presets with the model that ships and a library of `count` sounds, whose embeddings lie around those of the studio's; gives the folder. */
export function writePresets(count = SOUNDS): string {
  const folder = mkdtempSync(join(tmpdir(), "simile-latency-"));
  cpSync(join(PRESETS, "models", MODEL), join(folder, "models", MODEL), { recursive: true });
  cpSync(join(PRESETS, "pads"), join(folder, "pads"), { recursive: true });
  const library = join(folder, "libraries/studio");
  mkdirSync(join(library, "embeddings"), { recursive: true });
  mkdirSync(join(library, "sounds"));
  const studio = join(PRESETS, "libraries/studio");
  const manifest = JSON.parse(readFileSync(join(studio, "manifest.json"), "utf8"));
  const embeddings = JSON.parse(readFileSync(join(studio, `embeddings/${MODEL}.json`), "utf8"));
  const bytes = readFileSync(join(studio, `embeddings/${MODEL}.f32`));
  const rows = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const random = createRandom(3);
  const known = rows.length / embeddings.size;
  const all = Float32Array.from({ length: count * embeddings.size }, (_, i) => {
    const row = Math.floor(i / embeddings.size);
    const value = rows[(row % known) * embeddings.size + (i % embeddings.size)]!;
    return row < known ? value : value + 0.02 * (random() - 0.5);
  });
  // Forty recordings under ten thousand names: what counts is how many there are.
  const files = Array.from({ length: 40 }, (_, i) => writeWav({ sampleRate: RATE, channels: [pluck(110 * 2 ** (i / 12), SOUND_SECONDS, RATE).map((v, n) => v * Math.exp(-n / 600))] }, 16));
  const sounds = Array.from({ length: count }, (_, i) => {
    writeFileSync(join(library, `sounds/${i}.wav`), files[i % files.length]!);
    return { ...manifest.sounds[i % known], file: `sounds/${i}.wav`, name: `sound ${i}`, durationSeconds: SOUND_SECONDS };
  });
  const raw = Buffer.from(all.buffer);
  writeFileSync(join(library, "manifest.json"), JSON.stringify({ ...manifest, title: `${count} sounds`, sounds }));
  writeFileSync(join(library, `embeddings/${MODEL}.json`), JSON.stringify({ ...embeddings, count, sha256: createHash("sha256").update(raw).digest("hex") }));
  writeFileSync(join(library, `embeddings/${MODEL}.f32`), raw);
  return folder;
}

/** What the microphone gives: `count` short plucks, `step` seconds and up to a tenth more apart, over silence, after `lead` seconds. */
export function writeMicrophone(path: string, count: number, step: number, lead: number): void {
  const random = createRandom(9);
  const take = new Float32Array(Math.ceil((lead + 2 + count * step * 1.1) * RATE));
  let at = lead;
  for (let i = 0; i < count; i++) {
    const note = pluck(196 * 2 ** (Math.floor(18 * random()) / 12), Math.min(0.2, 0.7 * step), RATE, 0.5);
    const start = Math.round(at * RATE);
    note.forEach((v, n) => (take[start + n]! += v * Math.exp(-n / (step * RATE * 0.12)) * Math.min(1, (note.length - n) / 400)));
    at += step * (1 + 0.1 * random());
  }
  writeFileSync(path, writeWav({ sampleRate: RATE, channels: [take] }, 16));
}

/** tsx marks functions with their names by a helper that a page does not have. */
export const NAMES = "globalThis.__name ??= (made) => made;";

/** Runs in the page before its scripts: notes at which frames the browser's audio callbacks begin, told by a wall clock that has moved on since the quantum before. */
export function installBurstClock(): void {
  const processor = `registerProcessor("burst-clock", class extends AudioWorkletProcessor {
    constructor() { super(); this.last = 0; this.starts = []; }
    process() {
      const now = Date.now();
      if (now - this.last >= 3) this.starts.push(currentFrame);
      this.last = now;
      if (this.starts.length >= 200) { this.port.postMessage(this.starts); this.starts = []; }
      return true;
    }
  });`;
  const address = URL.createObjectURL(new Blob([processor], { type: "text/javascript" }));
  const starts: number[] = [];
  const contexts: AudioContext[] = [];
  Object.assign(globalThis, { burstStarts: starts, benchContexts: contexts });
  const Native = globalThis.AudioContext;
  globalThis.AudioContext = class extends Native {
    constructor(options?: AudioContextOptions) {
      super(options);
      contexts.push(this);
      void this.audioWorklet.addModule(address).then(() => {
        const node = new AudioWorkletNode(this, "burst-clock");
        node.port.onmessage = ({ data }: MessageEvent<number[]>) => void starts.push(...data);
        node.connect(this.destination);
      });
    }
  };
}
