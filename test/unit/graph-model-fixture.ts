/** A TensorFlow.js graph model small enough to write by hand: the mean of a picture over its last two axes, halved. */

const float = { type: "DT_FLOAT" };
const shape = (...sizes: number[]) => ({ shape: { dim: sizes.map((size) => ({ size: String(size) })) } });

/** A graph that multiplies the picture by a weight and takes the mean over its last two axes: `[windows, bands, frames, 1] -> [windows, bands]`. */
export function model(bands: number, frames: number) {
  return {
    format: "graph-model",
    modelTopology: {
      node: [
        { name: "picture", op: "Placeholder", attr: { dtype: float, shape: shape(-1, bands, frames, 1) } },
        { name: "weight", op: "Const", attr: { dtype: float, value: { tensor: { dtype: "DT_FLOAT", tensorShape: {} } } } },
        { name: "axes", op: "Const", attr: { dtype: { type: "DT_INT32" }, value: { tensor: { dtype: "DT_INT32", tensorShape: { dim: [{ size: "2" }] } } } } },
        { name: "weighted", op: "Mul", input: ["picture", "weight"], attr: { T: float } },
        { name: "embedding", op: "Mean", input: ["weighted", "axes"], attr: { T: float, keep_dims: { b: false } } },
      ],
      library: {},
      versions: { producer: 1 },
    },
    weightsManifest: [{ paths: ["group1-shard1of1.bin"], weights: [{ name: "weight", shape: [], dtype: "float32" }, { name: "axes", shape: [2], dtype: "int32" }] }],
  };
}

/** weight = 0.5; axes = [2, 3]. */
export const WEIGHTS = Buffer.concat([Buffer.from(Float32Array.of(0.5).buffer), Buffer.from(Int32Array.of(2, 3).buffer)]);
