/** The module as one node of the host's graph: sound, MIDI and automation in, answers and their notes out, with a state to keep. */

import type { WamEvent, WamMidiData } from "@webaudiomodules/api";
import { WamNode, type WebAudioModule, addFunctionModule } from "@webaudiomodules/sdk";
import type { ControlArgument } from "../../core/control/control-message.ts";
import { writePadPreset } from "../../core/presets/pad-preset.ts";
import { CONTROL_SETTING_NAMES, type ControlSetting } from "../../protocol/control.ts";
import { type Remote, createRemote } from "../remote/remote.ts";
import { SETTING_HANDLES } from "../remote/settings.ts";
import { type SimileOptions, createSimile } from "../simile.ts";
import type { Simile } from "../simile-state.ts";
import { PARAMETERS, parameterConfigurations, parameterValue, parameterValues, settingOf } from "./parameters.ts";
import { type ProcessorReport, simileProcessor } from "./processor.ts";
import { type SimileWamState, WAM_STATE_VERSION, readWamState } from "./wam-state.ts";

/** MIDI: controllers that are heard, and all sound or notes off. */
const CONTROLLERS: Readonly<Record<number, { readonly name: ControlSetting; readonly least: number; readonly most: number }>> = {
  1: { name: "diversity", least: 0, most: 1 },
  7: { name: "volume", least: -48, most: 6 },
  8: { name: "mix", least: 0, most: 1 },
  10: { name: "pan", least: -1, most: 1 },
};
const SILENCES = [120, 123];
const [NOTE_OFF, NOTE_ON, CONTROL, PROGRAM] = [8, 9, 11, 12];

export class SimileWamNode extends WamNode {
  readonly simile: Simile;
  readonly #out: GainNode;
  readonly #remote: Remote;
  #shown = new Map<ControlSetting, number>();

  /** Loads what the audio thread needs, and starts the instrument within the host's context. */
  static async open(module: WebAudioModule, options: SimileOptions): Promise<SimileWamNode> {
    const context = module.audioContext as AudioContext;
    await SimileWamNode.addModules(context, module.moduleId);
    const out = new GainNode(context);
    let node: SimileWamNode | null = null;
    const simile = createSimile({
      ...options,
      lent: { context, output: out },
      playNote(answer, time) {
        const channel = 0;
        node?.emit(time, [(NOTE_ON << 4) | channel, answer.note, answer.velocity]);
        return (end) => node?.emit(end, [(NOTE_OFF << 4) | channel, answer.note, 0]);
      },
    });
    await addFunctionModule(context.audioWorklet, simileProcessor, module.moduleId, parameterConfigurations(simile.state));
    node = new SimileWamNode(module, simile, out);
    await node._initialize();
    await simile.start();
    await simile.listen({ kind: "node", node: node.#heard, label: "the host" });
    return node;
  }

  /** What came in, for the instrument alone: the host connects to the node's own input. */
  readonly #heard: GainNode;

  constructor(module: WebAudioModule, simile: Simile, out: GainNode) {
    super(module, { numberOfInputs: 1, numberOfOutputs: 1, outputChannelCount: [2] });
    this.simile = simile;
    this.#out = out;
    this.#heard = new GainNode(module.audioContext);
    super.connect(this.#heard);
    this.#remote = createRemote(simile, () => {});
    for (const name of PARAMETERS) this.#shown.set(name, parameterValue(name, simile.state));
    simile.addEventListener("change", this.#follow);
  }

  /** The host connects what comes out of the instrument, not what went in. */
  override connect(...to: unknown[]): never {
    return (this.#out.connect as (...args: unknown[]) => unknown)(...to) as never;
  }

  override disconnect(...from: unknown[]): void {
    (this.#out.disconnect as (...args: unknown[]) => void)(...from);
  }

  /** Sends MIDI on to the modules that the host has connected. `time` is of `performance.now()`. */
  emit(time: number, bytes: readonly [number, number, number]): void {
    const event: WamEvent = { type: "wam-midi", time: this.context.currentTime + Math.max(0, time - performance.now()) / 1000, data: { bytes: [...bytes] as WamMidiData["bytes"] } };
    this.port.postMessage({ emit: [event] });
  }

  override _onMessage(message: MessageEvent): void {
    const { simile } = message.data as Partial<ProcessorReport>;
    if (!simile) return super._onMessage(message);
    if ("midi" in simile) this.#midi(simile.midi);
    else if ("parameters" in simile) for (const [name, value] of Object.entries(simile.parameters)) this.#set(name as ControlSetting, settingOf(name as ControlSetting, value), value);
    else this.simile.setBeat({ tempo: simile.tempo, running: simile.playing, at: simile.barStarted });
  }

  #set(name: ControlSetting, value: ControlArgument, shown?: number): void {
    if (shown !== undefined) this.#shown.set(name, shown);
    this.#remote.receive({ address: `/simile/set/${name}`, args: [value] });
  }

  /** What changed by other ways than parameters shows in the parameters. */
  readonly #follow = (): void => {
    const { state } = this.simile;
    const changed = PARAMETERS.filter((name) => Math.abs(parameterValue(name, state) - this.#shown.get(name)!) > 1e-6);
    if (changed.length === 0) return;
    for (const name of changed) this.#shown.set(name, parameterValue(name, state));
    void this.setParameterValues(Object.fromEntries(changed.map((id) => [id, { id, value: parameterValue(id, state), normalized: false }])));
  };

  #midi([status = 0, first = 0, second = 0]: readonly number[]): void {
    switch (status >> 4) {
      case NOTE_ON:
      case NOTE_OFF:
        return this.#remote.receive({ address: "/simile/note", args: [first, status >> 4 === NOTE_ON ? second : 0] });
      case CONTROL: {
        if (SILENCES.includes(first)) return this.simile.panic();
        const control = CONTROLLERS[first];
        return control && this.#set(control.name, control.least + ((control.most - control.least) * second) / 127);
      }
      case PROGRAM:
        return this.#set("bank", first);
      default:
    }
  }

  override async getState(): Promise<SimileWamState> {
    const { state } = this.simile;
    return { version: WAM_STATE_VERSION, settings: Object.fromEntries(CONTROL_SETTING_NAMES.map((name) => [name, SETTING_HANDLES[name].read(state)])), pads: writePadPreset({ name: "state", author: "", licence: "", banks: state.board.banks }) };
  }

  /** Rejects with FormatError for a state that is none of ours, and changes nothing then. */
  override async setState(state: SimileWamState): Promise<void> {
    const { settings, banks } = readWamState(state);
    const { bank } = this.simile.state.board;
    this.simile.pads.change({ kind: "bank", bank: 0 });
    this.simile.pads.change({ kind: "load", banks });
    this.simile.pads.change({ kind: "bank", bank });
    for (const [name, value] of settings) this.#set(name, value);
    await this.setParameterValues(parameterValues(this.simile.state));
  }

  override destroy(): void {
    this.simile.removeEventListener("change", this.#follow);
    this.#remote.dispose();
    super.disconnect(this.#heard);
    void this.simile.dispose();
    super.destroy();
  }
}
