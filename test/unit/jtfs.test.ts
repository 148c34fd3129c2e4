/** Joint time-frequency scattering: direction, invariances, a naive recomputation, and parameters that cannot be satisfied. */

import { describe, expect, test } from "vitest";
import { FormatError, UnsupportedError } from "../../src/core/errors.ts";
import { createFilterBank, createSpinBank } from "../../src/core/scattering/filter-bank.ts";
import { bordersOf, paddingOf } from "../../src/core/scattering/padding.ts";
import type { TimeFrequencyParameters } from "../../src/core/scattering/parameters.ts";
import { createTimeFrequencyScattering } from "../../src/core/scattering/time-frequency-scattering.ts";
import { createRandom, relativeError } from "../signals.ts";

const N = 2 ** 14;
const noise = (length: number, seed: number) => {
  const random = createRandom(seed);
  return Float32Array.from({ length }, () => 2 * random() - 1);
};
/** From xi = 0.02 up to 0.4 cycles a sample over `octaves` in `length` samples, Hann-shaped, in the middle. */
function risingChirp(length: number): Float32Array {
  const rate = Math.log(0.4 / 0.02) / length;
  return Float32Array.from({ length: N }, (_, n) => {
    const t = n - (N - length) / 2;
    return t < 0 || t >= length ? 0 : Math.sin(((2 * Math.PI * 0.02) / rate) * (Math.exp(rate * t) - 1)) * Math.sin((Math.PI * t) / length) ** 2;
  });
}

describe("direction", () => {
  const scattering = createTimeFrequencyScattering({ shape: N, J: 8, Q: 12, T: 1024, J_fr: 4, F: 16, format: "joint" });
  const [, height, columns] = scattering.shape as [number, number, number];
  /** Sum of second-order coefficients of each spin. */
  const spins = (x: Float32Array) => {
    const { values } = scattering.transform(x);
    const sums = { up: 0, down: 0 };
    scattering.paths.forEach(({ order, spin }, path) => {
      if (order !== 2 || spin === 0) return;
      for (const value of values.subarray(path * height * columns, (path + 1) * height * columns)) sums[spin === 1 ? "up" : "down"] += value;
    });
    return sums;
  };

  test("a rising chirp lies in spin +1, a falling one in spin -1, as much", () => {
    const rising = spins(risingChirp(4000));
    const falling = spins(risingChirp(4000).reverse());
    expect(rising.up).toBeGreaterThan(5 * rising.down);
    expect(falling.down / rising.up).toBeCloseTo(1, 1);
    expect(falling.up / rising.down).toBeCloseTo(1, 1);
  });

  test("an impulse and steady noise have no direction", () => {
    const click = spins(Float32Array.from({ length: N }, (_, t) => (t === N / 2 ? 1 : 0)));
    expect(click.up / click.down).toBeCloseTo(1, 2);
    const hiss = spins(noise(N, 1));
    expect(Math.abs(Math.log(hiss.up / hiss.down))).toBeLessThan(0.1);
  });
});

describe("invariances", () => {
  const parameters: TimeFrequencyParameters = { shape: 4096, J: 7, Q: 8, T: 512, J_fr: 3, F: 8, format: "time" };

  test("a gain multiplies all; silence gives zeros; a constant gives order 0 alone", () => {
    const { transform, shape } = createTimeFrequencyScattering(parameters);
    const x = noise(4096, 2);
    const columns = shape[1]!;
    const [one, other] = [transform(x).values, transform(x.map((value) => -3 * value)).values];
    expect(relativeError(other.subarray(columns), one.subarray(columns).map((value) => 3 * value))).toBeLessThan(1e-6);
    expect(transform(new Float32Array(4096)).values.every((value) => value === 0)).toBe(true);
    const constant = transform(new Float32Array(4096).fill(0.5)).values;
    constant.forEach((value, i) => expect(Math.abs(value - (i < columns ? 0.5 : 0))).toBeLessThan(1e-6));
  });

  test("the joint format holds the rows of the time format", () => {
    const time = createTimeFrequencyScattering(parameters);
    const joint = createTimeFrequencyScattering({ ...parameters, format: "joint" });
    const x = noise(4096, 3);
    const [rows, pictures] = [time.transform(x).values, joint.transform(x).values];
    const [, height, columns] = joint.shape as [number, number, number];
    let compared = 0;
    time.paths.forEach((path, row) => {
      if (path.order === 0) return;
      const picture = joint.paths.findIndex((other) => other.order === path.order && other.n2 === path.n2 && other.nFr === path.nFr);
      const m = path.n1! / 8;
      expect(rows.subarray(row * columns, (row + 1) * columns)).toEqual(pictures.subarray((picture * height + m) * columns, (picture * height + m + 1) * columns));
      compared++;
    });
    expect(compared).toBe(time.shape[0]! - 1);
  });

  test("a global F is the sum of the rows that F = 0 keeps and those of the padding", () => {
    const x = noise(4096, 4);
    const whole = createTimeFrequencyScattering({ ...parameters, F: "global" });
    const kept = createTimeFrequencyScattering({ ...parameters, F: 0 });
    const [sums, rows] = [whole.transform(x).values, kept.transform(x).values];
    const columns = whole.shape[1]!;
    const totals = new Map<string, number>();
    kept.paths.forEach(({ order, n2, nFr }, row) => totals.set(`${order} ${n2} ${nFr}`, (totals.get(`${order} ${n2} ${nFr}`) ?? 0) + rows[row * columns]!));
    whole.paths.forEach(({ order, n2, nFr, spin }, row) => {
      if (order === 2 && spin !== 0) expect(sums[row * columns]! / totals.get(`${order} ${n2} ${nFr}`)!).toBeGreaterThan(0.999);
    });
  });
});

