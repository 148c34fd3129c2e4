/** A worker's sign of life: a lock of its own name, held for as long as it lives. */

/** Resolves once the lock is held; the browser releases it however the worker ends. At once where the browser has no locks. */
export function holdLifeLock(): Promise<void> {
  return new Promise((resolve) => {
    if (!navigator.locks) return resolve();
    navigator.locks
      .request(self.name, () => {
        resolve();
        return new Promise<never>(() => {});
      })
      .catch(() => resolve());
  });
}
