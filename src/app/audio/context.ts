/** Creates the page's one AudioContext, or takes the one that a host lends, and watches that it keeps running. */

import { PermissionError } from "../../core/errors.ts";

export interface AudioHost {
  readonly native: AudioContext;
  /** Whether the context is someone else's. */
  readonly lent: boolean;
  /** Where all that sounds goes. */
  readonly output: AudioNode;
  /** Seconds from the graph to the loudspeaker, as the browser says; undefined where it does not. */
  readonly latency: number | undefined;
  /** Resolves once the context runs; rejects with PermissionError where the browser still waits for a gesture, or has lost the output. */
  resume(): Promise<void>;
  close(): Promise<void>;
}

export interface LentContext {
  readonly context: AudioContext;
  readonly output: AudioNode;
}

export interface AudioHostOptions {
  /** Default: the output device's own. */
  readonly sampleRate?: number;
  /** A context that is not ours, as of a host of plugins, and where our sound goes in it: it is never closed here. */
  readonly lent?: LentContext;
  /** Called with every change of state, and with "error" where the output device failed. */
  onState?(state: AudioContextState | "interrupted" | "error"): void;
}

/** How long `resume` waits before it gives the reason. */
const RESUME_SECONDS = 3;

/**
 * Call from a user's gesture, or the context starts suspended: hence it is made before anything is loaded, and lent to Tone (`createGraph`) once that is here.
 * A gesture anywhere on the page resumes a context of our own that the browser has suspended.
 */
export function createAudioHost(options: AudioHostOptions = {}): AudioHost {
  const { lent } = options;
  const native = lent?.context ?? new AudioContext({ latencyHint: "interactive", ...(options.sampleRate ? { sampleRate: options.sampleRate } : {}) });
  let closed = false;

  const resume = async () => {
    if (native.state === "running") return;
    const state = await Promise.race([native.resume().then(() => native.state, () => native.state), waited(RESUME_SECONDS).then(() => native.state)]);
    if (state !== "running") throw new PermissionError(`Audio output: expected a running audio context, got one that is ${state}; click anywhere on the page, and check that an output device is connected.`);
  };
  const wake = () => {
    if (!closed && native.state !== "running" && native.state !== "closed") native.resume().catch(() => {});
  };
  const tell = () => {
    if (!closed) options.onState?.(native.state);
  };
  const fail = () => {
    if (!closed) options.onState?.("error");
  };
  const gestures = ["pointerdown", "keydown"] as const;
  // A context that is lent rests as long as its owner wants it to.
  if (!lent) {
    for (const gesture of gestures) document.addEventListener(gesture, wake, { capture: true, passive: true });
    navigator.mediaDevices?.addEventListener("devicechange", wake);
  }
  native.addEventListener("statechange", tell);
  native.addEventListener("error", fail);

  return {
    native,
    lent: lent !== undefined,
    output: lent?.output ?? native.destination,
    get latency() {
      return native.baseLatency === undefined ? undefined : native.baseLatency + (native.outputLatency ?? 0);
    },
    resume,
    async close() {
      if (closed) return;
      closed = true;
      for (const gesture of gestures) document.removeEventListener(gesture, wake, { capture: true });
      navigator.mediaDevices?.removeEventListener("devicechange", wake);
      native.removeEventListener("statechange", tell);
      native.removeEventListener("error", fail);
      if (!lent && native.state !== "closed") await native.close();
    },
  };
}

function waited(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
