/** Reads the input's level and spectrum for the eye, without allocating. */

export interface InputMeter {
  /** Where the input goes in; nothing comes out. */
  readonly node: AudioNode;
  /** The latest 2,048 frames of the input, mixed to one channel; the array is reused. */
  latest(): Float32Array;
  /** Peak and root mean square of the latest frames, linear. */
  readLevel(into: { peak: number; rms: number }): void;
  /** Magnitudes in dB, `into.length` bins of equal width up to half the context's rate, the loudest line of each. */
  readSpectrum(into: Float32Array): void;
  dispose(): void;
}

const FRAMES = 2048;

export function createInputMeter(context: BaseAudioContext): InputMeter {
  const node = new GainNode(context);
  const level = new AnalyserNode(context, { fftSize: FRAMES, smoothingTimeConstant: 0 });
  const spectrum = new AnalyserNode(context, { fftSize: FRAMES, smoothingTimeConstant: 0.6 });
  node.connect(level);
  node.connect(spectrum);
  const frames = new Float32Array(FRAMES);
  let lines = new Float32Array(FRAMES / 2);
  return {
    node,
    latest() {
      level.getFloatTimeDomainData(frames);
      return frames;
    },
    readLevel(into) {
      level.getFloatTimeDomainData(frames);
      let peak = 0;
      let sum = 0;
      for (let i = 0; i < FRAMES; i++) {
        const magnitude = Math.abs(frames[i]!);
        if (magnitude > peak) peak = magnitude;
        sum += magnitude * magnitude;
      }
      into.peak = Number.isFinite(sum) ? peak : 0;
      into.rms = Number.isFinite(sum) ? Math.sqrt(sum / FRAMES) : 0;
    },
    readSpectrum(into) {
      const wanted = Math.min(32_768, Math.max(256, 2 ** Math.ceil(Math.log2(into.length * 2))));
      if (spectrum.fftSize !== wanted) {
        spectrum.fftSize = wanted;
        lines = new Float32Array(wanted / 2);
      }
      spectrum.getFloatFrequencyData(lines);
      for (let bin = 0; bin < into.length; bin++) {
        const from = Math.floor((bin * lines.length) / into.length);
        const to = Math.max(from + 1, Math.floor(((bin + 1) * lines.length) / into.length));
        let loudest = Number.NEGATIVE_INFINITY;
        for (let line = from; line < to; line++) if (lines[line]! > loudest) loudest = lines[line]!;
        into[bin] = loudest;
      }
    },
    dispose() {
      node.disconnect();
    },
  };
}
