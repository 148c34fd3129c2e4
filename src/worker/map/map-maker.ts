/** The map worker behind its contract: takes what was kept, lays out what is not there, and keeps the whole. */

import { type Remote, releaseProxy, transfer, wrap } from "comlink";
import type { MapApi, RowLender } from "../../protocol/map.ts";
import { LAYOUT_VERSION, layOut } from "./lay-out.ts";
import { keepLayout, loadLayout } from "./layout-store.ts";

export function createMapMaker(): MapApi {
  return {
    async layOut(port, { identity, keys, anew }, report) {
      const lender: Remote<RowLender> = wrap<RowLender>(port);
      try {
        const before = anew ? null : await loadLayout(identity, LAYOUT_VERSION);
        const known = before && placesOf(before.keys.split("\n"), before.places, keys);
        const { places } = await layOut(lender, known, report);
        const original = known ? before!.original : keys.length;
        await keepLayout({ identity, version: LAYOUT_VERSION, keys: keys.join("\n"), places, original, used: Date.now() });
        return transfer({ places, original }, [places.buffer]);
      } finally {
        lender[releaseProxy]();
      }
    },
  };
}

/** Places of `keys` where they are known, NaN where not; null where none is. */
function placesOf(known: readonly string[], places: Float32Array, keys: readonly string[]): Float32Array | null {
  const at = new Map(known.map((key, i) => [key, i]));
  const found = new Float32Array(2 * keys.length).fill(Number.NaN);
  let any = false;
  for (const [id, key] of keys.entries()) {
    const i = at.get(key);
    if (i === undefined) continue;
    found.set(places.subarray(2 * i, 2 * i + 2), 2 * id);
    any = true;
  }
  return any ? found : null;
}
