/** Reads the parameters of both transforms, by Kymatio's names, and says which cannot be satisfied and what is allowed. */

import { FormatError, UnsupportedError } from "../errors.ts";
import { createFilterBank, type Wavelet } from "./filter-bank.ts";
import type { Averaging } from "./low-pass.ts";
import { paddingOf } from "./padding.ts";

/** Of `Scattering1D`. */
export interface Scattering1dParameters {
  /** Samples of the signal. */
  readonly shape: number;
  /** Largest scale 2^J of the wavelets, in samples. */
  readonly J: number;
  /** Wavelets an octave in the first and second layer; default (1, 1). */
  readonly Q?: number | readonly number[] | undefined;
  /** Support of the average in samples; 2^J by default, "global" for a sum over everything. */
  readonly T?: number | "global" | null | undefined;
  /** Samples between two outputs, a power of two; the largest one within T by default. */
  readonly stride?: number | null | undefined;
  readonly max_order?: number | undefined;
  /** Halves the stride so many times. */
  readonly oversampling?: number | null | undefined;
  /** "array" alone. */
  readonly out_type?: string | undefined;
}

/** Of `TimeFrequencyScattering`. */
export interface TimeFrequencyParameters {
  readonly shape: number;
  readonly J: number;
  readonly Q: number | readonly number[];
  readonly T?: number | "global" | null | undefined;
  readonly stride?: number | null | undefined;
  /** Largest scale 2^J_fr along log-frequency, in first-layer wavelets. */
  readonly J_fr: number;
  /** Wavelets an octave along log-frequency; default 1. */
  readonly Q_fr?: number | readonly number[] | undefined;
  /** Support of the average along log-frequency, in wavelets; 2^J_fr by default, 0 for none, "global" for a sum over everything. */
  readonly F?: number | "global" | null | undefined;
  readonly stride_fr?: number | null | undefined;
  readonly oversampling?: number | null | undefined;
  readonly oversampling_fr?: number | null | undefined;
  /** "time": rows of paths; "joint": a picture [log-frequency, time] a path. Default "time". */
  readonly format?: string | undefined;
  readonly out_type?: string | undefined;
}

/** What the parameters of time come to. */
export interface TimeSetting {
  readonly averaging: Averaging;
  readonly J: number;
  readonly log2T: number;
  readonly Q1: number;
  readonly first: readonly Wavelet[];
  readonly second: readonly Wavelet[];
}

/** What the parameters of log-frequency come to. */
export interface FrequencySetting {
  readonly J: number;
  readonly Q: number;
  readonly F: number;
  readonly average: "local" | "global" | "none";
  readonly log2F: number;
  readonly log2Stride: number;
  /** Rows with the padding below the last wavelet. */
  readonly padded: number;
  readonly format: "time" | "joint";
}

export const SCATTERING1D_NAMES = ["shape", "J", "Q", "T", "stride", "max_order", "oversampling", "out_type"] as const;
export const TIME_FREQUENCY_NAMES = ["shape", "J", "J_fr", "Q", "T", "stride", "Q_fr", "F", "stride_fr", "oversampling", "oversampling_fr", "format", "out_type"] as const;

/** Shapes beyond this need more memory than WebAssembly has. */
const MOST_SHAPE = 2 ** 22;
const MOST_J = 24;
const MOST_Q = 128;

function fault(name: string, expected: string, got: unknown): UnsupportedError {
  return new UnsupportedError(`${name}: expected ${expected}, got ${typeof got === "string" ? got : JSON.stringify(got) ?? String(got)}; change ${name.split(" ")[0]}.`);
}

function whole(name: string, value: unknown, least: number, most: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most) throw fault(name, `a whole number from ${least} to ${most}`, value);
  return value;
}

/** One or two numbers of wavelets an octave. */
function qualities(name: string, value: unknown, most: 1 | 2): number[] {
  const list = Array.isArray(value) ? value : [value];
  if (list.length < 1 || list.length > most) throw fault(name, most === 2 ? "one or two whole numbers" : "one whole number", value);
  return list.map((q) => whole(name, q, 1, MOST_Q));
}

