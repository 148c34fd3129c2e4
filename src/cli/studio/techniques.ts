/** The table of the library: how each technique of each instrument is played on its model. */

import type { Gesture, ImpactGesture, SustainGesture } from "./gesture.ts";
import type { ByDynamics, Technique } from "./technique.ts";

type Parameters = Technique["parameters"];

// Bodies: what an instrument adds to its string or bore.
const violin = { bodyScale: 1, bridgeHill: 2600, bridgeHillGain: 0.8, bodyDirect: 0.6 };
const viola = { bodyScale: 0.8, bridgeHill: 2000, bridgeHillGain: 0.75, bodyDirect: 0.6 };
const cello = { bodyScale: 0.4, bridgeHill: 1500, bridgeHillGain: 0.6, bodyDirect: 0.55 };
const bass = { bodyScale: 0.23, bridgeHill: 900, bridgeHillGain: 0.5, bodyDirect: 0.45 };
const guitar = { bodyScale: 0.38, bodySharpness: 0.8, bridgeHill: 2200, bridgeHillGain: 0.5, bodyDirect: 0.6 };
const harp = { bodyScale: 0.5, bodySharpness: 0.5, bridgeHill: 1200, bridgeHillGain: 0.3, bodyDirect: 0.8 };
const pickup = { magnetic: 1, radiatesBelow: 5500 };
const flute = { formant1: 800, formant1Db: 3, formant2: 1100, formant2Db: 8, formant2Q: 1, formant3: 5000, formant3Db: 3, radiatesAbove: 380, radiatesBelow: 9000 };
const clarinet = { formant1: 1500, formant1Db: 4, formant2: 3500, formant2Db: 5, formant2Q: 1.5, radiatesAbove: 150, radiatesBelow: 7000 };
const oboe = { formant1: 1150, formant1Db: 13, formant1Q: 1.6, formant2: 2900, formant2Db: 3, formant2Q: 2, formant3: 500, formant3Db: -4, radiatesAbove: 350, radiatesBelow: 3800 };
const bassoon = { formant1: 470, formant1Db: 13, formant1Q: 1.8, formant2: 1200, formant2Db: 4, formant2Q: 2, formant3: 2500, formant3Db: -4, radiatesAbove: 120, radiatesBelow: 2600 };
const saxophone = { formant1: 650, formant1Db: 4, formant2: 1500, formant2Db: 6, formant2Q: 1.2, formant3: 3000, formant3Db: 5, radiatesAbove: 150, radiatesBelow: 9000 };
const trumpet = { bell: 1100, formant1: 1300, formant1Db: 5, radiatesAbove: 150, radiatesBelow: 8000 };
const trombone = { bell: 600, formant1: 620, formant1Db: 5, radiatesAbove: 70, radiatesBelow: 5500 };
const horn = { bell: 300, formant1: 420, formant1Db: 5, radiatesAbove: 60, radiatesBelow: 2600 };
const tuba = { bell: 180, formant1: 250, formant1Db: 5, radiatesAbove: 30, radiatesBelow: 1500 };
// Mutes and hands in the bell: bands that they pass, cavities that they add.
const straight = { radiatesAbove: 900, formant2: 1900, formant2Db: 9, formant2Q: 1.5 };
const cup = { radiatesBelow: 1900, formant2: 950, formant2Db: 8, formant2Q: 2, formant3: 2400, formant3Db: -12 };
const harmon = { radiatesAbove: 1300, formant2: 1650, formant2Db: 16, formant2Q: 4, formant3: 4200, formant3Db: 10, formant3Q: 2 };
const wahClosed = { radiatesBelow: 1500, formant2: 620, formant2Db: 14, formant2Q: 4, formant3: 1800, formant3Db: 6, formant3Q: 4 };
const wahOpen = { radiatesBelow: 4500, formant2: 1250, formant2Db: 11, formant2Q: 3, formant3: 3200, formant3Db: 4, formant3Q: 3 };

// Gestures that several rows share.
const stroke: SustainGesture = { kind: "sustain", attack: 0.07, release: 0.14, wander: 0.08, vibrato: { hertz: 5.6, cents: 16, delay: 0.12, swell: 0.03 } };
const broadStroke: SustainGesture = { ...stroke, attack: 0.1, release: 0.18, vibrato: { hertz: 5, cents: 14, delay: 0.15, swell: 0.03 } };
const plain: SustainGesture = { kind: "sustain", attack: 0.07, release: 0.14, wander: 0.06 };
const tremolo: SustainGesture = { kind: "sustain", attack: 0.03, release: 0.08, wander: 0.12, strokes: { hertz: 11 } };
const scrape: SustainGesture = { kind: "sustain", attack: 0.1, release: 0.12, wander: 0.35 };
const breath: SustainGesture = { kind: "sustain", attack: 0.018, release: 0.08, accent: 1.15, wander: 0.04 };
const vibratoBreath: SustainGesture = { kind: "sustain", attack: 0.03, release: 0.1, accent: 1.1, wander: 0.04, vibrato: { hertz: 5.2, cents: 9, delay: 0.25, swell: 0.07 } };
const fluteBreath: SustainGesture = { ...vibratoBreath, attack: 0.06 };
const lips: SustainGesture = { kind: "sustain", attack: 0.025, release: 0.07, accent: 1.12, wander: 0.06, scoop: { cents: -25, seconds: 0.03 } };
const flutter = (hertz: number, depth: number): SustainGesture => ({ kind: "sustain", attack: 0.03, release: 0.06, wander: 0.1, flutter: { hertz, depth } });
const finger: ImpactGesture = { kind: "impact", contact: 0.0009 };
const dampedFinger: ImpactGesture = { ...finger, damp: { at: 0.09, amount: 0.12 } };
const snap: ImpactGesture = { kind: "impact", contact: 0.0004, series: { count: 3, interval: 0.011, ratio: 0.7, fade: 0.45 }, scoop: { cents: 35, seconds: 0.04 } };
const nail: ImpactGesture = { kind: "impact", contact: 0.0003 };
const stick: ImpactGesture = { kind: "impact", contact: 0.0005, series: { count: 3, interval: 0.055, ratio: 0.62, fade: 0.3 } };
const click: ImpactGesture = { kind: "impact", contact: 0.0008, series: { count: 2, interval: 0.012, ratio: 1, fade: 0.4 } };
const tongue: ImpactGesture = { kind: "impact", contact: 0.0012 };
const hammer = (contact: number): ImpactGesture => ({ kind: "impact", contact });
const roll = (contact: number, interval: number, count: number): ImpactGesture => ({ kind: "impact", contact, series: { count, interval, ratio: 1, fade: 1 } });

