/** A real MIDI port for Chromium on a machine without sound support: builds the stand-in of ../shared/tools and gives its two ends. */

import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The name that the page sees. */
export const MIDI_PORT_NAME = "Fake Keys MIDI 1";

export interface MidiPort {
  /** What Chromium must be started with. */
  readonly env: Readonly<Record<string, string>>;
  /** All bytes that the page has sent. */
  sent(): number[];
  /** Plays a message into the page. */
  play(message: readonly number[]): void;
  close(): void;
}

const source = join(import.meta.dirname, "../../../../shared/tools/midi-port.c");

/** The port, or the sentence that says why there is none. */
export function openMidiPort(): MidiPort | string {
  if (process.platform !== "linux") return "the MIDI port's stand-in is for Linux alone";
  if (!existsSync(source)) return `${source} is not there`;
  const folder = mkdtempSync(join(tmpdir(), "simile-midi-"));
  const library = join(folder, "midi-port.so");
  const [input, output] = [join(folder, "in"), join(folder, "out")];
  try {
    execFileSync("gcc", ["-shared", "-fPIC", "-o", library, source, "-lasound"], { stdio: "pipe" });
    execFileSync("mkfifo", [input]);
  } catch {
    rmSync(folder, { recursive: true, force: true });
    return "the MIDI port cannot be built here (gcc and libasound2-dev)";
  }
  return {
    env: { LD_PRELOAD: library, FAKE_MIDI_IN: input, FAKE_MIDI_OUT: output },
    sent: () => (existsSync(output) ? [...readFileSync(output)] : []),
    play: (message) => appendFileSync(input, Uint8Array.from(message)),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
