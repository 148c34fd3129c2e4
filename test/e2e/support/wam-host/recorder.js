// A second plugin: it writes down the MIDI that comes, and lets sound pass.
import { WamNode, WebAudioModule, addFunctionModule } from "/node_modules/@webaudiomodules/sdk/dist/index.js";

const MODULE = "example.recorder";

function recorderProcessor(moduleId) {
  const scope = globalThis.webAudioModules.getModuleScope(moduleId);
  if (scope.Recorder) return;
  scope.Recorder = class extends scope.WamProcessor {
    _onMidi({ bytes }) {
      this.port.postMessage({ recorded: [...bytes] });
    }
    _process(start, end, inputs, outputs) {
      outputs[0].forEach((channel, i) => channel.set((inputs[0][i] ?? new Float32Array(128)).subarray(start, end), start));
    }
  };
  globalThis.registerProcessor(moduleId, scope.Recorder);
}

class RecorderNode extends WamNode {
  midi = [];
  _onMessage(message) {
    if (message.data.recorded) this.midi.push(message.data.recorded);
    else super._onMessage(message);
  }
}

export default class Recorder extends WebAudioModule {
  constructor(...args) {
    super(...args);
    Object.assign(this._descriptor, { identifier: MODULE, name: "recorder", vendor: "example" });
  }
  async createAudioNode() {
    await WamNode.addModules(this.audioContext, MODULE);
    await addFunctionModule(this.audioContext.audioWorklet, recorderProcessor, MODULE);
    const node = new RecorderNode(this, {});
    await node._initialize();
    return node;
  }
}
