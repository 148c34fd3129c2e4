/** A worker's first word, said once it holds the lock of its own name: whoever gets that lock afterwards knows that the worker has ended. */

export const ALIVE = "alive";
