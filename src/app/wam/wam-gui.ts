/** The module's face in a host: answers, pads, how it plays, and faults. */

import type { PadVoice } from "../audio/pad-voices.ts";
import type { SimileEvents } from "../ui/events.ts";
import type { Simile } from "../simile-state.ts";
import "../ui/simile-faults.ts";
import "../ui/simile-pads.ts";
import "../ui/simile-playing.ts";
import "../ui/simile-results.ts";

/** A new element that follows the instrument until `leave` is called. */
export function createWamGui(simile: Simile): { readonly element: HTMLElement; leave(): void } {
  const element = document.createElement("div");
  element.style.cssText = "display: grid; gap: 0.75rem; width: min(44rem, 100%); padding: 0.75rem; box-sizing: border-box";
  const results = document.createElement("simile-results");
  const pads = document.createElement("simile-pads");
  const playing = document.createElement("simile-playing");
  const faults = document.createElement("simile-faults");
  // A host has keys of its own.
  pads.keys = false;
  element.append(results, pads, playing, faults);

  const show = () => {
    const { retrieval, sounds, playing: sounding, faces, board, settings, balance, guard, faults: list } = simile.state;
    Object.assign(results, { retrieval, sounds, playing: sounding, peaks: (id: number, points: number) => simile.peaks(id, points) });
    Object.assign(pads, { faces, playing: sounding, selected: board.selected, bank: board.bank, colour: board.colour });
    Object.assign(playing, { play: settings.play, beat: settings.beat, balance, guard });
    faults.faults = list;
  };
  /** Strikes that hands hold, by pad. */
  const held = new Map<number, PadVoice[]>();
  const release = (pad: number) => {
    for (const voice of held.get(pad) ?? []) voice.release();
    held.delete(pad);
  };
  const on = <Name extends keyof SimileEvents>(name: Name, act: (detail: SimileEvents[Name]) => void) => element.addEventListener(name, ((event: CustomEvent<SimileEvents[Name]>) => act(event.detail)) as EventListener);
  on("simile-play", ({ id, velocity }) => void simile.play(id, velocity));
  on("simile-pad", ({ pad, velocity }) => {
    const voice = simile.pads.strike(pad, velocity);
    if (voice) held.set(pad, [...(held.get(pad) ?? []), voice]);
  });
  on("simile-pad-up", ({ pad }) => release(pad));
  on("simile-pads", (action) => simile.pads.change(action));
  on("simile-perform", (settings) => simile.perform(settings));
  on("simile-balance", (balance) => simile.setBalance(balance));
  on("simile-guard", ({ on: guard }) => simile.setGuard(guard));
  on("simile-beat", ({ tempo, running }) => simile.setBeat({ ...(tempo === undefined ? {} : { tempo }), ...(running === undefined ? {} : { running }) }));
  on("simile-retry", ({ key }) => void simile.retry(key));
  on("simile-dismiss", ({ key }) => simile.dismiss(key));
  simile.addEventListener("change", show);
  show();
  return {
    element,
    leave() {
      for (const pad of [...held.keys()]) release(pad);
      simile.removeEventListener("change", show);
    },
  };
}
