/** Packs named tensors into one little-endian float32 file and reads them back, checked byte for byte. */

import { FormatError } from "../core/errors.ts";
import type { ModelManifest, TensorEntry } from "../core/presets/model-manifest.ts";

/** A tensor at rest. */
export interface Weights {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

const REMEDY = "train the model again, or fetch a whole copy of its folder";

export async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Lays the tensors end to end in the order of the map. Throws FormatError for a value that is not finite. */
export async function packWeights(tensors: ReadonlyMap<string, Weights>): Promise<{ readonly buffer: ArrayBuffer; readonly entries: readonly TensorEntry[]; readonly sha256: string }> {
  const total = [...tensors.values()].reduce((sum, { values }) => sum + values.length, 0);
  const buffer = new ArrayBuffer(total * 4);
  const view = new DataView(buffer);
  const entries: TensorEntry[] = [];
  let offset = 0;
  for (const [name, { shape, values }] of tensors) {
    entries.push({ name, shape: [...shape], offset });
    for (const value of values) {
      if (!Number.isFinite(value)) throw new FormatError(`weights: ${name}: expected finite numbers, got ${value}; train again at a lower rate.`);
      view.setFloat32(offset, value, true);
      offset += 4;
    }
  }
  return { buffer, entries, sha256: await sha256(buffer) };
}

/** The tensors of a manifest. Throws FormatError where length, sums or values are not what the manifest says. */
export async function unpackWeights({ name, weights }: Pick<ModelManifest, "name" | "weights">, buffer: ArrayBuffer): Promise<Map<string, Weights>> {
  const place = `${name}: ${weights.file}`;
  const expected = weights.tensors.reduce((bytes, { shape, offset }) => Math.max(bytes, offset + 4 * shape.reduce((product, size) => product * size, 1)), 0);
  if (buffer.byteLength !== expected) throw new FormatError(`${place}: expected ${expected} bytes, got ${buffer.byteLength}; ${REMEDY}.`);
  const sum = await sha256(buffer);
  if (sum !== weights.sha256) throw new FormatError(`${place}: expected sha256 ${weights.sha256}, got ${sum}; ${REMEDY}.`);
  const view = new DataView(buffer);
  const tensors = new Map<string, Weights>();
  for (const entry of weights.tensors) {
    const values = new Float32Array(entry.shape.reduce((product, size) => product * size, 1));
    for (let i = 0; i < values.length; i++) {
      values[i] = view.getFloat32(entry.offset + 4 * i, true);
      if (!Number.isFinite(values[i])) throw new FormatError(`${place}: ${entry.name}: expected finite numbers, got ${values[i]} at ${i}; ${REMEDY}.`);
    }
    tensors.set(entry.name, { shape: entry.shape, values });
  }
  return tensors;
}
