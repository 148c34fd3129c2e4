/** Where a page keeps what is small between visits. */

/** Null where the browser keeps nothing for this page. */
export function pageStorage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
