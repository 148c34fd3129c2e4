/** Spreads tasks over worker threads that load TypeScript as this process does; the other end of a pool is `serveTasks`. */

import { availableParallelism } from "node:os";
import { parentPort, type Transferable, Worker } from "node:worker_threads";
import { FormatError, MissingError, PermissionError, UnsupportedError } from "../core/errors.ts";

/** What a task gives, and the buffers in it that change hands instead of being copied. */
export interface Served<Result> {
  readonly result: Result;
  readonly transfer?: readonly Transferable[];
}

type Reply<Result> = { readonly kind: "result"; readonly result: Result } | { readonly kind: "fault"; readonly name: string; readonly message: string };

interface Job<Task, Result> {
  readonly task: Task;
  resolve(result: Result): void;
  reject(cause: unknown): void;
}

const FAULTS = [FormatError, UnsupportedError, PermissionError, MissingError];
const MAX_WORKERS = 8;

/** Answers every task of the pool that started this thread. A fault keeps its name and message. */
export function serveTasks<Task, Result>(handle: (task: Task) => Promise<Served<Result>>): void {
  const port = parentPort;
  if (!port) throw new Error("serveTasks: expected a worker thread, got the main thread; start it through a Pool.");
  port.on("message", (task: Task) => {
    handle(task).then(
      ({ result, transfer }) => port.postMessage({ kind: "result", result } satisfies Reply<Result>, transfer),
      (cause: unknown) => port.postMessage({ kind: "fault", name: cause instanceof Error ? cause.name : "Error", message: cause instanceof Error ? cause.message : String(cause) } satisfies Reply<Result>),
    );
  });
}

/** Worker threads of one module, each with one task at a time; `close` when done, or the process stays alive. */
export class Pool<Task, Result> {
  readonly #module: URL;
  readonly #size: number;
  readonly #waiting: Job<Task, Result>[] = [];
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Job<Task, Result>>();
  #next = 0;
  #closed = false;

  /** `module` calls `serveTasks`; threads start as tasks come, at most `size` (default: one a core, 8 at most). */
  constructor(module: URL, size = Math.min(availableParallelism(), MAX_WORKERS)) {
    this.#module = module;
    this.#size = size;
  }

  /** Resolves with the task's result, or rejects with its fault; tasks start in the order of the calls. */
  run(task: Task): Promise<Result> {
    if (this.#closed) return Promise.reject(new Error("pool: expected an open pool, got a task after close; make a new pool."));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ task, resolve, reject });
      this.#assign();
    });
  }

  /** Stops the threads; tasks not done yet are rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    const workers = [...this.#idle, ...this.#busy.keys()];
    const left = [...this.#busy.values(), ...this.#waiting.slice(this.#next)];
    this.#idle.length = 0;
    this.#busy.clear();
    this.#waiting.length = this.#next = 0;
    for (const { reject } of left) reject(new Error("pool: closed before the task was done."));
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #assign(): void {
    while (this.#next < this.#waiting.length) {
      const worker = this.#idle.pop() ?? (this.#busy.size < this.#size ? this.#start() : undefined);
      if (!worker) return;
      const job = this.#waiting[this.#next++]!;
      this.#busy.set(worker, job);
      worker.postMessage(job.task);
    }
    this.#waiting.length = this.#next = 0;
  }

  #start(): Worker {
    const worker = new Worker(new URL("./thread.js", import.meta.url), { workerData: { module: this.#module.href } });
    worker.on("message", (reply: Reply<Result>) => {
      const job = this.#busy.get(worker);
      if (!job) return;
      this.#busy.delete(worker);
      this.#idle.push(worker);
      if (reply.kind === "result") job.resolve(reply.result);
      else job.reject(faultNamed(reply.name, reply.message));
      this.#assign();
    });
    const lost = (cause: unknown) => {
      const job = this.#busy.get(worker);
      this.#busy.delete(worker);
      const at = this.#idle.indexOf(worker);
      if (at >= 0) this.#idle.splice(at, 1);
      job?.reject(cause);
      if (!this.#closed) this.#assign();
    };
    worker.on("error", lost);
    worker.on("exit", (code) => lost(new Error(`worker thread: expected an answer, got its end with code ${code}; try again with fewer files.`)));
    return worker;
  }
}

/** The fault again under the class that its name tells. */
function faultNamed(name: string, message: string): Error {
  const Fault = FAULTS.find((candidate) => candidate.name === name);
  return Fault ? new Fault(message) : new Error(message);
}
