/** Labels the recorded notes for training: the judged technique that each is or stands for, the cell it belongs to, the body that it was played on. */

import { pitchNote } from "../../core/metadata/pitch-note.ts";
import { COUNTERPARTS, type Counterpart, type Imt, type RecordedNote } from "../judgements.ts";

/**
 * Stand-ins for training beside those that evaluation takes (`COUNTERPARTS`): farther ones, that a model may learn from but no figure should rest on.
 */
export const TRAINING_STAND_INS: Readonly<Record<string, readonly Counterpart[]>> = {
  "Hn-ord": [{ instrument: "horn-section", technique: "ordinario" }],
  "Vc-ord": [{ instrument: "cello-section", technique: "ordinario" }, { instrument: "cello", technique: "molto-vibrato", seconds: 0.6 }],
  "Vc-tasto": [{ instrument: "double-bass", technique: "sul-tasto", seconds: 0.8, standIn: "the double bass for the cello" }],
  "Vc-nonvib": [{ instrument: "double-bass", technique: "nonvibrato", seconds: 0.6, standIn: "the double bass for the cello" }],
  "Vc-legno-tratto": [{ instrument: "double-bass", technique: "col-legno-tratto", seconds: 0.6, standIn: "the double bass for the cello" }],
  "Vc+S-ord": [{ instrument: "double-bass", technique: "ordinario", mute: "con-sordino", seconds: 0.8, standIn: "the double bass for the cello" }],
  "Vc-pizz-lv": [{ instrument: "cello-section", technique: "pizzicato" }],
  "Cb-pizz-lv": [{ instrument: "double-bass-section", technique: "pizzicato" }],
  "Ob-ord": [{ instrument: "oboe-section", technique: "ordinario" }, { instrument: "oboe", technique: "tenuto", seconds: 0.4, standIn: "tenuto, for the solo oboe's ordinario is not recorded" }],
  "Gtr-ord": [{ instrument: "archtop-guitar-mic", technique: "ordinario" }],
  "Gtr-pizz": [{ instrument: "electric-guitar-gretsch", technique: "staccato", standIn: "a short damped pluck" }],
  "Hp-harm-fngr": [{ instrument: "guitar", technique: "harmonic", standIn: "a plucked string's harmonic" }],
  "Ob-blow-no-reed": [{ instrument: "tuba", technique: "breath" }, { instrument: "baritone-saxophone", technique: "breath", standIn: "air through another tube" }],
};

export interface NoteLabels {
  /** `[notes]` index into the judged techniques, -1 for none. */
  readonly techniques: Int32Array;
  /** The same for the notes that figures may rest on: -1 where only a farther stand-in (`TRAINING_STAND_INS`) gives the label. */
  readonly counterparts: Int32Array;
  /** `[notes]` instrument, technique and mute. */
  readonly cells: readonly string[];
  /** `[notes]` recordings that must not be split: one source's instrument; two sources that recorded one body share a name. */
  readonly bodies: readonly string[];
}

/** The published notes on which sources hold one body or one take (see the data's README). */
const SHARED_BODIES: readonly { readonly body: string; readonly has: (note: RecordedNote) => boolean }[] = [
  { body: "double bass of dsmolken and meatbass", has: ({ source, instrument }) => instrument === "double-bass" && /dsmolken\.double-bass|karoryfer\.meatbass/.test(source) },
  { body: "archtop guitar", has: ({ instrument }) => instrument.startsWith("archtop-guitar") },
];

/** A note's own name among judged techniques: "voice-hum", with a mute "cello+con-sordino-ordinario". */
export function ownLabel({ instrument, mute, technique }: Pick<RecordedNote, "instrument" | "mute" | "technique">): string {
  return `${instrument}${mute === "none" || mute === "" ? "" : `+${mute}`}-${technique}`;
}

/**
 * A note whose own name is a judged technique is of that technique; else it stands for one of the published listening test, by `COUNTERPARTS` and `TRAINING_STAND_INS`.
 * Registers are split by pitch where a technique of the test is named after one, and a note of unknown pitch is in none of them; else every pitch and dynamics of the cell counts, as in the published spreading of labels.
 */
export function labelNotes(imts: readonly Imt[], notes: readonly RecordedNote[]): NoteLabels {
  const judged = new Map(imts.map(({ imt }, index) => [imt, index] as const));
  const techniques = Int32Array.from(notes, (note) => judged.get(ownLabel(note)) ?? -1);
  const counterparts = techniques.slice();
  const assign = (registers: boolean) => {
    for (const [index, { imt }] of imts.entries()) {
      if (imt.endsWith("-hi-reg") !== registers) continue;
      const near = COUNTERPARTS[imt] ?? [];
      for (const [place, { source, instrument, technique, mute = "none", pitch, seconds = 0 }] of [...near, ...(TRAINING_STAND_INS[imt] ?? [])].entries()) {
        const [low, high] = registers && pitch ? pitch.map((name) => pitchNote(name)!) : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
        for (const [row, note] of notes.entries()) {
          const midi = pitchNote(note.pitch) ?? (registers ? Number.NaN : 0);
          const fits = note.instrument === instrument && note.technique === technique && note.mute === mute && note.durationSeconds >= seconds && (source === undefined || note.source.endsWith(source));
          if (!fits || techniques[row] !== -1 || !(midi >= low! && midi <= high!)) continue;
          techniques[row] = index;
          if (place < near.length) counterparts[row] = index;
        }
      }
    }
  };
  assign(true);
  assign(false);
  return {
    techniques,
    counterparts,
    cells: notes.map(({ instrument, technique, mute }) => `${instrument}+${mute}-${technique}`),
    bodies: notes.map((note) => SHARED_BODIES.find(({ has }) => has(note))?.body ?? `${note.source} ${note.instrument}`),
  };
}
