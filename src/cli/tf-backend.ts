/** Brings up tfjs on its wasm backend in Node, from the package's own files and on one thread. */

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

let ready: Promise<void> | undefined;

/** Makes wasm the current backend; later calls wait for the first. */
export function useWasm(): Promise<void> {
  ready ??= (async () => {
    tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
    setWasmPaths(join(dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist", "/"));
    await tf.setBackend("wasm");
    await tf.ready();
  })();
  return ready;
}