/** Kymatio's rule for T and F: support and kind of the average. */
function support(name: string, value: unknown, J: number, most: number): { readonly support: number; readonly average: "local" | "global" | "none" } {
  if (value === undefined || value === null) return { support: 2 ** J, average: "local" };
  if (value === "global") return { support: 2 ** J, average: "global" };
  if (value === 0) return { support: 2 ** J, average: "none" };
  if (typeof value !== "number" || !(value >= 1 && value <= most)) throw fault(name, `"global" or a number from 1 to ${most}`, value);
  return { support: value, average: "local" };
}

/** log2 of a stride: given, or that of the support halved `halvings` times. `suffix` is that of the parameters' names. */
function log2StrideOf(suffix: "" | "_fr", stride: unknown, halvings: unknown, average: string, log2Support: number): number {
  const os = halvings === undefined || halvings === null ? 0 : whole(`oversampling${suffix}`, halvings, 0, average === "local" ? log2Support : 0);
  if (stride === undefined || stride === null) return log2Support - os;
  const value = whole(`stride${suffix}`, stride, 1, 2 ** 30);
  if (!Number.isInteger(Math.log2(value))) throw fault(`stride${suffix}`, "a power of two", value);
  if (average !== "local") throw fault(`stride${suffix}`, "none where the average is not local", value);
  if (os > 0 && value !== 2 ** (log2Support - os)) throw fault(`oversampling${suffix}`, `to agree with stride${suffix}`, os);
  return Math.log2(value);
}

function checkOutType(type: unknown): void {
  if (type !== undefined && type !== "array") throw fault("out_type", `"array"`, type);
}

function timeSetting(shape: unknown, J: unknown, Q: unknown, T: unknown, log2StrideFrom: (average: string, log2T: number) => number): TimeSetting {
  const length = whole("shape", Array.isArray(shape) && shape.length === 1 ? shape[0] : shape, 1, MOST_SHAPE);
  const scale = whole("J", J, 0, MOST_J);
  const [Q1, Q2 = 1] = qualities("Q", Q, 2) as [number, number?];
  const { support: T_, average } = support("T", T, scale, length);
  if (average === "none") throw fault("T", `"global" or a number from 1 to ${length} (paths that are not averaged differ in length and make no array)`, T);
  const log2T = Math.floor(Math.log2(T_));
  const log2Stride = log2StrideFrom(average, log2T);
  const padding = paddingOf(length, T_);
  const first = createFilterBank(scale, Q1);
  const second = createFilterBank(scale, Q2);
  if (first.length === 0) throw fault("Q", "a bank of at least one wavelet", Q);
  const coarsest = Math.max(log2T, ...first.map(({ j }) => j), ...second.map(({ j }) => j - 1));
  if (2 ** coarsest > padding.padded || padding.padded < 4) {
    throw new UnsupportedError(`J and T: expected 2^J and T within the ${padding.padded} samples that ${length} make with their mirror images, got J = ${scale} and T = ${T_}; choose a smaller J or T, or a longer shape.`);
  }
  if (2 ** log2Stride > padding.padded || log2Stride > Math.max(log2T, scale)) throw fault("stride", `at most ${Math.min(padding.padded, 2 ** Math.max(log2T, scale))}`, 2 ** log2Stride);
  for (const one of first) {
    for (const other of second) {
      if (one.j < other.j && one.xi <= other.xi) throw new UnsupportedError(`Q: expected second-layer wavelets below the first-layer ones that they analyse, got Q = (${Q1}, ${Q2}) with J = ${scale}; choose a second Q no larger than the first.`);
    }
  }
  return { averaging: { padding, length, T: T_, global: average === "global", log2Stride }, J: scale, log2T, Q1, first, second };
}

