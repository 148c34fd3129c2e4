/** Notices the end of a worker that holds a lock of its own name while it lives, which no event tells. */

/** Calls back once the worker has ended, until `signal` is aborted; never where the browser has no locks. To be called when the worker has spoken: it holds its lock before its first word. */
export function onWorkerEnd(name: string, signal: AbortSignal, end: () => void): void {
  navigator.locks?.request(name, { signal }, async () => end()).catch(() => {});
}
