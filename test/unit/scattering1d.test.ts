/** Scattering in time: closed forms, invariances, a naive recomputation, and input that cannot be transformed. */

import { describe, expect, test } from "vitest";
import { FormatError, UnsupportedError } from "../../src/core/errors.ts";
import { createFilterBank } from "../../src/core/scattering/filter-bank.ts";
import { morlet } from "../../src/core/scattering/morlet.ts";
import { bordersOf, paddingOf } from "../../src/core/scattering/padding.ts";
import type { Scattering1dParameters } from "../../src/core/scattering/parameters.ts";
import { createScattering1d } from "../../src/core/scattering/scattering1d.ts";
import { createRandom, relativeError } from "../signals.ts";

const N = 2 ** 14;
const tone = (xi: number, amplitude = 1) => Float32Array.from({ length: N }, (_, t) => amplitude * Math.cos(2 * Math.PI * xi * t));
const noise = (length: number, seed: number) => {
  const random = createRandom(seed);
  return Float32Array.from({ length }, () => 2 * random() - 1);
};
/** Row `row` of `values` `[rows, time]`. */
const rowOf = (values: Float32Array, shape: readonly number[], row: number) => values.subarray(row * shape[1]!, (row + 1) * shape[1]!);
/** phi_T by its formula, of sum 1. */
const window = (t: number, T: number) => (Math.sqrt(2 * Math.PI) * 0.1) / T * Math.exp(-2 * (Math.PI * (0.1 / T) * t) ** 2);

describe("closed forms", () => {
  test("an impulse comes out as the window, in order 0 and, its envelope being short, in order 1", () => {
    const T = 1024;
    const scattering = createScattering1d({ shape: N, J: 4, Q: 8, T });
    const { values, shape } = scattering.transform(Float32Array.from({ length: N }, (_, t) => (t === 8000 ? 1 : 0)));
    const expected = Float32Array.from({ length: N / T }, (_, m) => window(m * T - 8000, T));
    expect(relativeError(rowOf(values, shape, 0), expected)).toBeLessThan(1e-5);
    scattering.paths.forEach(({ n }, row) => {
      if (n.length === 1) expect(relativeError(rowOf(values, shape, row), expected)).toBeLessThan(1e-3);
    });
  });

  test("a tone at a wavelet's centre gives half its amplitude there (psi^(xi) = 1)", () => {
    const scattering = createScattering1d({ shape: N, J: 6, Q: 8, T: 256 });
    const bank = createFilterBank(6, 8);
    for (const n1 of [3, 12, 20]) {
      const { values, shape } = scattering.transform(tone(bank[n1]!.xi, 0.8));
      expect(rowOf(values, shape, 1 + n1)[32]).toBeCloseTo(0.4, 3);
    }
  });

  test("an amplitude-modulated tone has its second-order peak at the modulation's rate", () => {
    const parameters = { shape: N, J: 9, Q: 8, T: 4096 };
    const scattering = createScattering1d(parameters);
    const [first, second] = [createFilterBank(9, 8), createFilterBank(9, 1)];
    const n1 = 4;
    for (const rate of second.slice(5, 8).map(({ xi }) => xi)) {
      const carrier = tone(first[n1]!.xi);
      const { values, shape } = scattering.transform(carrier.map((value, t) => value * (1 + 0.5 * Math.cos(2 * Math.PI * rate * t))));
      const peaks = scattering.paths.map(({ n, xi }, row) => ({ xi: xi[1], value: n.length === 2 && n[0] === n1 ? rowOf(values, shape, row)[2]! : 0 }));
      expect(peaks.reduce((best, peak) => (peak.value > best.value ? peak : best)).xi).toBe(rate);
    }
  });

  test("silence gives zeros; a constant gives itself in order 0 and nothing else", () => {
    const scattering = createScattering1d({ shape: 1000, J: 5, Q: 4, T: 128 });
    expect(scattering.transform(new Float32Array(1000)).values.every((value) => value === 0)).toBe(true);
    const { values, shape } = scattering.transform(new Float32Array(1000).fill(-0.7));
    for (const value of rowOf(values, shape, 0)) expect(value).toBeCloseTo(-0.7, 5);
    for (let row = 1; row < shape[0]!; row++) for (const value of rowOf(values, shape, row)) expect(Math.abs(value)).toBeLessThan(1e-6);
  });
});

