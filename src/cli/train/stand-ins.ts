/** Altered recordings that stand, in training alone, for techniques of the listening test which nobody recorded: a bigger sibling played faster, a mute as a filter, a damped string. */

import { pitchNote } from "../../core/metadata/pitch-note.ts";
import type { Band, Step } from "../alteration/steps.ts";
import type { Imt, RecordedNote } from "../judgements.ts";

/** Recordings that are altered until they stand for a technique. */
interface AlteredStandIn {
  /** Cell that is altered. */
  readonly instrument: string;
  readonly technique: string;
  /** "none" where absent. */
  readonly mute?: string;
  /** Shortest note taken, before it is altered. */
  readonly seconds?: number;
  /** Played faster by so many semitones: body and string shrink together. */
  readonly semitones?: number;
  readonly filter?: readonly Band[];
  /** The sound dies away by 60 dB in so many seconds. */
  readonly decaySeconds?: number;
}

/** Where altered recordings stand in for a technique. */
export interface StandIn {
  /** Row of the recording. */
  readonly row: number;
  /** Index of the technique that it stands for. */
  readonly technique: number;
  readonly steps: readonly Step[];
}

/** A mute in the bell as peaking filters: what it lets through stands out of what it keeps back. A rough judgement by what mutes are said to do; no mute was measured. */
const CUP: readonly Band[] = [{ hertz: 250, db: -6, q: 0.7 }, { hertz: 1000, db: 6, q: 1 }, { hertz: 3500, db: -15, q: 0.5 }, { hertz: 9000, db: -15, q: 0.5 }];
const STRAIGHT: readonly Band[] = [{ hertz: 250, db: -15, q: 0.5 }, { hertz: 800, db: -6, q: 0.7 }, { hertz: 2500, db: 9, q: 0.8 }];
const HARMON: readonly Band[] = [{ hertz: 200, db: -20, q: 0.4 }, { hertz: 700, db: -10, q: 0.7 }, { hertz: 1800, db: 12, q: 1.5 }, { hertz: 4500, db: 4, q: 1 }];
const WAH_CLOSED: readonly Band[] = [{ hertz: 200, db: -15, q: 0.5 }, { hertz: 1200, db: 10, q: 1.5 }, { hertz: 5000, db: -15, q: 0.5 }];
const WAH_OPEN: readonly Band[] = [{ hertz: 200, db: -8, q: 0.5 }, { hertz: 1500, db: 6, q: 0.8 }, { hertz: 7000, db: -6, q: 0.5 }];
/** A mute on the bridge takes the bridge hill and what is above it away; one of lead takes more. */
const SORDINA: readonly Band[] = [{ hertz: 2500, db: -10, q: 0.5 }, { hertz: 7000, db: -8, q: 0.5 }];
const PIOMBO: readonly Band[] = [{ hertz: 1200, db: -8, q: 0.5 }, { hertz: 3000, db: -18, q: 0.4 }, { hertz: 8000, db: -15, q: 0.4 }];
const DULL: readonly Band[] = [{ hertz: 3000, db: -15, q: 0.4 }, { hertz: 9000, db: -15, q: 0.4 }];

const TROMBONE = { instrument: "trombone", technique: "ordinario", seconds: 0.8 };
const KEY_CLICK = { instrument: "baritone-saxophone", technique: "key-click" };
const TUBA_CLICK = { instrument: "tuba", technique: "key-click" };

/** A fifth from cello to viola and a ninth to violin: less than their strings lie apart, so that short recordings stay long enough. */
const VIOLA = 7;
const VIOLIN = 14;

