/** Waits until an instrument in a page has fallen quiet. */

import type { Page } from "playwright";

/** A list is mended for 1.5 s after its onset, and half a second is left for the ways between the threads. */
const QUIET_MILLISECONDS = 2000;

/** The instrument of the page as it ships. */
const APP = 'document.querySelector("simile-app").simile';

/** After an input has ended, what was heard last is still answered, and its list mended: until nothing of it has come for two seconds, and nothing sounds. `instrument`: a term of the page. */
export async function untilQuiet(page: Page, instrument = APP): Promise<void> {
  await page.evaluate(`(${quiet.toString()})(${instrument}, ${QUIET_MILLISECONDS})`);
}

interface Sounding extends EventTarget {
  readonly state: { readonly retrieval: unknown; readonly playing: ReadonlySet<number> };
}

/** Runs in the page. */
async function quiet(simile: Sounding, milliseconds: number): Promise<void> {
  let { retrieval } = simile.state;
  let last = performance.now();
  const look = () => {
    if (simile.state.playing.size > 0 || simile.state.retrieval !== retrieval) last = performance.now();
    retrieval = simile.state.retrieval;
  };
  simile.addEventListener("change", look);
  for (; performance.now() - last < milliseconds; look()) await new Promise((resolve) => setTimeout(resolve, 50));
  simile.removeEventListener("change", look);
}
