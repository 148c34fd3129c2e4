/** Opens what Simile can hear: an input device with all of the browser's processing off, an audio file, or a take that is built in. */

import { FormatError, MissingError, PermissionError, UnsupportedError, messageOf } from "../../core/errors.ts";
import { parseAiff } from "../../core/signal/aiff.ts";
import { audioKindOf } from "../../core/signal/audio-type.ts";
import { mayAskFor } from "../frame-permission.ts";
import { bufferOf } from "./buffer-of.ts";
import type { AudioHost } from "./context.ts";

export interface Input {
  readonly node: AudioNode;
  readonly label: string;
  /** Whether it should also be heard: files and takes, never a device that could feed back. */
  readonly monitored: boolean;
  /** What the browser gives now; null where there is no device. */
  settings(): MediaTrackSettings | null;
  stop(): void;
}

export const DEVICE_CONSTRAINTS = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: { ideal: 2 } } as const;

/** Opens a device. `onLost` is called once where it goes away under way. Rejects with PermissionError, MissingError or UnsupportedError. */
export async function openDevice(host: AudioHost, deviceId: string | undefined, onLost: () => void): Promise<Input> {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new UnsupportedError("Audio input: expected a browser and a page that may ask for a microphone, got none; open the page over https or on localhost, or drop an audio file on it.");
  }
  if (!mayAskFor("microphone")) {
    throw new PermissionError('Audio input: expected a frame that may use the microphone, got one that the page around it keeps from it; give the frame allow="microphone", open this page by itself, or play the demo take.');
  }
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: { ...DEVICE_CONSTRAINTS, ...(deviceId ? { deviceId: { exact: deviceId } } : {}) }, video: false });
  } catch (cause) {
    throw deviceError(cause, deviceId !== undefined);
  }
  const track = stream.getAudioTracks()[0]!;
  const release = () => {
    for (const each of stream.getTracks()) each.stop();
  };
  let source: MediaStreamAudioSourceNode;
  try {
    source = new MediaStreamAudioSourceNode(host.native, { mediaStream: stream });
  } catch (cause) {
    release();
    throw new UnsupportedError(`Audio input: expected a device that fits ${host.native.sampleRate} Hz, got "${messageOf(cause)}"; set input and output to the same sample rate, or choose another input.`);
  }
  track.addEventListener("ended", onLost, { once: true });
  const node = new GainNode(host.native);
  source.connect(node);
  return {
    node,
    label: track.label || "Audio input",
    monitored: false,
    settings: () => track.getSettings(),
    stop() {
      track.removeEventListener("ended", onLost);
      node.gain.setTargetAtTime(0, host.native.currentTime, FADE_SECONDS / 5);
      setTimeout(() => {
        source.disconnect();
        node.disconnect();
        release();
      }, FADE_SECONDS * 1000);
    },
  };
}

function deviceError(cause: unknown, chosen: boolean): Error {
  switch ((cause as { name?: string }).name) {
    case "NotAllowedError":
    case "SecurityError":
      return new PermissionError("Audio input: expected permission to listen, got a refusal; allow the microphone for this page in the browser's address bar and try again, or play the demo take.");
    case "NotFoundError":
    case "OverconstrainedError":
      return new MissingError(`Audio input: expected ${chosen ? "the chosen device" : "an input device"}, got none; connect one and try again, or play the demo take.`);
    case "NotReadableError":
    case "AbortError":
      return new UnsupportedError("Audio input: expected the device to open, got a refusal by the system; close other programs that hold it and try again.");
    default:
      return new UnsupportedError(`Audio input: expected the device to open, got "${messageOf(cause)}"; choose another input.`);
  }
}

/** Seconds from the air into the page, where the browser tells: a setting that the type of settings lacks. */
export function inputLatency(settings: MediaTrackSettings | null | undefined): number | undefined {
  const { latency } = (settings ?? {}) as { readonly latency?: number };
  return latency !== undefined && latency > 0 ? latency : undefined;
}

/** The input devices, by name where the user has let the page listen before. */
export async function inputDevices(): Promise<readonly { readonly deviceId: string; readonly label: string }[]> {
  const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
  const inputs = devices.filter(({ kind, deviceId }) => kind === "audioinput" && deviceId !== "");
  return inputs.map(({ deviceId, label }, index) => ({ deviceId, label: label || `Input ${index + 1}` }));
}

/** Decodes a file that the user gave. Rejects with FormatError. */
export async function decodeFile(context: BaseAudioContext, file: File): Promise<AudioBuffer> {
  const bytes = await file.arrayBuffer();
  if (audioKindOf(new Uint8Array(bytes)).type === "aiff") return decodeAiff(bytes, file.name);
  try {
    return await context.decodeAudioData(bytes);
  } catch {
    throw new FormatError(`${file.name}: expected an audio file that this browser decodes (wav, aiff, flac, mp3, ogg, opus, m4a), got ${file.type || "another type"} of ${file.size} bytes; convert it, or choose another.`);
  }
}

/** No browser but Safari decodes AIFF: our parser does, and the context resamples when it plays. */
function decodeAiff(bytes: ArrayBuffer, name: string): AudioBuffer {
  const audio = parseAiff(new Uint8Array(bytes), name);
  if (!audio.channels[0]?.length) throw new FormatError(`${name}: expected an audio file with sound, got none; choose another.`);
  return bufferOf(audio);
}

/** Silences, in place, samples that are no numbers; gives how many there were. */
export function silenceBroken(buffer: AudioBuffer): number {
  let count = 0;
  for (let channel = 0; channel < buffer.numberOfChannels; channel++) {
    const samples = buffer.getChannelData(channel);
    for (let i = 0; i < samples.length; i++) {
      if (Number.isFinite(samples[i]!)) continue;
      samples[i] = 0;
      count++;
    }
  }
  return count;
}

/** Plays a decoded sound as the input; `onEnd` is called a moment after its last sample. */
export function openTake(host: AudioHost, buffer: AudioBuffer, label: string, onEnd: () => void): Input {
  const { native } = host;
  const node = new GainNode(native);
  const source = new AudioBufferSourceNode(native, { buffer });
  source.connect(node);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  source.onended = () => {
    source.disconnect();
    if (!stopped) timer = setTimeout(onEnd, TAIL_SECONDS * 1000);
  };
  source.start(native.currentTime + LEAD_SECONDS);
  return {
    node,
    label,
    monitored: true,
    settings: () => null,
    stop() {
      stopped = true;
      clearTimeout(timer);
      node.gain.setTargetAtTime(0, native.currentTime, FADE_SECONDS / 5);
      setTimeout(() => {
        source.onended = null;
        source.stop();
        source.disconnect();
        node.disconnect();
      }, FADE_SECONDS * 1000);
    },
  };
}

/** Time before a take begins. */
const LEAD_SECONDS = 0.05;
/** Time in which an input that is stopped fades. */
const FADE_SECONDS = 0.03;
/** Time after a take's end in which its last onset is still answered. */
const TAIL_SECONDS = 0.6;

/** Any node of the context, which goes on when it is not listened to. */
export function openNode(host: AudioHost, source: AudioNode, label: string): Input {
  const node = new GainNode(host.native);
  source.connect(node);
  return {
    node,
    label,
    // Whoever lends it hears it already.
    monitored: false,
    settings: () => null,
    stop() {
      source.disconnect(node);
      node.disconnect();
    },
  };
}
