/** Starts the real Chromium on the built page, with a WAV as its microphone, a MIDI port where there is one, and everything it plays recorded. */

import { type Browser, type BrowserContext, type Page, chromium } from "playwright";
import { patient } from "../../built-page.ts";
import { CHROMIUM_ARGS, ensureChromium } from "../../chromium.js";
import type { MidiPort } from "./midi-port.ts";
import { complaintsOf } from "./page-watch.ts";
import { installRecorder } from "./recorder.ts";

export interface Visit {
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the page wrote to its console as errors. */
  readonly errors: string[];
  /** At once: a browser that waits for MIDI bytes would take half a minute to leave by itself. */
  close(): Promise<void>;
}

export interface VisitOptions {
  /** Path of a WAV that the microphone gives, once, from the moment it is opened. */
  readonly microphone?: string;
  readonly midi?: MidiPort;
  /** Default: microphone and MIDI, as a user who said yes. */
  readonly permissions?: readonly string[];
}

export async function visit(url: string, options: VisitOptions = {}): Promise<Visit> {
  const { microphone, midi } = options;
  const fake = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", ...(microphone ? [`--use-file-for-fake-audio-capture=${microphone}%noloop`] : [])];
  const server = await chromium.launchServer({
    executablePath: ensureChromium(),
    chromiumSandbox: false,
    args: [...CHROMIUM_ARGS, ...fake],
    ...(midi ? { env: { ...(process.env as Record<string, string>), ...midi.env } } : {}),
  });
  const browser = patient(await chromium.connect(server.wsEndpoint()));
  const context = await browser.newContext({ permissions: [...(options.permissions ?? ["microphone", "midi", "midi-sysex"])] });
  await installRecorder(context);
  const page = await context.newPage();
  const errors = complaintsOf(page);
  await page.goto(url);
  return { browser, context, page, errors, close: () => server.kill() };
}
