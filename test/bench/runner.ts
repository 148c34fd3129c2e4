/** Times cases side by side, in turn, and reports p50, p95 and memory of each. */

/** One way of doing the work. `run` is timed per call; `prepare` and `dispose` are not. */
export interface BenchCase {
  readonly name: string;
  /** True for the ways that are not ours. */
  readonly rival?: boolean;
  /** Counted calls; warm-up calls come on top. */
  readonly iterations?: number;
  prepare?(): void | Promise<void>;
  run(iteration: number): void | Promise<void>;
  dispose?(): void | Promise<void>;
}

/** A figure that a case measured by itself, such as a latency inside a browser: milliseconds, one a sample. */
export interface BenchSamples {
  readonly name: string;
  readonly rival?: boolean;
  readonly milliseconds: readonly number[];
  /** Bytes held, where the case knows; else the process's growth is taken. */
  readonly bytes?: number;
}

export interface BenchOptions {
  /** How long a bench that takes as long as it is told should take. */
  readonly minutes?: number;
}

export interface Bench {
  readonly name: string;
  /** One line: what is measured, on what, against what. */
  readonly about: string;
  /** Cases to be timed here, or samples measured elsewhere. */
  cases(options?: BenchOptions): Promise<readonly (BenchCase | BenchSamples)[]>;
  /** Lines to print under the table: recall, counts, budgets. */
  notes?(): Promise<readonly string[]>;
}

export interface BenchRow {
  readonly name: string;
  readonly rival: boolean;
  readonly iterations: number;
  readonly p50: number;
  readonly p95: number;
  readonly megabytes: number;
}

/** The value below which `share` (0 to 1) of the ascending samples lie, nearest rank. */
export function percentile(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.max(0, Math.ceil(share * ascending.length) - 1))] ?? Number.NaN;
}

const WARM_UP = 3;

async function timed(subject: BenchCase): Promise<BenchRow> {
  const before = memory();
  await subject.prepare?.();
  const iterations = subject.iterations ?? 100;
  for (let i = 0; i < Math.min(WARM_UP, iterations); i++) await subject.run(i);
  const samples: number[] = [];
  for (let i = 0; i < iterations; i++) {
    const start = performance.now();
    await subject.run(i);
    samples.push(performance.now() - start);
  }
  const bytes = memory() - before;
  await subject.dispose?.();
  return row(subject.name, subject.rival ?? false, samples, bytes);
}

function memory(): number {
  (globalThis as { gc?: () => void }).gc?.();
  const { rss } = process.memoryUsage();
  return rss;
}

function row(name: string, rival: boolean, samples: readonly number[], bytes: number): BenchRow {
  const ascending = [...samples].sort((a, b) => a - b);
  return { name, rival, iterations: samples.length, p50: percentile(ascending, 0.5), p95: percentile(ascending, 0.95), megabytes: Math.max(0, bytes) / 2 ** 20 };
}

/** Runs one bench and gives its rows in the order of its cases. */
export async function runBench(bench: Bench, options: BenchOptions = {}): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const subject of await bench.cases(options)) {
    rows.push("run" in subject ? await timed(subject) : row(subject.name, subject.rival ?? false, subject.milliseconds, subject.bytes ?? 0));
  }
  return rows;
}

/** The rows as a Markdown table. */
export function table(rows: readonly BenchRow[]): string {
  const digits = (value: number) => (value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(2) : value.toFixed(4));
  return ["| case | n | p50 ms | p95 ms | memory MiB |", "| --- | --- | --- | --- | --- |", ...rows.map((r) => `| ${r.rival ? "(rival) " : ""}${r.name} | ${r.iterations} | ${digits(r.p50)} | ${digits(r.p95)} | ${r.megabytes.toFixed(1)} |`)].join("\n");
}