describe("energy", () => {
  /** 2^14 gains of psi^ scaled to sum |psi| = 1, which is close to a top of 1; the exact scale is in the transform. */
  const scaled = (xi: number, sigma: number) => {
    const gains = morlet(N, xi, sigma);
    const top = gains.reduce((most, gain) => Math.max(most, gain), 0);
    return gains.map((gain) => gain / top);
  };

  test.each([[6, 8], [8, 12], [10, 1], [5, 16]])("the Littlewood-Paley sum of J = %i, Q = %i is at most 1", (J, Q) => {
    const bank = createFilterBank(J, Q).map(({ xi, sigma }) => scaled(xi, sigma));
    const low = scaled(0, 0.1 / 2 ** J);
    for (let k = 0; k <= N / 2; k += 3) {
      let sum = low[k]! ** 2;
      for (const gains of bank) sum += 0.5 * (gains[k]! ** 2 + gains[(N - k) % N]! ** 2);
      expect(sum).toBeLessThanOrEqual(1.001);
    }
  });

  test("scattering holds no more energy than its signal, and brings no two signals further apart", () => {
    const length = 4096;
    const T = 32;
    const scattering = createScattering1d({ shape: length, J: 5, Q: 8, T });
    const { padded, left } = paddingOf(length, T);
    /** Energy with the mirror images, which reach into the borders. */
    const energy = (x: Float32Array) => {
      let sum = 0;
      for (let t = -left; t < padded - left; t++) sum += x[t < 0 ? -t : t >= length ? 2 * length - 2 - t : t]! ** 2;
      return sum;
    };
    const [x, y] = [noise(length, 1), noise(length, 2)];
    const [a, b] = [scattering.transform(x).values, scattering.transform(y).values];
    const norm = (values: Float32Array) => T * values.reduce((sum, value) => sum + value * value, 0);
    expect(norm(a)).toBeLessThan(energy(x));
    expect(norm(a.map((value, i) => value - b[i]!))).toBeLessThan(energy(x.map((value, i) => value - y[i]!)));
  });
});

describe("invariances", () => {
  test("a gain multiplies every order; its sign matters to order 0 alone", () => {
    const scattering = createScattering1d({ shape: 3000, J: 6, Q: 8, T: 512 });
    const x = noise(3000, 3);
    const [one, other] = [scattering.transform(x), scattering.transform(x.map((value) => -0.02 * value))];
    const { shape } = one;
    const rest = shape[1]!;
    expect(relativeError(other.values.subarray(rest), one.values.subarray(rest).map((value) => 0.02 * value))).toBeLessThan(1e-6);
    expect(relativeError(rowOf(other.values, shape, 0), rowOf(one.values, shape, 0).map((value) => -0.02 * value))).toBeLessThan(1e-5);
  });

  test("a shift far below T moves coefficients little, in proportion to it", () => {
    const T = 4096;
    const scattering = createScattering1d({ shape: N, J: 6, Q: 8, T });
    const burst = (at: number) => {
      const grains = noise(512, 4);
      const x = new Float32Array(N);
      x.set(grains, at);
      return scattering.transform(x).values;
    };
    const start = burst(7000);
    const [near, far] = [relativeError(burst(7000 + T / 64), start), relativeError(burst(7000 + T / 16), start)];
    expect(near).toBeLessThan(0.02);
    expect(far / near).toBeGreaterThan(3);
    expect(far / near).toBeLessThan(5);
  });

  test("a shift by the stride shifts the frames", () => {
    const T = 256;
    const scattering = createScattering1d({ shape: N, J: 6, Q: 8, T });
    const grains = noise(700, 5);
    const at = (start: number) => {
      const x = new Float32Array(N);
      x.set(grains, start);
      return scattering.transform(x);
    };
    const { values, shape } = at(8000);
    const later = at(8000 + 3 * T).values;
    const time = shape[1]!;
    for (let row = 0; row < shape[0]!; row++) expect(relativeError(later.subarray(row * time + 3, (row + 1) * time), values.subarray(row * time, (row + 1) * time - 3))).toBeLessThan(2e-5);
  });
});

/** Everything by sums over the definition, at full length: O(N^2). */
function naive({ shape: length, J, Q, T }: { shape: number; J: number; Q: number; T: number }, x: Float32Array): number[][] {
  const { padded, left } = paddingOf(length, T);
  const log2T = Math.floor(Math.log2(T));
  const at = (t: number) => x[t < 0 ? -t : t >= length ? 2 * length - 2 - t : t]!;
  type Complex = readonly [number[], number[]];
  const transform = ([re, im]: Complex, sign: 1 | -1): Complex => {
    const n = re.length;
    const out: Complex = [new Array<number>(n).fill(0), new Array<number>(n).fill(0)];
    for (let k = 0; k < n; k++) {
      for (let t = 0; t < n; t++) {
        const [c, s] = [Math.cos((2 * Math.PI * k * t) / n), sign * Math.sin((2 * Math.PI * k * t) / n)];
        out[0][k]! += (re[t]! * c - im[t]! * s) / (sign === 1 ? n : 1);
        out[1][k]! += (re[t]! * s + im[t]! * c) / (sign === 1 ? n : 1);
      }
    }
    return out;
  };
  const filter = (xi: number, sigma: number): number[] => {
    const gauss = (w: number, centre: number) => [-1, 0, 1].reduce((sum, p) => sum + Math.exp(-((w + p - centre) ** 2) / (2 * sigma ** 2)), 0);
    const kappa = xi === 0 ? 0 : gauss(0, xi) / gauss(0, 0);
    const gains = Array.from({ length: padded }, (_, k) => gauss(k / padded, xi) - kappa * gauss(k / padded, 0));
    const [re, im] = transform([gains, gains.map(() => 0)], 1);
    const norm = re.reduce((sum, value, t) => sum + Math.hypot(value, im[t]!), 0);
    return gains.map((gain) => gain / norm);
  };
  /** Convolution with a filter given at full length, then every `by`-th sample. */
  const convolve = (u: Complex, gains: number[], by: number): Complex => {
    const n = u[0].length;
    const [re, im] = transform(u, -1);
    const folded = Array.from({ length: n }, (_, k) => gains.reduce((sum, gain, i) => (i % n === k ? sum + gain : sum), 0));
    const [a, b] = transform([re.map((value, k) => value * folded[k]!), im.map((value, k) => value * folded[k]!)], 1);
    return [a.filter((_, t) => t % by === 0), b.filter((_, t) => t % by === 0)];
  };
  const modulus = ([re, im]: Complex): Complex => [re.map((value, t) => Math.hypot(value, im[t]!)), re.map(() => 0)];
  const signal: Complex = [Array.from({ length: padded }, (_, t) => at(t - left)), new Array<number>(padded).fill(0)];
  const phi = filter(0, 0.1 / T);
  const [first, end] = bordersOf(length, left, log2T);
  const average = (u: Complex) => convolve(u, phi, 2 ** log2T / (padded / u[0].length))[0].slice(first, end);
  const [bank, other] = [createFilterBank(J, Q), createFilterBank(J, 1)];
  const orders: number[][][] = [[average(signal)], [], []];
  for (const one of bank) {
    const k1 = Math.min(one.j, log2T);
    const u1 = modulus(convolve(signal, filter(one.xi, one.sigma), 2 ** k1));
    orders[1]!.push(average(u1));
    for (const two of other) if (two.j > one.j) orders[2]!.push(average(modulus(convolve(u1, filter(two.xi, two.sigma), 2 ** (Math.min(two.j, log2T) - k1)))));
  }
  return orders.flat();
}