/** The one table, for techniques without counterparts. A judgement each: no figure rests on these sounds. */
export const ALTERED_STAND_INS: Readonly<Record<string, readonly AlteredStandIn[]>> = {
  "TTbn+C-ord": [{ ...TROMBONE, filter: CUP }],
  "TTbn+H-ord": [{ ...TROMBONE, filter: HARMON }],
  "TTbn+W-ord-closed": [{ ...TROMBONE, filter: WAH_CLOSED }],
  "TTbn+W-ord-open": [{ ...TROMBONE, filter: WAH_OPEN }],
  "TpC-ord": [{ ...TROMBONE, semitones: 7 }],
  "TpC+C-ord": [{ ...TROMBONE, semitones: 7, filter: CUP }],
  "TpC+H-ord": [{ ...TROMBONE, semitones: 7, filter: HARMON }],
  "TpC+S-ord": [{ ...TROMBONE, semitones: 7, filter: STRAIGHT }],
  "TpC+W-ord-closed": [{ ...TROMBONE, semitones: 7, filter: WAH_CLOSED }],
  "TpC+W-ord-open": [{ ...TROMBONE, semitones: 7, filter: WAH_OPEN }],
  "Hn-slap": [{ ...TUBA_CLICK, semitones: 5 }],
  "TpC-slap": [{ ...TUBA_CLICK, semitones: 12 }],
  "BBTb-slap": [{ ...TUBA_CLICK, semitones: 2 }, { instrument: "tuba", technique: "staccatissimo", decaySeconds: 0.25 }],
  "BBTb-explo-slap": [{ ...TUBA_CLICK, semitones: -3 }],
  "Bn-key-cl": [{ ...KEY_CLICK, semitones: -2 }],
  "BbCl-key-cl": [{ ...KEY_CLICK, semitones: 7 }],
  "Ob-key-cl": [{ ...KEY_CLICK, semitones: 12 }],
  "Fl-key-cl": [{ ...KEY_CLICK, semitones: 16 }],
  "Fl-tng-ram": [{ ...TUBA_CLICK, semitones: 7, filter: DULL }],
  "ASax-slap-unp": [{ instrument: "saxophone", technique: "slap", decaySeconds: 0.15 }],
  "Hp-xyl": [{ instrument: "harp", technique: "ordinario", decaySeconds: 0.35 }],
  "Hp-pizz-bartok": [{ instrument: "cello", technique: "pizz-bartok", semitones: 4 }],
  "Gtr-pizz-bartok": [{ instrument: "double-bass", technique: "pizz-bartok", semitones: 12 }],
  "Va-pizz-bartok": [{ instrument: "cello", technique: "pizz-bartok", semitones: VIOLA }],
  "Vn-pizz-bartok": [{ instrument: "cello", technique: "pizz-bartok", semitones: VIOLIN }],
  "Va-pizz-lv": [{ instrument: "cello", technique: "pizzicato", semitones: VIOLA }],
  "Va-pizz-sec": [{ instrument: "cello", technique: "pizzicato", semitones: VIOLA, decaySeconds: 0.3 }],
  "Vn-pizz-sec": [{ instrument: "violin-section", technique: "pizzicato", decaySeconds: 0.25 }],
  "Vc-pizz-sec": [{ instrument: "cello", technique: "pizzicato", decaySeconds: 0.3 }],
  "Cb-pizz-sec": [{ instrument: "double-bass", technique: "pizzicato", decaySeconds: 0.4 }],
  "Va-legno-batt": [{ instrument: "double-bass", technique: "col-legno-battuto", semitones: 12 }],
  "Vn-legno-batt": [{ instrument: "double-bass", technique: "col-legno-battuto", semitones: 19 }],
  "Va-art-harm": [{ instrument: "cello", technique: "harmonic", semitones: VIOLA }],
  "Vn-art-harm": [{ instrument: "cello", technique: "harmonic", semitones: VIOLIN }],
  "Va-pont": [{ instrument: "cello", technique: "sul-ponticello", semitones: VIOLA }],
  "Vn-pont": [{ instrument: "cello", technique: "sul-ponticello", semitones: VIOLIN }],
  "Vn-nonvib": [{ instrument: "cello", technique: "nonvibrato", semitones: VIOLIN }],
  "Va+S-ord": [{ instrument: "cello", technique: "ordinario", mute: "con-sordino", semitones: VIOLA }, { instrument: "viola-section", technique: "ordinario", filter: SORDINA }],
  "Vn+S-ord": [{ instrument: "cello", technique: "ordinario", mute: "con-sordino", semitones: VIOLIN }, { instrument: "violin-section", technique: "ordinario", filter: SORDINA }],
  "Va+SP-ord": [{ instrument: "viola-section", technique: "ordinario", filter: PIOMBO }],
  "Vn+SP-ord": [{ instrument: "violin-section", technique: "ordinario", filter: PIOMBO }],
  "Vc+SP-ord": [{ instrument: "cello", technique: "ordinario", filter: PIOMBO, seconds: 0.8 }],
};

/** Semitones around the heard pitch that an altered note may lie at. */
const REACH = 12;
/** At most so many of one entry, spread evenly over the recordings. */
const MOST = 40;

/** Every altered recording that stands for a technique, in the order of the table and of the notes. */
export function standInsOf(imts: readonly Imt[], notes: readonly RecordedNote[]): StandIn[] {
  return Object.entries(ALTERED_STAND_INS).flatMap(([imt, entries]) => {
    const technique = imts.findIndex((one) => one.imt === imt);
    if (technique < 0) return [];
    const heard = pitchNote(imts[technique]!.pitch);
    return entries.flatMap(({ instrument, technique: played, mute = "none", seconds = 0, semitones = 0, filter, decaySeconds }) => {
      const fitting = notes.flatMap((note, row) => {
        const pitch = pitchNote(note.pitch);
        const near = heard === null || pitch === null || Math.abs(pitch + semitones - heard) <= REACH;
        return note.instrument === instrument && note.technique === played && note.mute === mute && note.durationSeconds >= seconds && near ? [row] : [];
      });
      const steps: Step[] = [
        ...(semitones === 0 ? [] : [{ kind: "pitch", semitones } as const]),
        ...(filter ? [{ kind: "equaliser", bands: filter } as const] : []),
        ...(decaySeconds === undefined ? [] : [{ kind: "decay", seconds: decaySeconds } as const]),
      ];
      const count = Math.min(MOST, fitting.length);
      return Array.from({ length: count }, (_, at) => ({ row: fitting[Math.floor((at * fitting.length) / count)]!, technique, steps }));
    });
  });
}
