/** The module's end on the audio thread, in a scope as the SDK makes it: what the host tells of its transport and MIDI reaches the page. */

import { afterEach, expect, test, vi } from "vitest";
import { type ProcessorReport, simileProcessor } from "../../src/app/wam/processor.ts";

afterEach(() => vi.unstubAllGlobals());

interface Processor {
  _onTransport(data: object): void;
  _onMidi(data: object): void;
}

test("tells tempo, whether it plays and when its bar began, and MIDI as it came", () => {
  const told: ProcessorReport[] = [];
  const registered = new Map<string, new () => Processor>();
  class WamProcessor {
    readonly port = { postMessage: (report: ProcessorReport) => void told.push(report) };
  }
  const scope = { WamProcessor, WamParameterInfo: class {} };
  vi.stubGlobal("webAudioModules", { getModuleScope: () => scope });
  vi.stubGlobal("registerProcessor", (name: string, processor: new () => Processor) => void registered.set(name, processor));
  simileProcessor("simile", {});
  const processor = new (registered.get("simile")!)();
  processor._onTransport({ currentBar: 3, currentBarStarted: 12.5, tempo: 90, timeSigNumerator: 4, timeSigDenominator: 4, playing: true });
  processor._onMidi({ bytes: [0x90, 36, 100] });
  expect(told).toEqual([{ simile: { tempo: 90, playing: true, barStarted: 12.5 } }, { simile: { midi: [0x90, 36, 100] } }]);
});