/** Everything by sums over the definition, at full length: O(N^2). */
function naive({ shape: length, J, Q, T, J_fr, F }: { shape: number; J: number; Q: number; T: number; J_fr: number; F: number }, x: Float32Array): number[][][] {
  const { padded, left } = paddingOf(length, T);
  type Complex = readonly [readonly number[], readonly number[]];
  const transform = ([re, im]: Complex, sign: 1 | -1): Complex => {
    const n = re.length;
    const angles = (k: number, t: number) => (2 * Math.PI * ((k * t) % n)) / n;
    return [
      Array.from({ length: n }, (_, k) => re.reduce((sum, value, t) => sum + (value * Math.cos(angles(k, t)) - sign * im[t]! * Math.sin(angles(k, t))) / (sign === 1 ? n : 1), 0)),
      Array.from({ length: n }, (_, k) => re.reduce((sum, value, t) => sum + (sign * value * Math.sin(angles(k, t)) + im[t]! * Math.cos(angles(k, t))) / (sign === 1 ? n : 1), 0)),
    ];
  };
  const filter = (size: number, xi: number, sigma: number): number[] => {
    const gauss = (w: number, centre: number) => [-1, 0, 1].reduce((sum, p) => sum + Math.exp(-((w + p - centre) ** 2) / (2 * sigma ** 2)), 0);
    const kappa = xi === 0 ? 0 : gauss(0, xi) / gauss(0, 0);
    const gains = Array.from({ length: size }, (_, k) => gauss(k / size, xi) - kappa * gauss(k / size, 0));
    const [re, im] = transform([gains, gains.map(() => 0)], 1);
    const norm = re.reduce((sum, value, t) => sum + Math.hypot(value, im[t]!), 0);
    return gains.map((gain) => gain / norm);
  };
  const convolve = (u: Complex, gains: readonly number[], by: number): Complex => {
    const n = u[0].length;
    const [re, im] = transform(u, -1);
    const folded = Array.from({ length: n }, (_, k) => gains.reduce((sum, gain, i) => (i % n === k ? sum + gain : sum), 0));
    const [a, b] = transform([re.map((value, k) => value * folded[k]!), im.map((value, k) => value * folded[k]!)], 1);
    return [a.filter((_, t) => t % by === 0), b.filter((_, t) => t % by === 0)];
  };
  const modulus = ([re, im]: Complex): number[] => re.map((value, t) => Math.hypot(value, im[t]!));
  const real = (u: readonly number[]): Complex => [u, u.map(() => 0)];
  const phi = filter(padded, 0, 0.1 / T);
  const [first, end] = bordersOf(length, left, Math.log2(T));
  const average = (u: readonly number[]) => convolve(real(u), phi, T / (padded / u.length))[0].slice(first, end);
  const bank = createFilterBank(J, Q);
  const signal = real(Array.from({ length: padded }, (_, t) => x[t - left < 0 ? left - t : t - left >= length ? 2 * length - 2 - (t - left) : t - left]!));
  const u1 = bank.map(({ xi, sigma, j }) => modulus(convolve(signal, filter(padded, xi, sigma), 2 ** Math.min(j, Math.log2(T)))));
  const height = Math.floor(((J + 1) * Q + 8 * Math.min(F, 2 ** J_fr)) / 2 ** J_fr) * 2 ** J_fr;
  const rates = Math.log2(F);
  const wavelets = [{ xi: 0, sigma: 0.1 / 2 ** J_fr, j: J_fr }, ...createSpinBank(J_fr, 1)];
  const phiF = filter(height, 0, 0.1 / F);
  /** Pictures [row][moment] of complex rows; `then` averages each row over time. */
  const pictures = (rows: readonly Complex[], spins: boolean, then: (row: readonly number[]) => readonly number[]) =>
    wavelets.filter(({ xi }) => spins || xi >= 0).map(({ xi, sigma, j }): number[][] => {
      const k = Math.min(j, rates);
      const moments = rows[0]![0].length;
      const gains = filter(height, xi, sigma);
      const columns = Array.from({ length: moments }, (_, t) => modulus(convolve([Array.from({ length: height }, (_, n1) => rows[n1]?.[0][t] ?? 0), Array.from({ length: height }, (_, n1) => rows[n1]?.[1][t] ?? 0)], gains, 2 ** k)));
      const averaged = columns[0]!.map((_, m) => then(columns.map((column) => column[m]!)));
      if (xi === 0) return averaged.map((row) => [...row]);
      const outputs = averaged[0]!.map((_, t) => convolve(real(averaged.map((row) => row[t]!)), phiF, F / 2 ** k)[0]);
      return outputs[0]!.map((_, m) => outputs.map((column) => column[m]!));
    });
  const result = pictures(u1.map((u) => real(average(u))), false, (row) => row);
  for (const two of createFilterBank(J, 1)) {
    const rows = u1.flatMap((u, n1) => (bank[n1]!.j < two.j ? [convolve(real(u), filter(padded, two.xi, two.sigma), 2 ** two.j / (padded / u.length))] : []));
    if (rows.length > 0) result.push(...pictures(rows, true, average));
  }
  return result;
}

