/** Finds the sounds of a preset among the files of a folder, by where they lie in it. */

/** Folders that may lie above the preset's own root in the folder that was chosen, or above that one in the preset. */
const MOST_SHIFT = 4;

/**
 * For each path of the preset the index of the folder's file at that path, or -1. The folder that was chosen may be one further up or down than the one that the preset was made of: of all such shifts
 * (the first folders of either side's paths left out) the one that finds most is taken, the least where several do. Names are compared in Unicode's composed form.
 */
export function attachByPath(wanted: readonly string[], files: readonly string[]): Int32Array {
  const ours = wanted.map((path) => path.normalize("NFC"));
  const theirs = files.map((path) => path.normalize("NFC"));
  let best = new Int32Array(wanted.length).fill(-1);
  let most = 0;
  const shifts = [[0, 0], ...Array.from({ length: MOST_SHIFT }, (_, i) => [[i + 1, 0], [0, i + 1]] as const).flat()] as const;
  for (const [offWanted, offFiles] of shifts) {
    const at = new Map<string, number>();
    for (const [index, path] of theirs.entries()) {
      const key = tail(path, offFiles);
      // Where two files share what is left of their paths, neither is it.
      if (key !== null) at.set(key, at.has(key) ? -1 : index);
    }
    const found = Int32Array.from(ours, (path) => at.get(tail(path, offWanted) ?? "") ?? -1);
    const count = found.reduce((sum, index) => sum + (index >= 0 ? 1 : 0), 0);
    if (count > most) [best, most] = [found, count];
    if (most === wanted.length) break;
  }
  return best;
}

/** The path without its first `left` folders; null where it has fewer. */
function tail(path: string, left: number): string | null {
  let from = 0;
  for (let i = 0; i < left; i++) {
    from = path.indexOf("/", from) + 1;
    if (from === 0) return null;
  }
  return path.slice(from);
}
