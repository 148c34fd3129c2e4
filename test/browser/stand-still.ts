/** Waits until a list that is filled from another thread stands still. */

/** Nothing orders the messages of one port among those of another: what was posted before an answer by another port may come a little after it. */
const STILL_LOOKS = 6;

export async function standStill(list: readonly unknown[]): Promise<void> {
  for (let looks = 0, before = list.length; looks < STILL_LOOKS; looks++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (list.length !== before) looks = 0;
    before = list.length;
  }
}