/** Throws UnsupportedError, naming the parameter and what is allowed. */
export function scattering1dSetting(parameters: Scattering1dParameters): TimeSetting & { readonly order: 1 | 2 } {
  const { shape, J, Q = 1, T, stride, max_order = 2, oversampling, out_type } = parameters;
  const order = whole("max_order", max_order, 1, 2) as 1 | 2;
  checkOutType(out_type);
  const time = timeSetting(shape, J, Q, T, (average, log2T) => log2StrideOf("", stride, oversampling, average, log2T));
  return { ...time, order };
}

/** Throws UnsupportedError, naming the parameter and what is allowed. */
export function timeFrequencySetting(parameters: TimeFrequencyParameters): { readonly time: TimeSetting; readonly frequency: FrequencySetting } {
  const { shape, J, Q, T, stride, J_fr, Q_fr = 1, F, stride_fr, oversampling, oversampling_fr, format = "time", out_type } = parameters;
  checkOutType(out_type);
  if (format !== "time" && format !== "joint") throw fault("format", `"time" or "joint"`, format);
  const time = timeSetting(shape, J, Q, T, (average, log2T) => log2StrideOf("", stride, oversampling, average, log2T));
  const { log2Stride, global } = time.averaging;
  const coarsest = Math.max(0, ...time.second.filter(({ j }) => j > Math.min(...time.first.map((wavelet) => wavelet.j))).map(({ j }) => j));
  if (!global && log2Stride < coarsest) {
    throw new UnsupportedError(`${stride ? "stride" : "T"}: expected at least ${2 ** coarsest}, the rate of the slowest second-layer wavelet of J = ${time.J}, got ${stride ?? time.averaging.T}; choose it larger or J smaller.`);
  }
  const scale = whole("J_fr", J_fr, 0, 14);
  const [Q_] = qualities("Q_fr", Q_fr, 1) as [number];
  const rows = (time.J + 1) * time.Q1;
  const { support: F_, average } = support("F", F, scale, rows);
  const log2F = Math.floor(Math.log2(F_));
  const log2StrideFr = log2StrideOf("_fr", stride_fr, oversampling_fr, average, log2F);
  const padded = Math.floor((rows + 8 * Math.min(F_, 2 ** scale)) / 2 ** scale) * 2 ** scale;
  const finest = Math.max(scale, average === "local" ? Math.max(log2F, log2StrideFr) : 0);
  if (padded === 0) throw fault("J_fr", `a scale whose 2^J_fr is within the ${rows} rows of J and Q and their padding`, scale);
  if (padded % 2 ** finest !== 0) {
    throw new UnsupportedError(`F and J_fr: expected the ${padded} rows along log-frequency (from J, Q, J_fr and F) to be a multiple of ${2 ** finest}, got ${padded % 2 ** finest} left over; choose F at most ${2 ** scale}, or another J_fr.`);
  }
  const frequency: FrequencySetting = { J: scale, Q: Q_, F: F_, average, log2F, log2Stride: log2StrideFr, padded, format };
  if (format === "joint" && average !== "local") throw fault("F", `a number from 1 to ${rows} with format "joint" (otherwise paths differ in height)`, F);
  if (format === "joint" && log2StrideFr > scale) throw stride_fr ? fault("stride_fr", `at most ${2 ** scale} with format "joint"`, stride_fr) : fault("F", `less than ${2 ** (scale + 1)} with format "joint"`, F_);
  return { time, frequency };
}

/** The parameters of one transform out of JSON text or what it holds; unknown names are faults. Ranges are checked by the transform. */
export function parseParameters(json: unknown, names: readonly string[], place: string): Record<string, unknown> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw new FormatError(`${place}: expected an object of parameters, got ${JSON.stringify(json)}; write for example {"shape": 8192, "J": 6, "Q": 8}.`);
  const unknown = Object.keys(json).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new FormatError(`${place}: expected parameters among ${names.join(", ")}, got ${unknown.join(", ")}; leave out what the transform does not take.`);
  return json as Record<string, unknown>;
}
