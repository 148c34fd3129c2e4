/** Exactly the globals of an AudioWorkletGlobalScope that the worklets use: no timers, no performance, no text codecs, no fetch, no console. */

interface MessageEvent<T = unknown> {
  readonly data: T;
}

interface MessagePort {
  onmessage: ((event: MessageEvent<never>) => void) | null;
  postMessage(message: unknown, transfer?: readonly (ArrayBuffer | MessagePort)[]): void;
  start(): void;
  close(): void;
}

interface AudioWorkletNodeOptions {
  readonly numberOfInputs?: number;
  readonly numberOfOutputs?: number;
  readonly outputChannelCount?: readonly number[];
  readonly processorOptions?: unknown;
}

declare class AudioWorkletProcessor {
  constructor(options?: AudioWorkletNodeOptions);
  readonly port: MessagePort;
  /** Inputs and outputs as `[input][channel][frame]`; true keeps the processor alive. */
  process(inputs: readonly (readonly Float32Array[])[], outputs: readonly (readonly Float32Array[])[], parameters: Readonly<Record<string, Float32Array>>): boolean;
}

declare function registerProcessor(name: string, processor: new (options: AudioWorkletNodeOptions) => AudioWorkletProcessor): void;

/** Frames since the context began, at the first frame of the current quantum. */
declare const currentFrame: number;
/** Seconds since the context began, at the first frame of the current quantum. */
declare const currentTime: number;
/** Hertz. */
declare const sampleRate: number;