// Dynamics: bow velocity, breath, embouchure and lips as they grow from pp to ff.
const bowVelocity = { pp: 0.06, mf: 0.1, ff: 0.16 };
const bowForce = { pp: 0.6, mf: 0.75, ff: 0.9 };
const bowedLoss = { pp: 0.52, mf: 0.4, ff: 0.3 };
const reedBreath = { pp: 0.7, mf: 0.8, ff: 0.9 };
const reedSlope = { pp: -0.375, mf: -0.345, ff: -0.31 };
const reedCorner = { pp: 5, mf: 12, ff: 24 };
const coneBreath = { pp: 0.07, mf: 0.095, ff: 0.12 };
const coneGrip = { pp: 0.6, mf: 0.75, ff: 0.9 };
const coneLoss = { pp: 0.65, mf: 0.45, ff: 0.25 };
const jetBreath = { pp: 0.88, mf: 1.0, ff: 1.2 };
const lipBreath = { pp: 0.5, mf: 0.7, ff: 0.88 };
const steepness = { pp: 0, mf: 0.1, ff: 0.3 };
/** Corner of a finger, stick or mallet: a harder blow shortens the contact. */
const blow = (hertz: number): ByDynamics => ({ pp: 0.45 * hertz, mf: hertz, ff: Math.min(20000, 2 * hertz) });
/** Noise of the impact beside the modes, and buzz of the snares: the first grows faster than the tone, the second slower. */
const clack = (level: number): ByDynamics => ({ pp: 0.3 * level, mf: level, ff: 2.2 * level });
const buzz = (level: number): ByDynamics => ({ pp: 2 * level, mf: level, ff: 0.6 * level });
const strength: ByDynamics = { pp: 0.4, mf: 0.7, ff: 1 };

/** Row of a bowed string. */
function bowed(instrument: string, technique: string, notes: string, gesture: Gesture, parameters: Parameters, more: Partial<Technique> = {}): Technique {
  const defaults = { position: 0.11, bridgeLoss: bowedLoss, rosin: 0.25, hiss: 0.01 };
  return { family: "bowed", instrument, technique, dsp: "bowed-string", notes, seconds: 1.3, gesture, drive: bowVelocity, control: bowForce, parameters: { ...defaults, ...parameters }, tuning: "periodicity", ...more };
}

/** Row of a plucked string. */
function plucked(instrument: string, technique: string, notes: string, gesture: Gesture, parameters: Parameters, more: Partial<Technique> = {}): Technique {
  return { family: "plucked", instrument, technique, dsp: "plucked-string", notes, seconds: 1.5, gesture, drive: strength, parameters, tuning: "periodicity", ...more };
}

/** Row of a wind instrument; `dsp` says which. */
function blown(dsp: string, instrument: string, technique: string, notes: string, gesture: Gesture, parameters: Parameters, more: Partial<Technique> = {}): Technique {
  const [drive, control] =
    dsp === "flute" ? [jetBreath, 0.32] : dsp === "cylindrical-reed" ? [reedBreath, 0] : dsp === "conical-reed" ? [coneBreath, coneGrip] : dsp === "brass" ? [lipBreath, 0.9] : [strength, 0];
  return { family: "blown", instrument, technique, dsp, notes, seconds: dsp === "bore" ? 0.7 : 1.3, gesture, drive, control, parameters, tuning: dsp === "bore" ? "partial" : "periodicity", ...more };
}

/** Row of a struck string, bar, bell, block or skin. */
function struck(dsp: string, instrument: string, technique: string, notes: string, gesture: Gesture, parameters: Parameters, more: Partial<Technique> = {}): Technique {
  return { family: "struck", instrument, technique, dsp, notes, seconds: 1.2, gesture, drive: strength, parameters, tuning: dsp === "modes" ? "partial" : "none", ...more };
}

const brass = { mode: 1, lipQ: 5, lipGain: 3, steepness, hiss: 0.003, air: 0.06 };

