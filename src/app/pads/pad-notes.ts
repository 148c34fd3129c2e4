/** What of the pads MIDI is told: the note of an answer, and the lights of a controller. */

import { pitchNote } from "../../core/metadata/pitch-note.ts";
import type { Match } from "../../protocol/engine.ts";
import type { PadLight } from "../midi/pad-lights.ts";
import { FIRST_PAD_NOTE } from "../../core/pads/pad-bank.ts";
import type { PadColour } from "./pad-board.ts";
import type { PadFace } from "./pad-faces.ts";

/**
 * Note of an answer: with "pitch" that of the sound itself, where it is known; else that of the pad with the nearest of the matches that is on one, and of the
 * first pad where none is.
 */
export function answerNote(matches: readonly Match[], faces: readonly PadFace[], notes: "pad" | "pitch", pitchOf: (id: number) => string): number {
  const pitched = notes === "pitch" && matches[0] ? pitchNote(pitchOf(matches[0].id)) : null;
  if (pitched !== null) return pitched;
  const onPads = new Map(faces.flatMap(({ id, note }) => (id === null ? [] : [[id, note] as const])));
  const nearest = matches.find(({ id }) => onPads.has(id));
  return nearest ? onPads.get(nearest.id)! : FIRST_PAD_NOTE;
}

export function lightsOf(faces: readonly PadFace[], playing: ReadonlySet<number>, colour: PadColour): readonly PadLight[] {
  return faces.map(({ key, id, sound, share, struck }) => ({
    family: key === null ? null : (sound?.family ?? "other"),
    share: colour === "distance" ? share : null,
    sounding: struck || (id !== null && playing.has(id)),
  }));
}