test("a naive recomputation by sums, all paths", () => {
  const parameters = { shape: 60, J: 4, Q: 2, T: 16, J_fr: 2, F: 4 };
  const x = noise(60, 5);
  const pictures = naive(parameters, x);
  const { values, shape } = createTimeFrequencyScattering({ ...parameters, format: "joint" }).transform(x);
  expect(shape).toEqual([pictures.length, pictures[0]!.length, pictures[0]![0]!.length]);
  expect(relativeError(values, pictures.flat(2))).toBeLessThan(2e-5);
});

describe("bad input", () => {
  const good: TimeFrequencyParameters = { shape: 2048, J: 6, Q: 8, J_fr: 3, format: "joint" };

  test.each<[object, RegExp]>([
    [{ format: "picture" }, /^format: expected "time" or "joint", got picture/],
    [{ T: 8 }, /^T: expected at least 16, the rate of the slowest second-layer wavelet of J = 6, got 8/],
    [{ stride: 4 }, /^stride: expected at least 16/],
    [{ J_fr: -1 }, /^J_fr: expected a whole number/],
    [{ J_fr: 9, F: 4 }, /^J_fr: expected a scale whose 2\^J_fr is within the 56 rows/],
    [{ Q_fr: 0 }, /^Q_fr/],
    [{ Q_fr: [1, 1] }, /^Q_fr: expected one whole number/],
    [{ F: 57 }, /^F: expected "global" or a number from 1 to 56, got 57/],
    [{ F: 0 }, /^F: expected a number from 1 to 56 with format "joint"/],
    [{ F: "global" }, /^F/],
    [{ F: 32, format: "time" }, /^F and J_fr: expected the 120 rows/],
    [{ stride_fr: 3 }, /^stride_fr: expected a power of two/],
    [{ stride_fr: 2, F: 0, format: "time" }, /^stride_fr: expected none where the average is not local/],
    [{ T: 0 }, /^T/],
    [{ Q: [] }, /^Q/],
  ])("parameters that cannot be satisfied are named: %j", (change, text) => {
    const run = () => createTimeFrequencyScattering({ ...good, ...change });
    expect(run).toThrow(UnsupportedError);
    expect(run).toThrow(text);
  });

  test("a signal that is not the shape's finite samples is a FormatError", () => {
    const { transform } = createTimeFrequencyScattering(good);
    expect(() => transform(new Float32Array(2047))).toThrow(FormatError);
    expect(() => transform(new Float32Array(2048).fill(Number.NaN))).toThrow(/finite samples, got NaN at 0/);
    expect(transform(Float32Array.from({ length: 2048 }, (_, t) => (t % 30 < 15 ? 1 : -1))).values.every(Number.isFinite)).toBe(true);
  });
});
