/** Lends PFFFT, our SIMD kernels and the memory that both work in. */

import FFT from "fft.js";
import { WASM_PAGE, type WasmMemory, decodeBase64, wasm } from "../wasm.ts";
import { KERNEL_BYTES, PFFFT_BYTES, PFFFT_NAMES } from "./simd-bytes.ts";

/** The functions of `simd/kernels.ts`; addresses are bytes in `Kernels`' memory. */
interface KernelFunctions {
  fold(x: number, n: number, h: number, lo: number, count: number, out: number, m: number): void;
  modulus(z: number, u: number, n: number): void;
  dot(a: number, b: number, n: number): number;
  correlate(z: number, stride: number, kernel: number, taps: number, count: number, plus: number, minus: number, both: number): void;
  average(z: number, stride: number, rows: number, rowCount: number, count: number, scratch: number, windows: number, windowCount: number, sums: number): void;
}

type Address = number;
/** Least sizes of PFFFT with vectors of four; smaller ones go through fft.js. */
const LEAST_REAL = 32;
const LEAST_COMPLEX = 16;
const FORWARD = 0;
const BACKWARD = 1;
const REAL = 0;
const COMPLEX = 1;

let modules: { readonly pffft: object; readonly kernels: object } | undefined;

/** One memory, freed as a whole with the object that made it. Allocate at construction only: a view is void after the next `allocate`. */
export class Kernels {
  readonly run: KernelFunctions;
  readonly #memory: WasmMemory;
  readonly #pffft: { pffft_aligned_malloc(bytes: number): Address; pffft_new_setup(n: number, kind: number): Address; pffft_transform_ordered(setup: Address, input: Address, output: Address, work: Address, direction: number): void };
  readonly #setups = new Map<string, Address>();
  #work = 0;
  #workFloats = 0;
  #floats = new Float32Array(0);

  constructor() {
    modules ??= { pffft: new wasm.Module(decodeBase64(PFFFT_BYTES)), kernels: new wasm.Module(decodeBase64(KERNEL_BYTES)) };
    const { exports: names, imports } = PFFFT_NAMES;
    let memory: WasmMemory | undefined;
    const { exports } = new wasm.Instance(modules.pffft, {
      a: {
        [imports.assertFail]: () => {
          throw new Error("PFFFT: an assertion of its own failed.");
        },
        [imports.resizeHeap]: (bytes: number) => {
          try {
            memory!.grow(Math.ceil((bytes - memory!.buffer.byteLength) / WASM_PAGE));
            return 1;
          } catch {
            return 0;
          }
        },
        [imports.copy]: (to: number, from: number, bytes: number) => new Uint8Array(memory!.buffer).copyWithin(to, from, from + bytes),
      },
    });
    memory = exports[names.memory] as WasmMemory;
    this.#memory = memory;
    (exports[names.start] as () => void)();
    this.#pffft = {
      pffft_aligned_malloc: exports[names.pffft_aligned_malloc] as (bytes: number) => Address,
      pffft_new_setup: exports[names.pffft_new_setup] as (n: number, kind: number) => Address,
      pffft_transform_ordered: exports[names.pffft_transform_ordered] as (setup: Address, input: Address, output: Address, work: Address, direction: number) => void,
    };
    this.run = new wasm.Instance(modules.kernels, { env: { memory } }).exports as unknown as KernelFunctions;
  }

  /** Address of that many float32 zeros, 64-byte aligned. */
  allocate(floats: number): Address {
    const count = Math.max(16, floats);
    const address = this.#pffft.pffft_aligned_malloc(4 * count);
    if (address === 0) throw new RangeError(`scattering: expected ${4 * count} bytes of memory, got none; choose a shorter shape.`);
    this.floats.fill(0, address >> 2, (address >> 2) + count);
    return address;
  }

  /** Address of a copy of `values`. */
  place(values: ArrayLike<number>): Address {
    const address = this.allocate(values.length);
    this.floats.set(values, address >> 2);
    return address;
  }

  /** Address of a copy of 32-bit integers. */
  placeIntegers(values: readonly number[]): Address {
    const address = this.allocate(values.length);
    new Int32Array(this.#memory.buffer, address, values.length).set(values);
    return address;
  }

  /** The whole memory as float32: element `address >> 2`. */
  get floats(): Float32Array {
    if (this.#floats.buffer !== this.#memory.buffer) this.#floats = new Float32Array(this.#memory.buffer);
    return this.#floats;
  }

  /** `count` float64 at `address`, void after the next `allocate`. */
  doubles(address: Address, count: number): Float64Array {
    return new Float64Array(this.#memory.buffer, address, count);
  }

  /**
   * Spectrum of `n` real samples, `n` a power of two: X[k] = sum_t x[t] exp(-2 pi i k t / n), 0 <= k <= n / 2, interleaved `[n / 2 + 1]` at `output`.
   * The transform is made ready on the first call of the outer function.
   */
  forward(n: number): (input: Address, output: Address) => void {
    if (n < LEAST_REAL) return this.#smallForward(n);
    const setup = this.#setup(n, REAL);
    const transform = this.#pffft.pffft_transform_ordered;
    return (input, output) => {
      transform(setup, input, output, this.#work, FORWARD);
      const floats = this.floats;
      const first = output >> 2;
      floats[first + n] = floats[first + 1]!;
      floats[first + n + 1] = 0;
      floats[first + 1] = 0;
    };
  }

  /** In place: x[t] = sum_k X[k] exp(2 pi i k t / n), complex `[n]`, not scaled. */
  backward(n: number): (data: Address) => void {
    if (n < LEAST_COMPLEX) return this.#smallBackward(n);
    const setup = this.#setup(n, COMPLEX);
    const transform = this.#pffft.pffft_transform_ordered;
    return (data) => transform(setup, data, data, this.#work, BACKWARD);
  }

  #setup(n: number, kind: number): Address {
    const key = `${n} ${kind}`;
    const found = this.#setups.get(key);
    if (found !== undefined) return found;
    const floats = kind === COMPLEX ? 2 * n : n;
    if (floats > this.#workFloats) {
      this.#work = this.allocate(floats);
      this.#workFloats = floats;
    }
    const setup = this.#pffft.pffft_new_setup(n, kind);
    if (setup === 0) throw new RangeError(`scattering: expected memory for a transform of ${n}, got none; choose a shorter shape.`);
    this.#setups.set(key, setup);
    return setup;
  }

  #smallForward(n: number): (input: Address, output: Address) => void {
    const transform = n > 1 ? new FFT(n) : undefined;
    const input = new Float64Array(2 * n);
    const output = new Float64Array(2 * n);
    return (from, to) => {
      for (let t = 0; t < n; t++) input[2 * t] = this.floats[(from >> 2) + t]!;
      if (transform) transform.transform(output, input);
      else output[0] = input[0]!;
      for (let i = 0; i < 2 * (Math.floor(n / 2) + 1); i++) this.floats[(to >> 2) + i] = output[i]!;
    };
  }

  #smallBackward(n: number): (data: Address) => void {
    if (n === 1) return () => {};
    const transform = new FFT(n);
    const input = new Float64Array(2 * n);
    const output = new Float64Array(2 * n);
    return (data) => {
      for (let i = 0; i < 2 * n; i++) input[i] = this.floats[(data >> 2) + i]!;
      transform.inverseTransform(output, input);
      for (let i = 0; i < 2 * n; i++) this.floats[(data >> 2) + i] = n * output[i]!;
    };
  }
}
