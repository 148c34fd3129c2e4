/** Shapes of the table that says how each playing technique is played on its model. */

import type { Gesture } from "./gesture.ts";

export type Dynamics = "pp" | "mf" | "ff";

/** One value for all dynamics, or one for each. */
export type ByDynamics = number | Readonly<Record<Dynamics, number>>;

export interface Technique {
  readonly family: "plucked" | "bowed" | "blown" | "struck";
  readonly instrument: string;
  readonly technique: string;
  /** "none" when absent. */
  readonly mute?: string;
  /** Faust program in `dsp/`, without extension. */
  readonly dsp: string;
  /** "G3 mf, D4 pp": sounding pitch (or a word for the size of an instrument without pitch, written with a small letter) and dynamics of each note. */
  readonly notes: string;
  readonly seconds: ByDynamics;
  readonly gesture: Gesture;
  /** First signal's strength: bow velocity, breath pressure or force of the strike. */
  readonly drive: ByDynamics;
  /** Second signal: bow force, reed opening, jet ratio, lip tension, damping. 0 when absent. */
  readonly control?: ByDynamics;
  /** Sliders of the program, a list setting `name_0`, `name_1`, …; `frequency` is set from the pitch unless given here (instruments without pitch). */
  readonly parameters: Readonly<Record<string, ByDynamics | readonly number[]>>;
  /** Frequency that the model is set to, over the sounding pitch: 1 when absent (1/4 for the fourth partial of a string). */
  readonly over?: number;
  /** How the pitch is verified and tuned: by periodicity, by the partial that is nearest, or not at all where no pitch is claimed. */
  readonly tuning: "periodicity" | "partial" | "none";
  /** Peak relative to what the dynamics give (ff -1, mf -10, pp -20 dBFS); 0 when absent. */
  readonly levelDb?: number;
}

export interface Note {
  readonly technique: Technique;
  /** Scientific pitch, or empty. */
  readonly pitch: string;
  /** Word for the size of an instrument without pitch, or empty. */
  readonly size: string;
  readonly dynamics: Dynamics;
  /** File name without extension; also the seed's key. */
  readonly id: string;
}

export const valueAt = (value: ByDynamics, dynamics: Dynamics): number => (typeof value === "number" ? value : value[dynamics]);

/** Sliders of the program at the given dynamics; the i-th of a list is named with two places, as Faust names them: `ratio_0`, `ratio10`. */
export function sliders(technique: Technique, dynamics: Dynamics): Record<string, number> {
  const values: Record<string, number> = {};
  for (const [name, value] of Object.entries(technique.parameters)) {
    if (value instanceof Array) value.forEach((item, i) => (values[name + String(i).padStart(2, "_")] = item));
    else values[name] = valueAt(value as ByDynamics, dynamics);
  }
  return values;
}

/** All notes of the table in its order. */
export function listNotes(techniques: readonly Technique[]): Note[] {
  return techniques.flatMap((technique) =>
    technique.notes.split(",").map((text): Note => {
      const [first, dynamics] = text.trim().split(" ") as [string, Dynamics];
      const pitched = /^[A-G]/.test(first);
      const muted = (technique.mute ?? "none") === "none" ? [] : [technique.mute];
      const id = [technique.instrument, ...muted, technique.technique, first.replace("#", "s"), dynamics].join("_");
      return { technique, pitch: pitched ? first : "", size: pitched ? "" : first, dynamics, id };
    }),
  );
}
