/** Keeps the places of sounds between sessions, by the library and model that they belong to. */

import { type DBSchema, openDB } from "idb";

/** Layouts kept: the longest unused leave first. */
const MOST_KEPT = 24;

export interface KeptLayout {
  readonly identity: string;
  /** Of the rules by which it was made. */
  readonly version: number;
  /** Keys of its sounds, a line each. */
  readonly keys: string;
  /** `[keys * 2]`. */
  readonly places: Float32Array;
  readonly original: number;
  /** Milliseconds since 1970. */
  readonly used: number;
}

interface Schema extends DBSchema {
  layouts: { key: string; value: KeptLayout; indexes: { used: number } };
}

const open = () =>
  openDB<Schema>("simile-map", 1, {
    upgrade(database) {
      database.createObjectStore("layouts", { keyPath: "identity" }).createIndex("used", "used");
    },
    // Another tab's later release may change the tables.
    blocking: (_, __, event) => (event.target as IDBDatabase).close(),
  });

/** Null where none is kept, or the browser keeps nothing. */
export async function loadLayout(identity: string, version: number): Promise<KeptLayout | null> {
  try {
    const database = await open();
    const kept = await database.get("layouts", identity);
    database.close();
    return kept?.version === version ? kept : null;
  } catch {
    return null;
  }
}

/** Keeps a layout in place of the one before; where the browser keeps nothing, the next session works it out again. */
export async function keepLayout(layout: KeptLayout): Promise<void> {
  try {
    const database = await open();
    const transaction = database.transaction("layouts", "readwrite");
    await transaction.store.put(layout);
    const oldest = await transaction.store.index("used").getAllKeys();
    await Promise.all([...oldest.slice(0, Math.max(0, oldest.length - MOST_KEPT)).map((key) => transaction.store.delete(key)), transaction.done]);
    database.close();
  } catch {
    // Told by nothing: the map is there, and will be made again.
  }
}