export const TECHNIQUES: readonly Technique[] = [
  // Bowed: position is the bow's, from 0.03 (by the bridge) to 0.28 (over the fingerboard).
  bowed("violin", "ordinario", "G3 mf, C4 mf, A4 pp, E5 ff, B5 mf", stroke, violin),
  bowed("violin", "nonvibrato", "C4 mf, A4 ff", plain, violin),
  bowed("violin", "sul-ponticello", "D4 mf, A4 ff, E5 pp", plain, { ...violin, position: 0.035, bridgeLoss: 0.25, hiss: 0.04, rosin: 0.8, bodyDirect: 0.9, radiatesAbove: 500 }, { control: 0.7 }),
  bowed("violin", "sul-tasto", "C4 mf, A4 pp, D5 mf", stroke, { ...violin, position: 0.27, bridgeLoss: 0.74, hiss: 0.012 }, { control: 0.3, levelDb: -4 }),
  bowed("violin", "harmonic", "G5 mf, D6 pp, B5 mf", plain, { ...violin, position: 0.13, bridgeLoss: 0.72, hiss: 0.03, rosin: 0.4 }, { control: 0.4, levelDb: -5 }),
  bowed("violin", "tremolo", "C4 mf, A4 pp, E5 ff", tremolo, { ...violin, rosin: 0.5, hiss: 0.015 }),
  bowed("violin", "col-legno-tratto", "C4 mf, A4 mf", scrape, { ...violin, rosin: 1.5, hiss: 0.15, hissAbove: 1800, reflection: 0.9, bridgeLoss: 0.6 }, { drive: 0.07, control: 0.5, levelDb: -12 }),
  bowed("violin", "ordinario", "C4 mf, A4 mf, E5 ff", stroke, { ...violin, bridgeHill: 1100, bridgeHillGain: 0.5, bodyDirect: 0.15, radiatesBelow: 2400 }, { mute: "sordino", levelDb: -5 }),
  bowed("violin", "ordinario", "C4 mf, G4 mf", stroke, { ...violin, bridgeHill: 700, bridgeHillGain: 0.4, bodyDirect: 0.08, radiatesBelow: 1100 }, { mute: "sordino-piombo", levelDb: -9 }),
  bowed("viola", "ordinario", "C3 mf, C4 mf, G4 ff", stroke, viola),
  bowed("viola", "nonvibrato", "C4 mf", plain, viola),
  bowed("viola", "sul-ponticello", "C4 mf, D4 ff", plain, { ...viola, position: 0.035, bridgeLoss: 0.28, hiss: 0.035, rosin: 0.8, bodyDirect: 0.9, radiatesAbove: 380 }, { control: 0.7 }),
  bowed("viola", "sul-tasto", "C4 mf, G3 pp", stroke, { ...viola, position: 0.26, bridgeLoss: 0.76, hiss: 0.012 }, { control: 0.3, levelDb: -4 }),
  bowed("viola", "harmonic", "C5 mf, G5 pp", plain, { ...viola, position: 0.13, bridgeLoss: 0.75, hiss: 0.025, rosin: 0.4 }, { control: 0.4, levelDb: -5 }),
  bowed("viola", "tremolo", "C4 mf, G3 ff", { ...tremolo, strokes: { hertz: 10.5 } }, { ...viola, rosin: 0.5, hiss: 0.012 }),
  bowed("viola", "col-legno-tratto", "C4 mf, G3 mf", scrape, { ...viola, rosin: 1.5, hiss: 0.15, hissAbove: 1500, reflection: 0.9, bridgeLoss: 0.62 }, { drive: 0.07, control: 0.5, levelDb: -12 }),
  bowed("viola", "ordinario", "C4 mf, G4 mf", stroke, { ...viola, bridgeHill: 900, bridgeHillGain: 0.5, bodyDirect: 0.15, radiatesBelow: 2000 }, { mute: "sordino", levelDb: -5 }),
  bowed("cello", "ordinario", "C2 ff, G2 mf, C4 mf, E4 pp", broadStroke, cello),
  bowed("cello", "nonvibrato", "C4 mf, D3 ff", plain, cello),
  bowed("cello", "sul-ponticello", "C4 mf, D3 ff, G2 pp", plain, { ...cello, position: 0.035, bridgeLoss: 0.3, hiss: 0.03, rosin: 0.8, bodyDirect: 0.9, radiatesAbove: 250 }, { control: 0.7 }),
  bowed("cello", "sul-tasto", "C4 mf, D3 pp", broadStroke, { ...cello, position: 0.25, bridgeLoss: 0.78, hiss: 0.01 }, { control: 0.3, levelDb: -4 }),
  bowed("cello", "harmonic", "C4 mf, A4 pp", plain, { ...cello, position: 0.13, bridgeLoss: 0.78, hiss: 0.02, rosin: 0.4 }, { control: 0.4, levelDb: -5 }),
  bowed("cello", "tremolo", "C4 mf, G2 ff", { ...tremolo, strokes: { hertz: 9.5 } }, { ...cello, rosin: 0.5, hiss: 0.012 }),
  bowed("cello", "col-legno-tratto", "C4 mf, D3 mf", scrape, { ...cello, rosin: 1.5, hiss: 0.15, hissAbove: 1200, reflection: 0.9, bridgeLoss: 0.64 }, { drive: 0.07, control: 0.5, levelDb: -12 }),
  bowed("cello", "ordinario", "C4 mf, G2 mf", broadStroke, { ...cello, bridgeHill: 600, bridgeHillGain: 0.3, bodyDirect: 0.06, radiatesBelow: 900 }, { mute: "sordino", levelDb: -5 }),
  bowed("double-bass", "ordinario", "E1 mf, A1 ff, G2 mf", broadStroke, { ...bass, position: 0.09 }),
  bowed("double-bass", "sul-ponticello", "C2 mf, G2 ff", plain, { ...bass, position: 0.035, bridgeLoss: 0.32, hiss: 0.025, rosin: 0.8, bodyDirect: 0.9, radiatesAbove: 150 }, { control: 0.7 }),
  bowed("double-bass", "sul-tasto", "C2 mf, G2 pp", broadStroke, { ...bass, position: 0.24, bridgeLoss: 0.82, hiss: 0.01 }, { control: 0.3, levelDb: -4 }),
  bowed("double-bass", "harmonic", "G3 mf, D4 pp", plain, { ...bass, position: 0.13, bridgeLoss: 0.8, hiss: 0.02, rosin: 0.4 }, { control: 0.4, levelDb: -5 }),
  bowed("double-bass", "tremolo", "C2 mf, G2 ff", { ...tremolo, strokes: { hertz: 8.5 } }, { ...bass, rosin: 0.5, hiss: 0.012 }),
  bowed("double-bass", "col-legno-tratto", "G2 mf", scrape, { ...bass, rosin: 1.5, hiss: 0.12, hissAbove: 900, reflection: 0.9, bridgeLoss: 0.66 }, { drive: 0.07, control: 0.5, levelDb: -12 }),
  bowed("double-bass", "ordinario", "G2 mf", broadStroke, { ...bass, bridgeHill: 450, bridgeHillGain: 0.4, bodyDirect: 0.1, radiatesBelow: 1000 }, { mute: "sordino", levelDb: -5 }),

  // Plucked: the bowed instruments' pizzicati.
  plucked("violin", "pizzicato", "G3 mf, C4 mf, A4 pp", finger, { ...violin, pluckAt: 0.25, softness: blow(6400), t60: 0.9, dullness: 0.35, knock: 1.05 }),
  plucked("violin", "pizzicato-secco", "C4 mf, E5 mf", dampedFinger, { ...violin, pluckAt: 0.2, softness: blow(4800), t60: 0.5, dullness: 0.45, knock: 0.25 }, { seconds: 0.8 }),
  plucked("violin", "snap-pizzicato", "C4 ff, A4 ff", snap, { ...violin, pluckAt: 0.3, softness: blow(11200), t60: 0.8, dullness: 0.25, knock: 6, grain: 0.6, limit: 0.05 }, { seconds: 1 }),
  plucked("viola", "pizzicato", "C4 mf, G3 pp", finger, { ...viola, pluckAt: 0.25, softness: blow(5632), t60: 1.1, dullness: 0.38, knock: 1.05 }),
  plucked("viola", "pizzicato-secco", "C4 mf, D4 ff", dampedFinger, { ...viola, pluckAt: 0.2, softness: blow(4160), t60: 0.55, dullness: 0.48, knock: 0.25 }, { seconds: 0.8 }),
  plucked("viola", "snap-pizzicato", "C4 ff, G3 ff", snap, { ...viola, pluckAt: 0.3, softness: blow(9600), t60: 0.9, dullness: 0.28, knock: 6, grain: 0.6, limit: 0.05 }, { seconds: 1 }),
  plucked("cello", "pizzicato", "C2 mf, G2 mf, C4 pp", finger, { ...cello, pluckAt: 0.25, softness: blow(4096), t60: 2, dullness: 0.45, knock: 1.05 }),
  plucked("cello", "pizzicato-secco", "C4 mf, D3 mf", dampedFinger, { ...cello, pluckAt: 0.2, softness: blow(3200), t60: 0.7, dullness: 0.5, knock: 0.25 }, { seconds: 0.8 }),
  plucked("cello", "snap-pizzicato", "C4 ff, G2 ff", snap, { ...cello, pluckAt: 0.3, softness: blow(8000), t60: 1.5, dullness: 0.3, knock: 6, grain: 0.6, limit: 0.05 }, { seconds: 1.2 }),
  plucked("double-bass", "pizzicato", "E1 mf, A1 ff, G2 mf", finger, { ...bass, pluckAt: 0.28, softness: blow(2816), t60: 3, dullness: 0.55, knock: 0.42 }, { seconds: 1.6 }),
  plucked("double-bass", "pizzicato-secco", "C2 mf, G2 mf", dampedFinger, { ...bass, pluckAt: 0.22, softness: blow(2080), t60: 0.9, dullness: 0.6, knock: 0.25 }, { seconds: 0.9 }),
  plucked("double-bass", "snap-pizzicato", "A1 ff, G2 ff", snap, { ...bass, pluckAt: 0.3, softness: blow(6400), t60: 2, dullness: 0.35, knock: 6, grain: 0.6, limit: 0.05 }, { seconds: 1.2 }),
  // Plucked: guitars and harp.
  plucked("guitar", "ordinario", "E2 mf, A3 ff, C4 mf, E5 pp", nail, { ...guitar, pluckAt: 0.2, softness: blow(6500), t60: 3.5, dullness: 0.195, knock: 0.3 }),
  plucked("guitar", "sul-ponticello", "E3 mf, C4 ff", nail, { ...guitar, pluckAt: 0.05, softness: blow(14400), t60: 3, dullness: 0.13, knock: 0.5 }),
  plucked("guitar", "muted", "A2 mf, C4 mf, E4 ff", { ...finger, contact: 0.001 }, { ...guitar, pluckAt: 0.12, softness: blow(4160), t60: 0.4, dullness: 0.325, knock: 1.5 }, { seconds: 0.8 }),
  plucked("guitar", "harmonic", "E4 mf, A4 pp, B5 mf", nail, { ...guitar, node: 2, pluckAt: 0.13, softness: blow(8000), t60: 4, dullness: 0.195, knock: 0.2 }, { over: 1 / 2, levelDb: -3 }),
  plucked("guitar", "snap-pizzicato", "C4 ff, E2 ff", snap, { ...guitar, pluckAt: 0.25, softness: blow(14400), t60: 1.5, dullness: 0.2, knock: 5, grain: 0.6, limit: 0.05 }, { seconds: 1.2 }),
  plucked("electric-guitar", "ordinario", "E2 mf, D4 ff, F#5 mf, A3 pp", { kind: "impact", contact: 0.0003 }, { ...pickup, pickupAt: 0.14, pluckAt: 0.16, softness: blow(6000), t60: 6, dullness: 0.15 }),
  plucked("electric-guitar", "muted", "E2 mf, D4 mf, A3 ff", { kind: "impact", contact: 0.0004 }, { ...pickup, pickupAt: 0.1, pluckAt: 0.12, softness: blow(9600), t60: 0.45, dullness: 0.45 }, { seconds: 0.8 }),
  plucked("electric-guitar", "harmonic", "E4 mf, D5 mf, A5 pp", { kind: "impact", contact: 0.0003 }, { ...pickup, node: 3, pickupAt: 0.1, pluckAt: 0.11, softness: blow(12800), t60: 6, dullness: 0.15 }, { over: 1 / 3, levelDb: -3 }),
  plucked("electric-bass", "ordinario", "E1 mf, A1 ff, G2 mf", { kind: "impact", contact: 0.0012 }, { ...pickup, pickupAt: 0.2, pluckAt: 0.2, softness: blow(4000), t60: 6, dullness: 0.3 }, { seconds: 1.5 }),
  plucked("electric-bass", "slap", "E1 ff, A1 ff", snap, { ...pickup, pickupAt: 0.15, pluckAt: 0.3, softness: blow(14400), t60: 4, dullness: 0.15, grain: 0.3, limit: 0.02 }, { seconds: 1.3 }),
  plucked("electric-bass", "muted", "E1 mf, G2 mf", { kind: "impact", contact: 0.0012 }, { ...pickup, pickupAt: 0.15, pluckAt: 0.14, softness: blow(3520), t60: 0.5, dullness: 0.55 }, { seconds: 0.8 }),
  plucked("harp", "ordinario", "C3 mf, C4 mf, E5 ff, G4 pp", { kind: "impact", contact: 0.0012 }, { ...harp, pluckAt: 0.38, softness: blow(4000), t60: 4, dullness: 0.2625, knock: 0.2 }),
  plucked("harp", "harmonic", "C4 mf, C5 mf, G4 pp", { kind: "impact", contact: 0.0016 }, { ...harp, node: 2, pluckAt: 0.22, softness: blow(2880), t60: 3, dullness: 0.3375, knock: 0.2 }, { over: 1 / 2, levelDb: -3 }),
  plucked("harp", "xylophonic", "C4 mf, E3 mf", { kind: "impact", contact: 0.0008 }, { ...harp, pluckAt: 0.06, softness: blow(5600), t60: 0.5, dullness: 0.375, knock: 0.8 }, { seconds: 0.8 }),
  plucked("harp", "snap-pizzicato", "C4 ff, G2 ff", { ...snap, scoop: { cents: 20, seconds: 0.05 } }, { ...harp, pluckAt: 0.3, softness: blow(12800), t60: 2.5, dullness: 0.2, knock: 4, grain: 0.6, limit: 0.05 }, { seconds: 1.3 }),

  // Blown: flute.
  blown("flute", "flute", "ordinario", "C4 mf, A4 pp, D5 mf, G5 ff", fluteBreath, { ...flute, air: 0.06, hiss: 0.03 }),
  blown("flute", "flute", "nonvibrato", "C4 mf, E5 mf", { ...breath, attack: 0.06 }, { ...flute, air: 0.06, hiss: 0.03 }),
  blown("flute", "flute", "flutter", "C4 mf, A4 mf, D5 ff", flutter(24, 0.38), { ...flute, air: 0.15, hiss: 0.1 }, { drive: 1.15 }),
  blown("flute", "flute", "overblown", "C5 ff, G5 mf", { ...breath, attack: 0.05 }, { ...flute, air: 0.2, hiss: 0.12 }, { control: 0.2, over: 1 / 1.67 }),
  blown("flute", "flute", "aeolian", "C4 pp, G4 mf", { ...breath, wander: 0.2 }, { ...flute, air: 0.3, hiss: 2.4 }, { drive: 0.92, levelDb: -8 }),
  blown("bore", "flute", "key-click", "C4 ff, E4 mf, B4 mf", click, { closed: 0, t60: 0.14, endLoss: 0.4, knock: 0.125, tube: 1.28, padT60: 0.05, direct: 0.6, grain: 0.3, radiatesAbove: 150 }, { levelDb: -12 }),
  blown("bore", "flute", "tongue-ram", "C4 mf, D#4 ff", tongue, { closed: 1, t60: 0.22, endLoss: 0.55, knock: 0.03, tube: 1, grain: 0.2, direct: 0.2, radiatesBelow: 4000 }, { levelDb: -5 }),
  // Blown: reeds.
  blown("conical-reed", "oboe", "ordinario", "C4 mf, A4 pp, E5 ff", vibratoBreath, { ...oboe, position: 0.1, boreLoss: coneLoss, hiss: 0.02 }),
  blown("conical-reed", "oboe", "staccato", "C4 mf, G4 ff", { ...breath, attack: 0.012, release: 0.06 }, { ...oboe, position: 0.1, boreLoss: coneLoss, hiss: 0.02 }, { seconds: 0.32 }),
  blown("conical-reed", "oboe", "flutter", "C4 mf, A4 mf", flutter(23, 0.6), { ...oboe, position: 0.1, boreLoss: coneLoss, hiss: 0.04, air: 0.2 }),
  blown("bore", "oboe", "key-click", "C4 mf, A4 mf", click, { closed: 0, t60: 0.12, endLoss: 0.5, knock: 0.3, pad1: 1300, pad2: 2900, pad3: 5200, tube: 0.8, grain: 0.6, padT60: 0.05, direct: 0.6, radiatesAbove: 200 }, { levelDb: -14 }),
  blown("cylindrical-reed", "clarinet", "ordinario", "D3 mf, C4 mf, F4 pp, A5 ff", breath, { ...clarinet, slope: reedSlope, corner: reedCorner, hiss: 0.015 }),
  blown("cylindrical-reed", "clarinet", "flutter", "C4 mf, G4 ff", flutter(25, 0.8), { ...clarinet, slope: reedSlope, corner: reedCorner, hiss: 0.02, air: 0.15 }),
  blown("cylindrical-reed", "clarinet", "overblown", "E5 ff, A5 mf", breath, { ...clarinet, slope: -0.36, hiss: 0.03, air: 0.15, vent: 0.8, corner: 8 }, { over: 1 / 3, drive: 0.75 }),
  blown("bore", "clarinet", "key-click", "C4 pp, G3 mf", click, { closed: 1, t60: 0.07, endLoss: 0.45, knock: 0.3, pad1: 1000, pad2: 2300, pad3: 4600, tube: 0.96, grain: 0.6, padT60: 0.05, direct: 0.6, radiatesAbove: 120 }, { levelDb: -14 }),
  blown("bore", "clarinet", "slap", "C4 mf, E3 ff", tongue, { closed: 1, t60: 0.16, endLoss: 0.15, knock: 0.1, pad1: 1600, tube: 1, grain: 0.15, direct: 0.4, formant2: 1500, formant2Db: 6 }, { levelDb: -4 }),
  blown("cylindrical-reed", "bass-clarinet", "ordinario", "D2 mf, A2 pp, F3 ff", breath, { ...clarinet, formant1: 900, formant2: 2200, radiatesAbove: 80, radiatesBelow: 4500, slope: reedSlope, corner: reedCorner, hiss: 0.015 }),
  blown("bore", "bass-clarinet", "slap", "D2 mf, A2 ff", tongue, { closed: 1, t60: 0.3, endLoss: 0.15, knock: 0.1, pad1: 1200, tube: 1, grain: 0.15, direct: 0.4, formant2: 1100, formant2Db: 6 }, { levelDb: -4 }),
  blown("conical-reed", "alto-saxophone", "ordinario", "C4 mf, F4 pp, A4 ff, C#3 mf", { ...breath, vibrato: { hertz: 5, cents: 10, delay: 0.35, swell: 0.05 } }, { ...saxophone, position: 0.2, boreLoss: coneLoss, hiss: 0.04 }),
  blown("conical-reed", "alto-saxophone", "flutter", "C4 mf, G4 ff", flutter(26, 0.6), { ...saxophone, position: 0.2, boreLoss: coneLoss, hiss: 0.08, air: 0.25 }, { control: 0.95 }),
  blown("conical-reed", "alto-saxophone", "overblown", "C5 ff, G5 mf", breath, { ...saxophone, position: 0.25, boreLoss: 0.4, hiss: 0.06, air: 0.3 }, { over: 1 / 2, drive: 0.3, control: 0.3 }),
  blown("bore", "alto-saxophone", "key-click", "C4 pp, F3 mf", click, { closed: 0, t60: 0.16, endLoss: 0.5, knock: 0.25, pad1: 820, pad2: 1900, pad3: 3600, tube: 1.28, grain: 0.6, padT60: 0.05, direct: 0.6, radiatesAbove: 90 }, { levelDb: -12 }),
  blown("bore", "alto-saxophone", "slap", "C4 mf, F3 ff", tongue, { closed: 0, t60: 0.35, endLoss: 0.2, knock: 0.1, pad1: 1500, tube: 1, grain: 0.15, direct: 0.4, formant1: 900, formant1Db: 6 }, { levelDb: -3 }),
  blown("bore", "alto-saxophone", "slap-unpitched", "open pp, open ff", tongue, { frequency: 210, closed: 0, t60: 0.045, endLoss: 0.3, knock: 0.6, pad1: 1100, pad2: 2400, tube: 0.5, grain: 0.7, direct: 1 }, { seconds: 0.4, tuning: "none", levelDb: -3 }),
  blown("conical-reed", "bassoon", "ordinario", "C2 mf, G2 ff, C4 mf, E3 pp", vibratoBreath, { ...bassoon, position: 0.13, boreLoss: coneLoss, hiss: 0.02, air: 0.12 }, { control: { pp: 0.75, mf: 0.85, ff: 0.92 } }),
  blown("conical-reed", "bassoon", "flutter", "C3 mf, G3 ff", flutter(22, 0.65), { ...bassoon, position: 0.13, boreLoss: coneLoss, hiss: 0.04, air: 0.2 }, { control: 0.9 }),
  blown("bore", "bassoon", "key-click", "C3 mf, G2 mf", click, { closed: 0, t60: 0.12, endLoss: 0.6, knock: 0.25, pad1: 500, pad2: 1300, pad3: 3000, tube: 1.28, grain: 0.6, padT60: 0.05, direct: 0.6, radiatesAbove: 60 }, { levelDb: -12 }),
  // Blown: brass.
  blown("brass", "trumpet", "ordinario", "C4 mf, G4 pp, C5 ff, E4 ff", lips, { ...trumpet, ...brass }),
  blown("brass", "trumpet", "flutter", "C4 mf, G4 ff", flutter(25, 0.62), { ...trumpet, ...brass, air: 0.15 }),
  blown("brass", "trumpet", "pedal-tone", "F3 mf", lips, { ...trumpet, ...brass, steepness: 0.22 }),
  blown("brass", "trumpet", "ordinario", "C4 mf, A4 ff", lips, { ...trumpet, ...brass, ...straight }, { mute: "straight", levelDb: -3 }),
  blown("brass", "trumpet", "ordinario", "C4 mf, G4 mf", lips, { ...trumpet, ...brass, ...cup }, { mute: "cup", levelDb: -6 }),
  blown("brass", "trumpet", "ordinario", "C4 mf, A4 mf", lips, { ...trumpet, ...brass, ...harmon }, { mute: "harmon", levelDb: -8 }),
  blown("brass", "trumpet", "closed", "C4 mf, F4 mf", lips, { ...trumpet, ...brass, ...wahClosed }, { mute: "wah", levelDb: -8 }),
  blown("brass", "trumpet", "open", "C4 mf, F4 ff", lips, { ...trumpet, ...brass, ...wahOpen }, { mute: "wah", levelDb: -4 }),
  blown("bore", "trumpet", "slap", "C4 pp, G3 mf", tongue, { closed: 1, t60: 0.12, endLoss: 0.3, knock: 0.02, tube: 1, grain: 0.5, direct: 0.5, formant1: 1300, formant1Db: 5 }, { levelDb: -8 }),
  blown("brass", "trombone", "ordinario", "E2 mf, C4 mf, F3 ff, A#3 pp", lips, { ...trombone, ...brass }),
  blown("brass", "trombone", "flutter", "C3 mf, C4 ff", flutter(23, 0.6), { ...trombone, ...brass, air: 0.15 }),
  blown("brass", "trombone", "ordinario", "C4 mf, F3 ff", lips, { ...trombone, ...brass, ...straight, radiatesAbove: 450, formant2: 1100 }, { mute: "straight", levelDb: -3 }),
  blown("brass", "trombone", "ordinario", "C4 mf, D3 mf", lips, { ...trombone, ...brass, ...cup, radiatesBelow: 1200, formant2: 560, formant3: 1500 }, { mute: "cup", levelDb: -6 }),
  blown("brass", "trombone", "ordinario", "C4 mf, F3 mf", lips, { ...trombone, ...brass, ...harmon, radiatesAbove: 800, formant2: 1100, formant3: 2900 }, { mute: "harmon", levelDb: -8 }),
  blown("brass", "trombone", "closed", "C4 mf, A#3 mf", lips, { ...trombone, ...brass, ...wahClosed, radiatesBelow: 1300, formant2: 420, formant3: 1250, formant3Db: 14 }, { mute: "wah", levelDb: -8 }),
  blown("brass", "trombone", "open", "C4 mf, A#3 ff", lips, { ...trombone, ...brass, ...wahOpen, radiatesBelow: 3000, formant2: 800, formant3: 2100 }, { mute: "wah", levelDb: -4 }),
  blown("bore", "trombone", "slap", "F2 mf, A#2 ff", tongue, { closed: 1, t60: 0.22, endLoss: 0.4, knock: 0.02, tube: 1, grain: 0.5, direct: 0.5, formant1: 700, formant1Db: 5 }, { levelDb: -6 }),
  blown("brass", "horn", "ordinario", "F2 mf, C4 mf, F4 ff, A3 pp", { ...lips, attack: 0.04 }, { ...horn, ...brass }),
  blown("brass", "horn", "flutter", "C4 mf, F3 ff", flutter(22, 0.6), { ...horn, ...brass, air: 0.15 }),
  blown("brass", "horn", "ordinario", "A3 mf, G3 pp", { ...lips, attack: 0.04 }, { ...horn, ...brass, radiatesAbove: 350, radiatesBelow: 3000, formant2: 1000, formant2Db: 8 }, { mute: "straight", levelDb: -4 }),
  blown("brass", "horn", "stopped", "C4 mf, F4 ff", { ...lips, attack: 0.03 }, { ...horn, ...brass, steepness: 0.35, radiatesAbove: 900, radiatesBelow: 6000, formant2: 2600, formant2Db: 12, formant2Q: 2 }, { levelDb: -4 }),
  blown("bore", "horn", "slap", "A#3 mf, F3 ff", tongue, { closed: 1, t60: 0.3, endLoss: 0.65, knock: 0.02, tube: 1, grain: 0.4, direct: 0.3, radiatesBelow: 3000 }, { levelDb: -6 }),
  blown("brass", "tuba", "ordinario", "F1 mf, C2 ff, F2 mf, C3 pp", { ...lips, attack: 0.04 }, { ...tuba, ...brass }),
  blown("brass", "tuba", "flutter", "F2 mf, C3 ff", flutter(21, 0.5), { ...tuba, ...brass, air: 0.15 }),
  blown("brass", "tuba", "pedal-tone", "C1 mf", { ...lips, attack: 0.05 }, { ...tuba, ...brass, steepness: 0.25 }),
  blown("bore", "tuba", "slap", "F1 mf, C2 ff", tongue, { closed: 1, t60: 0.3, endLoss: 0.6, knock: 0.02, tube: 1, grain: 0.4, direct: 0.3, radiatesBelow: 2000 }, { levelDb: -5 }),
  blown("bore", "tuba", "slap-unpitched", "open pp, open ff", { ...tongue, contact: 0.002 }, { frequency: 90, closed: 0, t60: 0.07, endLoss: 0.6, knock: 0.2, pad1: 320, pad2: 760, pad3: 1500, tube: 0.6, grain: 0.8, direct: 1, radiatesBelow: 2500 }, { seconds: 0.5, tuning: "none", levelDb: -4 }),

  // Struck: sticks on strings.
  struck("plucked-string", "violin", "col-legno-battuto", "C4 mf, A4 mf", stick, { ...violin, pluckAt: 0.3, softness: blow(12800), t60: 0.396, dullness: 0.4, knock: 0.6, grain: 0.6 }, { seconds: 0.7, tuning: "partial", levelDb: -6 }),
  struck("plucked-string", "viola", "col-legno-battuto", "C4 mf, G3 mf", stick, { ...viola, pluckAt: 0.3, softness: blow(11200), t60: 0.468, dullness: 0.42, knock: 0.6, grain: 0.6 }, { seconds: 0.7, tuning: "partial", levelDb: -6 }),
  struck("plucked-string", "cello", "col-legno-battuto", "C4 mf, G2 ff", stick, { ...cello, pluckAt: 0.3, softness: blow(9600), t60: 0.63, dullness: 0.45, knock: 0.6, grain: 0.6 }, { seconds: 0.8, tuning: "partial", levelDb: -6 }),
  struck("plucked-string", "double-bass", "col-legno-battuto", "G2 mf, A1 mf", stick, { ...bass, pluckAt: 0.3, softness: blow(8000), t60: 1.44, dullness: 0.5, knock: 0.5, grain: 0.6 }, { seconds: 0.9, tuning: "partial", levelDb: -6 }),
  // Struck: bars; tuned 1 : 4 (marimba, vibraphone), 1 : 3 (xylophone), free bars 1 : 2.76 : 5.4 : 8.93 (glockenspiel).
  struck("modes", "marimba", "soft-mallets", "C3 mf, C4 pp, G4 mf", hammer(0.004), { ratio: [1, 4, 10.2], gain: [1, 0.35, 0.1], t60: [1.6, 0.35, 0.08], hardness: blow(1500), resonator: 0.6, contact: clack(3.8) }, { control: 1 }),
  struck("modes", "marimba", "hard-mallets", "C3 mf, C5 ff", hammer(0.0008), { ratio: [1, 4, 9.9, 16.8, 24], gain: [1, 0.6, 0.35, 0.2, 0.1], t60: [1.4, 0.35, 0.1, 0.05, 0.03], hardness: blow(7000), resonator: 0.4, contact: clack(12.5) }, { control: 1 }),
  struck("modes", "marimba", "dead-stroke", "C4 mf, G3 ff", hammer(0.0015), { ratio: [1, 4, 9.9], gain: [1, 0.5, 0.3], t60: [0.14, 0.08, 0.04], hardness: blow(4000), resonator: 0.1, contact: clack(25) }, { control: 1, seconds: 0.5 }),
  struck("modes", "marimba", "roll", "C4 mf, G4 ff", roll(0.003, 0.075, 16), { ratio: [1, 4, 10.2], gain: [1, 0.35, 0.1], t60: [0.8, 0.3, 0.08], hardness: blow(2000), resonator: 0.6, contact: clack(3.8) }, { control: 1, seconds: 1.5 }),
  struck("modes", "xylophone", "ordinario", "F#5 mf, C6 ff, G4 mf", hammer(0.0004), { ratio: [1, 3, 6.1, 10.4, 15], gain: [1, 0.5, 0.35, 0.2, 0.1], t60: [0.6, 0.3, 0.12, 0.06, 0.04], hardness: blow(9000), contact: clack(18.8) }, { seconds: 0.9 }),
  struck("modes", "xylophone", "dead-stroke", "C5 mf, F#5 ff", hammer(0.0005), { ratio: [1, 3, 6.1, 10.4], gain: [1, 0.5, 0.4, 0.2], t60: [0.1, 0.06, 0.04, 0.02], hardness: blow(8000), contact: clack(25) }, { seconds: 0.4 }),
  struck("modes", "vibraphone", "motor-off", "G3 mf, C4 pp, C5 ff", hammer(0.0018), { ratio: [1, 4, 10.3, 18], gain: [1, 0.3, 0.1, 0.04], t60: [6, 2, 0.6, 0.2], hardness: blow(3500), resonator: 0.4, contact: clack(1.5) }, { control: 1, seconds: 1.8 }),
  struck("modes", "vibraphone", "motor-on", "G3 mf, C5 mf", { ...hammer(0.0018), motor: { hertz: 5.5, depth: 0.9 } }, { ratio: [1, 4, 10.3], gain: [0.5, 0.2, 0.06], t60: [6, 2, 0.6], hardness: blow(3500), resonator: 0.8, contact: clack(1) }, { seconds: 1.8 }),
  struck("modes", "vibraphone", "dead-stroke", "C4 mf, G4 ff", hammer(0.0018), { ratio: [1, 4, 10.3], gain: [1, 0.4, 0.15], t60: [0.25, 0.15, 0.08], hardness: blow(4000), resonator: 0.2, contact: clack(4) }, { control: 1, seconds: 0.7 }),
  struck("modes", "glockenspiel", "ordinario", "C6 mf, G6 ff, C7 pp", hammer(0.0002), { ratio: [1, 2.76, 5.4, 8.93], gain: [1, 0.6, 0.4, 0.25], t60: [3.5, 1.6, 0.7, 0.3], hardness: blow(15000), contact: clack(5) }, { seconds: 1.4 }),
  struck("modes", "tubular-bells", "ordinario", "C4 mf, G4 ff", hammer(0.0012), { ratio: [0.5, 1, 1.5, 2, 2.56, 3.17, 3.9, 4.6, 5.4, 6.3], gain: [0.3, 0.8, 0.75, 1, 0.6, 0.5, 0.4, 0.3, 0.2, 0.15], t60: [6, 6, 5, 4.5, 3, 2.2, 1.6, 1.2, 0.9, 0.7], hardness: blow(6000), contact: clack(2.5) }, { seconds: 2 }),
  // Struck: blocks and metal without a claimed pitch.
  struck("modes", "woodblock", "ordinario", "small pp, small ff", hammer(0.0003), { frequency: 1150, ratio: [1, 1.47, 2.09, 3.3], gain: [1, 0.5, 0.3, 0.2], t60: [0.07, 0.05, 0.03, 0.02], hardness: blow(9000), contact: clack(25), grain: 0.5 }, { tuning: "none", seconds: 0.4 }),
  struck("modes", "woodblock", "ordinario", "large mf", hammer(0.0004), { frequency: 720, ratio: [1, 1.43, 2.2, 3.1], gain: [1, 0.4, 0.3, 0.2], t60: [0.09, 0.06, 0.03, 0.02], hardness: blow(7000), contact: clack(25), grain: 0.5 }, { tuning: "none", seconds: 0.4 }),
  struck("modes", "temple-block", "ordinario", "small mf, small pp", hammer(0.0009), { frequency: 640, ratio: [1, 2.3, 3.9], gain: [1, 0.15, 0.05], t60: [0.16, 0.06, 0.03], hardness: blow(3000), contact: clack(12.5), grain: 0.5 }, { tuning: "none", seconds: 0.6 }),
  struck("modes", "temple-block", "ordinario", "large mf", hammer(0.0012), { frequency: 430, ratio: [1, 2.2, 3.7], gain: [1, 0.15, 0.05], t60: [0.2, 0.07, 0.03], hardness: blow(2500), contact: clack(12.5), grain: 0.5 }, { tuning: "none", seconds: 0.6 }),
  struck("modes", "cowbell", "open", "large pp, large ff", hammer(0.0003), { frequency: 560, ratio: [1, 1.51, 2.68, 3.4, 4.62, 5.9, 7.1], gain: [1, 0.9, 0.6, 0.6, 0.6, 0.5, 0.4], t60: [0.9, 0.8, 0.4, 0.3, 0.2, 0.15, 0.1], hardness: blow(9000), contact: clack(25), grain: 0.5 }, { tuning: "none", seconds: 1 }),
  struck("modes", "cowbell", "damped", "large mf", hammer(0.0003), { frequency: 560, ratio: [1, 1.51, 2.68, 3.4, 4.62], gain: [1, 0.9, 0.6, 0.6, 0.6], t60: [0.1, 0.09, 0.06, 0.05, 0.03], hardness: blow(8000), contact: clack(25), grain: 0.5 }, { tuning: "none", seconds: 0.4 }),
  struck("modes", "triangle", "open", "small mf, small pp", hammer(0.00015), { frequency: 1320, ratio: [1, 1.97, 2.71, 3.42, 4.1, 4.83, 5.6, 6.4, 7.1, 7.9, 8.7, 9.6, 10.5, 11.7], gain: [0.25, 0.3, 0.4, 0.7, 0.9, 0.8, 1, 0.7, 0.9, 0.6, 0.7, 0.5, 0.4, 0.3], t60: [5, 5, 4.6, 4.4, 4, 3.8, 3.5, 3.2, 3, 2.6, 2.3, 2, 1.7, 1.4], hardness: blow(19000), contact: clack(2.5) }, { tuning: "none", seconds: 1.5, levelDb: -6 }),
  struck("modes", "triangle", "damped", "small mf", hammer(0.00015), { frequency: 1320, ratio: [1, 1.97, 2.71, 3.42, 4.1, 4.83, 5.6, 6.4, 7.1, 7.9], gain: [0.25, 0.3, 0.4, 0.7, 0.9, 0.8, 1, 0.7, 0.9, 0.6], t60: [0.12, 0.12, 0.11, 0.1, 0.1, 0.09, 0.08, 0.08, 0.07, 0.06], hardness: blow(19000), contact: clack(2.5) }, { tuning: "none", seconds: 0.4, levelDb: -6 }),
  // Struck: skins.
  struck("membrane", "snare-drum", "with-snares", "head pp, head mf, head ff", { ...hammer(0.00024), scoop: { cents: 60, seconds: 0.03 } }, { frequency: 195, t60: 0.25, slope: 0.5, centre: 0.5, grain: 0.4, hardness: blow(11900), shell: 0.2, shellAt: 420, snares: buzz(0.5), snareT60: 0.04, snaresAbove: 500, contact: clack(20) }, { seconds: 0.7 }),
  struck("membrane", "snare-drum", "without-snares", "head pp, head ff", { ...hammer(0.00032), scoop: { cents: 60, seconds: 0.03 } }, { frequency: 190, t60: 0.32, slope: 0.7, centre: 0.5, grain: 0.3, hardness: blow(8500), shell: 0.2, shellAt: 420, contact: clack(12) }, { seconds: 0.7 }),
  struck("membrane", "snare-drum", "rimshot", "head ff", { ...hammer(0.00012), scoop: { cents: 80, seconds: 0.03 } }, { frequency: 205, t60: 0.3, slope: 0.3, centre: 0.2, grain: 0.4, hardness: blow(20400), shell: 1.5, shellAt: 620, shellT60: 0.12, snares: buzz(0.5), snareT60: 0.04, snaresAbove: 500, contact: clack(80) }, { seconds: 0.7, drive: 0.4 }),
  struck("membrane", "snare-drum", "cross-stick", "rim mf", hammer(0.00012), { frequency: 230, t60: 0.06, slope: 0.8, centre: 0.1, grain: 0.4, hardness: blow(15300), shell: 2.5, shellAt: 860, shellT60: 0.06, snares: buzz(0.15), snareT60: 0.03, contact: clack(40) }, { seconds: 0.4 }),
  struck("membrane", "snare-drum", "brush", "head mf, head pp", hammer(0.03), { frequency: 190, t60: 0.2, slope: 0.6, centre: 0.5, grain: 1, hardness: blow(15300), shell: 0.05, snares: buzz(0.5), snareT60: 0.06, snaresAbove: 500, contact: clack(64), radiatesAbove: 150 }, { seconds: 0.6, levelDb: -6 }),
  struck("membrane", "snare-drum", "roll", "head mf, head ff", roll(0.0007, 0.036, 36), { frequency: 195, t60: 0.2, slope: 0.5, centre: 0.5, grain: 0.6, hardness: blow(10200), shell: 0.2, shellAt: 420, snares: buzz(0.4), snareT60: 0.03, snaresAbove: 500, contact: clack(20) }, { seconds: 1.5 }),
  struck("membrane", "tom", "ordinario", "small pp, small ff", { ...hammer(0.0004), scoop: { cents: 120, seconds: 0.06 } }, { frequency: 165, t60: 0.42, slope: 0.6, centre: 0.6, grain: 0.3, hardness: blow(6800), shell: 0.1, shellAt: 330, contact: clack(8) }),
  struck("membrane", "tom", "ordinario", "large ff, large pp", { ...hammer(0.00056), scoop: { cents: 140, seconds: 0.08 } }, { frequency: 88, t60: 0.6, slope: 0.6, centre: 0.6, grain: 0.3, hardness: blow(5100), shell: 0.1, shellAt: 210, contact: clack(8) }),
  struck("membrane", "tom", "damped", "small mf", { ...hammer(0.0004), scoop: { cents: 60, seconds: 0.04 } }, { frequency: 172, t60: 0.14, slope: 0.8, centre: 0.6, grain: 0.4, hardness: blow(7650), shell: 0.2, shellAt: 350, contact: clack(20) }, { seconds: 0.6 }),
  struck("membrane", "tom", "damped", "large mf", { ...hammer(0.0004), scoop: { cents: 60, seconds: 0.04 } }, { frequency: 98, t60: 0.16, slope: 0.8, centre: 0.6, grain: 0.4, hardness: blow(5950), shell: 0.2, shellAt: 260, contact: clack(20) }, { seconds: 0.6 }),
  struck("membrane", "bass-drum", "ordinario", "head pp, head ff", { ...hammer(0.003), scoop: { cents: 90, seconds: 0.1 } }, { frequency: 46, t60: 1.3, slope: 0.8, centre: 0.5, grain: 0.6, hardness: blow(1530), shell: 0.05, shellAt: 120, contact: clack(12) }, { seconds: 1.5 }),
  struck("membrane", "bass-drum", "damped", "head mf", { ...hammer(0.004), scoop: { cents: 70, seconds: 0.06 } }, { frequency: 52, t60: 0.25, slope: 0.9, centre: 0.7, grain: 0.6, hardness: blow(2040), shell: 0.1, shellAt: 130, contact: clack(24) }, { seconds: 0.6 }),
  struck("membrane", "djembe", "bass", "head pp, head ff", { ...hammer(0.004), scoop: { cents: 60, seconds: 0.06 } }, { frequency: 72, t60: 0.5, slope: 1.2, centre: 0.95, grain: 0.4, hardness: blow(1530), shell: 0.3, shellAt: 78, shellT60: 0.4, contact: clack(8) }, { seconds: 0.9 }),
  struck("membrane", "djembe", "tone", "head mf, head ff", { ...hammer(0.0018), scoop: { cents: 40, seconds: 0.03 } }, { frequency: 310, t60: 0.28, slope: 0.9, centre: 0.2, grain: 0.4, hardness: blow(4250), shell: 0.1, shellAt: 78, shellT60: 0.2, contact: clack(12) }, { seconds: 0.7 }),
  struck("membrane", "djembe", "slap", "head pp, head ff", hammer(0.0005), { frequency: 390, t60: 0.2, slope: 0.2, stretch: 0.95, centre: 0, grain: 0.8, hardness: blow(13600), shell: 0.1, shellAt: 900, contact: clack(19.2), radiatesAbove: 250 }, { seconds: 0.6 }),
  struck("membrane", "timpani", "ordinario", "F2 mf, C3 ff, A2 pp", { ...hammer(0.003), scoop: { cents: 25, seconds: 0.05 } }, { t60: 2, slope: 0.3, centre: 0, stretch: 0.87, grain: 0.4, hardness: blow(2550), shell: 0.05, shellAt: 240, contact: clack(12) }, { tuning: "partial", over: 1 / 1.5, seconds: 1.8 }),
  struck("membrane", "timpani", "roll", "F2 mf, C3 ff", roll(0.003, 0.06, 22), { t60: 1.2, slope: 0.5, centre: 0, stretch: 0.87, grain: 0.4, hardness: blow(2210), shell: 0.05, shellAt: 240, contact: clack(12) }, { tuning: "partial", over: 1 / 1.5, seconds: 1.5 }),
];
