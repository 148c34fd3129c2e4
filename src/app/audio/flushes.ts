/** The handshake that tells when a worklet has done everything that it was asked before: "flush" with a number out, "flushed" with the same number back. */

export interface Flushes {
  /** Asks, and resolves once answered. */
  flush(): Promise<void>;
  /** Takes an answer. */
  flushed(id: number): void;
}

export function createFlushes(ask: (id: number) => void): Flushes {
  const waiting = new Map<number, () => void>();
  let next = 0;
  return {
    flush: () =>
      new Promise((resolve) => {
        const id = next++;
        waiting.set(id, resolve);
        ask(id);
      }),
    flushed(id) {
      waiting.get(id)?.();
      waiting.delete(id);
    },
  };
}
