/** `simile transform`: scattering of raw float32 samples, by Kymatio's parameters, into raw float32 coefficients. */

import { readFile } from "node:fs/promises";
import { FormatError, messageOf, MissingError } from "../core/errors.ts";
import { parseParameters, SCATTERING1D_NAMES, type Scattering1dParameters, TIME_FREQUENCY_NAMES, type TimeFrequencyParameters } from "../core/scattering/parameters.ts";
import { createScattering1d } from "../core/scattering/scattering1d.ts";
import { createTimeFrequencyScattering } from "../core/scattering/time-frequency-scattering.ts";
import { parseCommand, UsageError } from "./command-line.ts";
import { checkWritable, writeWhole } from "./whole-file.ts";

const BYTES = Float32Array.BYTES_PER_ELEMENT;

async function readSamples(path: string): Promise<Float32Array> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new MissingError(`${path}: expected a file of float32 samples, got none that can be read (${messageOf(cause)}); name one.`);
  });
  if (bytes.length === 0 || bytes.length % BYTES !== 0) throw new FormatError(`${path}: expected raw little-endian float32, a multiple of ${BYTES} bytes, got ${bytes.length} bytes; write the samples without a header.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Float32Array.from({ length: bytes.length / BYTES }, (_, i) => view.getFloat32(BYTES * i, true));
}

function bytesOf(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(BYTES * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setFloat32(BYTES * i, value, true));
  return bytes;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`simile transform: expected JSON after --params, got ${JSON.stringify(text.slice(0, 60))} (${messageOf(cause)}).`);
  }
}

/** Runs the command; `shape` defaults to the length of the input. */
export async function transform(args: readonly string[]): Promise<number> {
  const { values } = parseCommand("transform", { args: [...args], options: { kind: { type: "string" }, params: { type: "string" }, in: { type: "string" }, out: { type: "string" } } });
  const { kind, params, in: input, out } = values;
  if (kind !== "scat1d" && kind !== "jtfs") throw new UsageError(`simile transform: expected --kind scat1d or --kind jtfs, got ${JSON.stringify(kind ?? null)}.`);
  for (const [option, value] of Object.entries({ params, in: input, out })) if (value === undefined) throw new UsageError(`simile transform: expected --${option}, got none; see npx simile transform --help.`);
  const parameters = parseParameters(parseJson(params!), kind === "scat1d" ? SCATTERING1D_NAMES : TIME_FREQUENCY_NAMES, "--params");
  await checkWritable(out!);
  const samples = await readSamples(input!);
  const given = { shape: samples.length, ...parameters } as unknown;
  const { transform: run } = kind === "scat1d" ? createScattering1d(given as Scattering1dParameters) : createTimeFrequencyScattering(given as TimeFrequencyParameters);
  const result = run(samples);
  await writeWhole(out!, bytesOf(result.values));
  process.stdout.write(`${JSON.stringify(result.shape)}\n`);
  return 0;
}
