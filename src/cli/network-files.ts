/** Loads graph models that the user names by file or URL. */

import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type GraphModel, loadGraphModel } from "@tensorflow/tfjs-converter";
import { io } from "@tensorflow/tfjs-core";
import { FormatError, MissingError, messageOf } from "../core/errors.ts";
import { type LogMelFrontend, type NetworkFeature, OPENL3_MEL128, OPENL3_MEL256, createNetworkFeature } from "../model/network-feature.ts";

/** The frontends that a command can name. */
export const FRONTENDS: ReadonlyMap<string, LogMelFrontend> = new Map([
  ["openl3-mel256", OPENL3_MEL256],
  ["openl3-mel128", OPENL3_MEL128],
]);

/** The feature of the network at `source` (path or URL of a tfjs `model.json`). Throws MissingError, FormatError or UnsupportedError. */
export async function loadNetworkFeature(name: string, source: string, frontend: LogMelFrontend): Promise<NetworkFeature> {
  return createNetworkFeature(name, 1, await loadGraph(source), frontend);
}

async function loadGraph(source: string): Promise<GraphModel> {
  try {
    return await loadGraphModel(/^https?:/.test(source) ? source : fileHandler(source));
  } catch (cause) {
    if (cause instanceof MissingError || cause instanceof FormatError) throw cause;
    throw new FormatError(`${source}: expected a TensorFlow.js graph model (model.json and its weight files), got ${messageOf(cause)}; convert the network with tensorflowjs_converter --output_format tfjs_graph_model.`);
  }
}

/** Reads `model.json` and the weight files that it names, from beside it only. */
function fileHandler(path: string): io.IOHandler {
  const read = async (file: string) => {
    try {
      return await readFile(file);
    } catch {
      throw new MissingError(`${file}: expected a file of a graph model, got none; give the path of model.json, with its weight files beside it.`);
    }
  };
  return {
    async load() {
      const json = parse(await read(path), path);
      const groups = json.weightsManifest ?? [];
      const names = groups.flatMap((group) => group.paths);
      const climbing = names.find((name) => /[\\/]|^\.\.?$/.test(name));
      if (climbing !== undefined) throw new FormatError(`${path}: expected weight files beside it, got ${JSON.stringify(climbing)}; convert the network again.`);
      const weights = await Promise.all(names.map((name) => read(join(dirname(path), name))));
      const whole = Buffer.concat(weights);
      return {
        modelTopology: json.modelTopology,
        weightSpecs: groups.flatMap((group) => group.weights),
        weightData: whole.buffer.slice(whole.byteOffset, whole.byteOffset + whole.byteLength),
        ...(json.signature ? { signature: json.signature } : {}),
      };
    },
  };
}

function parse(bytes: Buffer, path: string): io.ModelJSON {
  try {
    const json = JSON.parse(bytes.toString("utf8")) as io.ModelJSON;
    if (!json.modelTopology) throw new Error("JSON without a modelTopology");
    return json;
  } catch (cause) {
    throw new FormatError(`${path}: expected the model.json of a graph model, got ${messageOf(cause)}; give the path of a converted network.`);
  }
}
