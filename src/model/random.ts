/** A seeded stream of random numbers: the same seed gives the same training on every host. */

export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal (Box and Muller 1958). */
  normal(): number;
  /** Uniform whole number in [0, below). */
  integer(below: number): number;
  /** Shuffles in place (Fisher and Yates) and returns its argument. */
  shuffle<T extends { [index: number]: number; readonly length: number }>(values: T): T;
  /** Where the stream stands. */
  state(): RandomState;
}

/** The generator's 32 bits, and the second of a pair of normal numbers where it waits. */
export interface RandomState {
  readonly bits: number;
  readonly spare?: number;
}

/** Mulberry32 (32 bits of state, period 2^32) started at `seed`, or where `from` stood. */
export function createRandom(seed: number, from?: RandomState): Random {
  let state = from ? from.bits : (seed * 0x9e3779b1) >>> 0;
  let spare = from?.spare ?? Number.NaN;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (below: number) => Math.floor(uniform() * below);
  return {
    uniform,
    integer,
    state: () => ({ bits: state, ...(Number.isNaN(spare) ? {} : { spare }) }),
    normal() {
      if (!Number.isNaN(spare)) {
        const value = spare;
        spare = Number.NaN;
        return value;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    shuffle(values) {
      for (let last = values.length - 1; last > 0; last--) {
        const other = integer(last + 1);
        const kept = values[last]!;
        values[last] = values[other]!;
        values[other] = kept;
      }
      return values;
    },
  };
}
