/** Which of the four families an instrument belongs to, by its name: how its sound is set going. */

/** Words that the names begin with, the more telling family first. */
const FAMILIES: readonly (readonly [string, RegExp])[] = [
  ["plucked", /(^|-)(guitar|harp(s|-|$)|harpsichord|banjo|mandolin|ukulele|lute|oud|sitar|koto|kora|zither|dulcimer|balalaika)/],
  ["bowed", /(^|-)(violin|viola|violoncello|cello|contrabass(?!oon)|double-?bass|fiddle|string|erhu|gamba|nyckelharpa)/],
  ["blown", /(^|-)(flute|piccolo|oboe|clarinet|bassoon|contrabassoon|sax|horn|trumpet|trombone|tuba|cornet|euphonium|recorder|whistle|wind|woodwind|brass|organ|accordion|harmonica|bagpipe|didgeridoo)/],
  ["struck", /(^|-)(drum|kick|snare|tom(s|-|$)|hats?(-|$)|hihat|cymbal|ride|crash|clap|rim|perc|conga|bongo|djembe|tabla|cajon|shaker|tambourine|cowbell|clave|bell|gong|marimba|vibraphone|xylophone|glockenspiel|timpani|piano|celesta|woodblock|triangle)/],
];

/** "plucked", "bowed", "blown" or "struck"; undefined for a name that tells none. */
export function familyOfInstrument(name: string): string | undefined {
  const words = name.toLowerCase().replace(/[\s_]+/g, "-");
  return FAMILIES.find(([, pattern]) => pattern.test(words))?.[0];
}