test.each([[50, 4, 2, 10], [64, 3, 4, 32], [33, 3, 1, 5.5]])("a naive recomputation by sums: %i samples, J = %i, Q = %i, T = %d", (shape, J, Q, T) => {
  const x = noise(shape, 6);
  const rows = naive({ shape, J, Q, T }, x);
  const { values, shape: size } = createScattering1d({ shape, J, Q, T }).transform(x);
  expect(size).toEqual([rows.length, rows[0]!.length]);
  expect(relativeError(values, rows.flat())).toBeLessThan(2e-6);
});

describe("bad input", () => {
  const good: Scattering1dParameters = { shape: 512, J: 5, Q: 4 };

  test.each([
    [Float32Array.from({ length: 512 }, (_, t) => (t === 7 ? Number.NaN : 0)), /finite samples, got NaN at 7/],
    [Float32Array.from({ length: 512 }, (_, t) => (t === 0 ? Number.POSITIVE_INFINITY : 0)), /finite samples, got Infinity at 0/],
    [new Float32Array(0), /512 samples, as shape says, got 0/],
    [new Float32Array(511), /512 samples, as shape says, got 511/],
  ])("a signal that is not the shape's finite samples is a FormatError (%#)", (x, text) => {
    const run = () => createScattering1d(good).transform(x);
    expect(run).toThrow(FormatError);
    expect(run).toThrow(text);
  });

  test.each<[object, RegExp]>([
    [{ shape: 0 }, /^shape: expected a whole number from 1/],
    [{ shape: 1, J: 0 }, /J and T/],
    [{ shape: 12.5 }, /^shape/],
    [{ J: -1 }, /^J: expected a whole number from 0/],
    [{ J: 12 }, /^J and T: expected 2\^J and T within the 1024 samples/],
    [{ Q: 0 }, /^Q: expected a whole number from 1/],
    [{ Q: [8, 1, 1] }, /^Q: expected one or two whole numbers/],
    [{ Q: [1, 8], J: 8 }, /^Q: expected second-layer wavelets below the first-layer ones/],
    [{ T: 513 }, /^T: expected "global" or a number from 1 to 512, got 513/],
    [{ T: 0 }, /^T: expected "global" or a number from 1 to 512/],
    [{ T: -3 }, /^T/],
    [{ T: "all" }, /^T/],
    [{ stride: 3 }, /^stride: expected a power of two/],
    [{ stride: 64 }, /^stride: expected at most 32/],
    [{ stride: 8, T: "global" }, /^stride: expected none/],
    [{ oversampling: 9 }, /^oversampling: expected a whole number from 0 to 5/],
    [{ max_order: 3 }, /^max_order: expected a whole number from 1 to 2/],
    [{ out_type: "list" }, /^out_type: expected "array"/],
  ])("parameters that cannot be satisfied are named: %j", (change, text) => {
    const run = () => createScattering1d({ ...good, ...change });
    expect(run).toThrow(UnsupportedError);
    expect(run).toThrow(text);
  });

  test("full-scale clipping and the least subnormal stay finite", () => {
    const { transform } = createScattering1d(good);
    for (const x of [Float32Array.from({ length: 512 }, (_, t) => (t % 50 < 25 ? 1 : -1)), new Float32Array(512).fill(1.4e-45)]) {
      expect(transform(x).values.every(Number.isFinite)).toBe(true);
    }
  });
});
