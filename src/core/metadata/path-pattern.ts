/** Reads what a sound is from where it lies: patterns that users can edit, such as `{instrument}_{pitch}_*_{dynamics}_{technique}`. */

import { FormatError } from "../errors.ts";
import { noteName } from "./note-name.ts";

/** What a path can say. */
export const PATH_FIELDS = ["family", "instrument", "technique", "mute", "pitch", "dynamics", "name"] as const;
export type PathField = (typeof PATH_FIELDS)[number];
export type PathMetadata = Readonly<Partial<Record<PathField, string>>>;

export interface PathPattern {
  /** The text it was made of. */
  readonly source: string;
  /** Fields of a path with forward slashes, or undefined where the pattern does not fit. */
  match(path: string): PathMetadata | undefined;
}

/** Longest path that is looked at; a longer one fits no pattern. */
const LONGEST = 1024;

/** What each field may look like; the rest are any text without a slash and without the character that follows them in the pattern. */
const SHAPES: Partial<Record<PathField, string>> = {
  pitch: "[A-Ga-g](?:[#b♯♭s](?=-?\\d))?-?\\d",
  dynamics: "p{1,4}|f{1,4}|mp|mf|sf|sfz|fp|pianissimo|piano|mezzo-?piano|mezzo-?forte|fortissimo|forte|soft|medium|hard|loud|v\\d{1,3}|\\d{1,3}",
};

/**
 * Compiles a pattern, matched from the end of the path on and without regard to case: `{field}` reads a field, `*` skips text within a folder or file name, `/` parts folders; everything else
 * stands for itself. The file's extension is left out. Throws FormatError for an unknown or doubled field, or two parts with nothing between them.
 */
export function parsePathPattern(source: string): PathPattern {
  const parts = source.split(/(\{[^}]*\}|\*)/).filter((part) => part !== "");
  const fields: PathField[] = [];
  let expression = "";
  for (const [i, part] of parts.entries()) {
    const next = parts[i + 1];
    if (part !== "*" && !part.startsWith("{")) {
      expression += part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      continue;
    }
    if (next === "*" || next?.startsWith("{")) throw fault(source, "a separator between two parts", `${part}${next}`);
    const free = `[^/${next ? next[0]!.replace(/[\\\]^-]/g, "\\$&") : ""}]+`;
    if (part === "*") {
      // The first skip of a name may run over its own separator ("rhodes mellow Eb3"); further ones may not, which keeps the time linear.
      const first = i === 0 || parts[i - 1]!.endsWith("/");
      expression += !next ? "[^/]*" : first ? "[^/]*?" : free;
      continue;
    }
    const field = PATH_FIELDS.find((name) => `{${name}}` === part);
    if (!field) throw fault(source, `a field among ${PATH_FIELDS.join(", ")}`, part);
    if (fields.includes(field)) throw fault(source, `${part} once`, "it twice");
    fields.push(field);
    expression += `(${SHAPES[field] ?? free})`;
  }
  if (fields.length === 0) throw fault(source, "at least one {field}", "none");
  const compiled = new RegExp(`(?:^|/)${expression}$`, "i");
  return {
    source,
    match(path) {
      if (path.length > LONGEST) return undefined;
      const found = compiled.exec(path.replace(/\.[A-Za-z0-9]{1,5}$/, ""));
      return found ? Object.fromEntries(fields.map((field, i) => [field, normalise(field, found[i + 1]!)])) : undefined;
    },
  };
}

/** How a field is kept: scientific pitch in capitals with sharps, dynamics as in a score, the rest as words in small letters. */
function normalise(field: PathField, text: string): string {
  if (field === "pitch") return normalisePitch(text);
  if (field === "dynamics") return DYNAMICS.get(text.toLowerCase().replace("-", "")) ?? text.toLowerCase();
  return field === "name" ? text : text.toLowerCase().replace(/[\s_]+/g, "-");
}

const DYNAMICS: ReadonlyMap<string, string> = new Map([
  ["pianissimo", "pp"],
  ["piano", "p"],
  ["mezzopiano", "mp"],
  ["mezzoforte", "mf"],
  ["forte", "f"],
  ["fortissimo", "ff"],
  ["soft", "p"],
  ["medium", "mf"],
  ["hard", "f"],
  ["loud", "ff"],
]);

/** "as3", "Bb3" and "A♯3" are all "A#3". */
export function normalisePitch(text: string): string {
  const [, letter, sign, octave] = /^([A-Ga-g])([#b♯♭s]?)(-?\d)$/.exec(text) ?? [];
  if (!letter) return "";
  const step = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 }[letter.toUpperCase()]!;
  const shift = sign === "" || sign === undefined ? 0 : sign === "b" || sign === "♭" ? -1 : 1;
  const semitone = step + shift + 12 * (Number(octave) + 1);
  return noteName(semitone);
}

function fault(source: string, expected: string, got: string): FormatError {
  return new FormatError(`pattern ${JSON.stringify(source.slice(0, 80))}: expected ${expected}, got ${got}; write fields as {instrument} and skip text with *.`);
}

/** The naming of well-known collections, most telling first; the last reads the folder of a plain pack as its family. */
export const KNOWN_PATTERNS: readonly string[] = [
  // SOL: Strings/Violin+sordina/ordinario/Vn+S-ord-A#4-mf-4c
  "{family}/{instrument}+{mute}/{technique}/*-*-{pitch}-{dynamics}-*",
  "{family}/{instrument}+{mute}/{technique}/*-*-{pitch}-{dynamics}",
  "{family}/{instrument}/{technique}/*-*-{pitch}-{dynamics}-*",
  "{family}/{instrument}/{technique}/*-*-{pitch}-{dynamics}",
  // Philharmonia: violin_As4_1_forte_arco-normal
  "{instrument}_{pitch}_*_{dynamics}_{technique}",
  // VSCO 2: Strings/Violin Section/susvib/VlnEns_susVib_A3_v1
  "{family}/{instrument}/{technique}/*_*_{pitch}_{dynamics}_*",
  "{family}/{instrument}/{technique}/*_*_{pitch}_{dynamics}",
  "{family}/{instrument}/{technique}/*_{pitch}_{dynamics}",
  "{family}/{instrument}/{technique}/*_*_{pitch}",
  // Plain packs: Kicks/Deep 01, with pitch and dynamics where the name ends with them
  "{instrument}/*_{pitch}_{dynamics}",
  "{instrument}/* {pitch} {dynamics}",
  "{instrument}/*_{pitch}",
  "{instrument}/* {pitch}",
  "{instrument}/{name}",
];

/** What the first pattern that fits says; an empty record where none does. */
export function readPath(path: string, patterns: readonly PathPattern[]): PathMetadata {
  for (const pattern of patterns) {
    const found = pattern.match(path);
    if (found) return found;
  }
  return {};
}
