/** Numbers as players read them: with a true minus sign, a unit, and no digit that says nothing. */

const MINUS = "\u2212";

function signed(text: string): string {
  return text.replace("-", MINUS);
}

/** "−18 dB", "−∞ dB" for silence. */
export function decibels(db: number, digits = 0): string {
  if (!(db > -120)) return `${MINUS}∞ dB`;
  const text = db.toFixed(digits);
  return `${signed(Number(text) === 0 ? (0).toFixed(digits) : text)} dB`;
}

/** "6 ms", "1.5 s". */
export function duration(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${Number(seconds.toFixed(2))} s`;
}

/** Measured milliseconds: "0.42 ms", "7.7 ms", "146 ms". */
export function milliseconds(value: number): string {
  return `${value < 1 ? value.toFixed(2) : value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

/** "44.1 kHz". */
export function kilohertz(hertz: number): string {
  return `${Number((hertz / 1000).toFixed(2))} kHz`;
}

/** Distances of neighbours: three decimals below ten. */
export function distance(value: number): string {
  return value < 10 ? value.toFixed(3) : value.toFixed(1);
}

/** "1 sound", "284 sounds". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** Linear amplitude in dB re full scale. */
export function toDecibels(linear: number): number {
  return linear > 0 ? 20 * Math.log10(linear) : -Infinity;
}

/** "violin" as "Violin". */
export function capitalised(text: string): string {
  return text.charAt(0).toLocaleUpperCase("en") + text.slice(1);
}

/** A label as words: "col-legno-battuto" as "col legno battuto". */
export function worded(label: string): string {
  return label.replace(/(?<=\p{L})[-_](?=\p{L})/gu, " ");
}
