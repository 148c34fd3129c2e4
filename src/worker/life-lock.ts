/** A worker's sign of life: a lock of its own name, held for as long as it lives, and a first word once it is held. */

import { ALIVE } from "../protocol/life.ts";

/** The browser releases the lock, which bears the worker's name, however the worker ends. Where there are no locks the word comes at once. */
export function holdLifeLock(name = self.name): void {
  const speak = () => self.postMessage(ALIVE);
  if (!navigator.locks) return speak();
  navigator.locks
    .request(name, () => {
      speak();
      return new Promise<never>(() => {});
    })
    .catch(speak);
}
