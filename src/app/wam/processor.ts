/** The module's end on the audio thread, which the SDK takes there as text: passes sound through, tells the page of MIDI, transport and parameters, and sends events on to other modules. */

import type { WamEvent, WamMidiData, WamParameterConfiguration, WamParameterInfo, WamTransportData } from "@webaudiomodules/api";

/** From the processor to the node. */
export type ProcessorReport = { readonly simile: { readonly midi: readonly number[] } | { readonly tempo: number; readonly playing: boolean; /** Audio-clock second at which the bar began. */ readonly barStarted: number } | { readonly parameters: Readonly<Record<string, number>> } };

/** From the node to the processor, beside what the SDK says. */
export interface ProcessorOrder {
  readonly emit: readonly WamEvent[];
}

interface BaseProcessor {
  readonly port: { postMessage(report: ProcessorReport): void };
  readonly _parameterState: Readonly<Record<string, { readonly value: number }>>;
  emitEvents(...events: readonly WamEvent[]): void;
  _onMessage(message: { readonly data: unknown }): Promise<void>;
}

interface ModuleScope {
  readonly WamProcessor: new (options: unknown) => BaseProcessor;
  readonly WamParameterInfo: new (id: string, config: WamParameterConfiguration) => WamParameterInfo;
  SimileProcessor?: unknown;
}

interface AudioScope {
  readonly webAudioModules: { getModuleScope(moduleId: string): ModuleScope };
  registerProcessor(name: string, processor: unknown): void;
}

/** Runs on the audio thread, in a scope of its own: it may use its arguments and nothing of this file. The first load counts, whoever loads it again. */
export function simileProcessor(moduleId: string, parameters: Readonly<Record<string, WamParameterConfiguration>>): void {
  const scope = globalThis as unknown as AudioScope;
  const module = scope.webAudioModules.getModuleScope(moduleId);
  if (module.SimileProcessor) return;
  /** Quanta between two looks at the parameters. */
  const every = 8;

  class SimileProcessor extends module.WamProcessor {
    told: Record<string, number> = {};
    quantum = 0;

    _generateWamParameterInfo(): Record<string, WamParameterInfo> {
      return Object.fromEntries(Object.entries(parameters).map(([id, config]) => [id, new module.WamParameterInfo(id, config)]));
    }

    _onMidi({ bytes }: WamMidiData): void {
      this.port.postMessage({ simile: { midi: [...bytes] } });
    }

    _onTransport({ tempo, playing, currentBarStarted }: WamTransportData): void {
      this.port.postMessage({ simile: { tempo, playing, barStarted: currentBarStarted } });
    }

    _onSysex(): void {}
    _onMpe(): void {}
    _onOsc(): void {}

    override async _onMessage(message: { readonly data: unknown }): Promise<void> {
      const { emit } = message.data as Partial<ProcessorOrder>;
      if (emit) this.emitEvents(...emit);
      else await super._onMessage(message);
    }

    _process(start: number, end: number, inputs: readonly (readonly Float32Array[])[], outputs: readonly (readonly Float32Array[])[]): void {
      const [output] = outputs;
      const [input] = inputs;
      for (let channel = 0; channel < (output?.length ?? 0); channel++) {
        const from = input?.[channel] ?? input?.[0];
        if (!from) output![channel]!.fill(0, start, end);
        else for (let i = start; i < end; i++) output![channel]![i] = from[i]!;
      }
      if (start > 0 || ++this.quantum % every > 0) return;
      let changed: Record<string, number> | null = null;
      for (const id in parameters) {
        const { value } = this._parameterState[id]!;
        if (this.told[id] === value) continue;
        // The values at the beginning are the instrument's own.
        if (id in this.told) changed = { ...(changed ?? {}), [id]: value };
        this.told[id] = value;
      }
      if (changed) this.port.postMessage({ simile: { parameters: changed } });
    }
  }

  module.SimileProcessor = SimileProcessor;
  try {
    scope.registerProcessor(moduleId, SimileProcessor);
  } catch {
    // Another copy of this module came before, as from another address.
  }
}
