/** Joins the instrument to a Max patch by `jweb~`: every word of the vocabulary is an inlet's message, every report an outlet's. */

import { CONTROL_ORDERS, CONTROL_SETTINGS } from "../../protocol/control.ts";
import type { Simile } from "../simile-state.ts";
import { createRemote } from "./remote.ts";

/** What `jweb` and `jweb~` put into a page as `window.max`; of their dictionaries nothing is needed. */
export interface MaxPage {
  /** Calls back with the arguments of each message of that name that comes into the object. */
  bindInlet(name: string, hear: (...args: unknown[]) => void): void;
  unbindInlet?(name: string): void;
  /** Sends a list out of the object. */
  outlet(...atoms: (string | number)[]): void;
}

/** Binds every order and setting, tells how things stand, and returns how to stop. */
export function createMaxSocket({ simile, max }: { readonly simile: Simile; readonly max: MaxPage }): () => void {
  const names = [...Object.keys(CONTROL_ORDERS), ...Object.keys(CONTROL_SETTINGS).map((name) => `/simile/set/${name}`)];
  const remote = createRemote(simile, ({ address, args }) => max.outlet(address, ...args));
  for (const address of names) max.bindInlet(address, (...args) => remote.receive({ address, args }));
  remote.tell();
  return () => {
    remote.dispose();
    for (const name of names) max.unbindInlet?.(name);
  };
}
