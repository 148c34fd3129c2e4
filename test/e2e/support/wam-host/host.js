// A host as the API of Web Audio Modules 2 has it: its environment and one group, two instances of simile from two addresses, and a plugin of someone else's after them.
import { initializeWamHost } from "/node_modules/@webaudiomodules/sdk/dist/index.js";

document.querySelector("button").onclick = async () => {
  const context = new AudioContext();
  const [group] = await initializeWamHost(context);
  // The same module from another address, as two versions of a site's plugins may be.
  const { default: Simile } = await import("/node_modules/simile/lib/wam/index.js");
  const { default: Again } = await import("/copy/simile/lib/wam/index.js");
  const { default: Recorder } = await import("./recorder.js");
  const [first, second, recorder] = await Promise.all([Simile.createInstance(group, context), Again.createInstance(group, context), Recorder.createInstance(group, context)]);
  first.audioNode.connectEvents(recorder.instanceId);
  document.querySelector("#rack").append(await first.createGui(), await second.createGui());
  const meter = new AnalyserNode(context, { fftSize: 2048 });
  first.audioNode.connect(meter).connect(context.destination);
  second.audioNode.connect(context.destination);
  Object.assign(window, { context, group, first, second, recorder, meter });
  document.body.dataset.ready = "yes";
};
