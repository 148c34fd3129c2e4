/** Reads the text of an SFZ into headers with their opcodes: comments, #define, #include. */

import { FormatError } from "../errors.ts";
import { folderOf, joinInside } from "./relative-path.ts";

/** `<region>` and the like, with its opcodes in the order they were written. */
export interface SfzSection {
  readonly header: string;
  readonly opcodes: readonly (readonly [name: string, value: string])[];
}

/** Gives the text of a file by its path in the kit's folder, null where there is none. */
export type TextLoader = (path: string) => Promise<string | null>;

const MAX_INCLUDES = 100;
const MAX_CHARACTERS = 16_000_000;
const MAX_LINE = 20_000;
const MAX_VALUE = 1000;

/**
 * Parses the text of the file at `path`. Throws FormatError for text that is no SFZ, an include that is not there or climbs out, includes within
 * themselves, and macros that grow without bound.
 */
export async function parseSfzText(text: string, path: string, load: TextLoader): Promise<readonly SfzSection[]> {
  const sections: { header: string; opcodes: [string, string][] }[] = [];
  const macros = new Map<string, string>();
  let includes = 0;
  let characters = 0;

  const take = async (source: string, place: string): Promise<void> => {
    characters += source.length;
    if (characters > MAX_CHARACTERS) throw fault(place, `at most ${MAX_CHARACTERS} characters with all includes`, "more");
    for (const raw of withoutComments(source).split(/\r\n|\r|\n/)) {
      const define = /^\s*#define\s+(\$\w+)\s+(\S+)\s*$/.exec(raw);
      const include = /^\s*#include\s+"([^"]*)"\s*$/.exec(raw);
      if (define) macros.set(define[1]!, bounded(expand(define[2]!, macros), MAX_VALUE, place));
      else if (include) await takeInclude(include[1]!, place);
      else takeLine(bounded(expand(raw, macros), MAX_LINE, place), place);
    }
  };

  /** Included paths are relative to the first file, as sfizz and ARIA take them. */
  const takeInclude = async (name: string, place: string): Promise<void> => {
    if (++includes > MAX_INCLUDES) throw fault(place, `at most ${MAX_INCLUDES} includes`, "more: a file includes itself");
    const target = joinInside(folderOf(path), name, place);
    const included = await load(target);
    if (included === null) throw fault(place, `the included file ${JSON.stringify(name.slice(0, 100))}`, "none at that place");
    await take(included, target);
  };

  const takeLine = (line: string, place: string): void => {
    for (const part of line.split(/(?=<[a-zA-Z_]+>)/)) {
      const header = /^<([a-zA-Z_]+)>/.exec(part);
      if (header) sections.push({ header: header[1]!.toLowerCase(), opcodes: [] });
      const rest = header ? part.slice(header[0].length) : part;
      for (const [name, value] of opcodesOf(rest)) {
        const section = sections.at(-1);
        if (!section) throw fault(place, "a header such as <region> before the first opcode", JSON.stringify(`${name}=${value}`.slice(0, 60)));
        section.opcodes.push([name, value]);
      }
    }
  };

  await take(text.replace(/^\ufeff/, ""), path);
  if (!sections.some(({ header }) => header === "region")) throw fault(path, "an SFZ with at least one <region>", text.trim() === "" ? "an empty file" : "none");
  return sections;
}

/** A value runs, blanks included, until the next " name=" or the line's end. */
function opcodesOf(text: string): readonly [string, string][] {
  const starts = [...text.matchAll(/(?:^|\s)([\w$]+)=/g)];
  return starts.map((match, index) => {
    const value = text.slice(match.index + match[0].length, starts[index + 1]?.index ?? text.length);
    return [match[1]!.toLowerCase(), value.trim()];
  });
}

/** Line breaks inside a block comment stay, so that what follows stands on its own line. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?(?:\*\/|$)/g, (comment) => comment.replace(/[^\n]+/g, " ")).replace(/\/\/[^\r\n]*/g, "");
}

/** Replaces each `$name` by the longest macro that it begins with. */
function expand(text: string, macros: ReadonlyMap<string, string>): string {
  if (macros.size === 0 || !text.includes("$")) return text;
  return text.replace(/\$\w+/g, (name) => {
    for (let end = name.length; end > 1; end--) {
      const value = macros.get(name.slice(0, end));
      if (value !== undefined) return value + name.slice(end);
    }
    return name;
  });
}

function bounded(text: string, most: number, place: string): string {
  if (text.length > most) throw fault(place, `lines and values of at most ${most} characters`, `one of ${text.length}`);
  return text;
}

function fault(place: string, expected: string, got: string): FormatError {
  return new FormatError(`${place}: expected ${expected}, got ${got}; correct the file or export it again.`);
}
