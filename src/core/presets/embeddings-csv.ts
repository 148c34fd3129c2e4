/** The table of embeddings that `simile embed` writes and `simile match --library FILE.csv` reads: a header `file,e0,e1,…` and a row a sound. */

import { FormatError } from "../errors.ts";
import { csvField, parseCsv } from "./csv.ts";

export interface EmbeddingTable {
  readonly files: readonly string[];
  readonly size: number;
  /** Row-major `[files, size]`. */
  readonly rows: Float32Array;
}

const REMEDY = "write it again with npx simile embed";

/** Text of a table, numbers to the nine digits that give every float32 back. */
export function formatEmbeddingsCsv({ files, size, rows }: EmbeddingTable): string {
  const lines = [["file", ...Array.from({ length: size }, (_, i) => `e${i}`)].join(",")];
  for (const [index, file] of files.entries()) {
    const numbers = Array.from(rows.subarray(index * size, (index + 1) * size), (value) => String(Number(value.toPrecision(9))));
    lines.push([csvField(file), ...numbers].join(","));
  }
  return `${lines.join("\n")}\n`;
}

/** Reads such a table; `place` names it in the FormatError that anything else gives. */
export function parseEmbeddingsCsv(text: string, place: string): EmbeddingTable {
  const [header, ...lines] = parseCsv(text, place);
  if (!header || header.length < 2 || !header.every((name, i) => name === (i === 0 ? "file" : `e${i - 1}`))) {
    throw new FormatError(`${place}: expected the header file,e0,e1,…, got ${header ? JSON.stringify(header.join(",").slice(0, 40)) : "an empty file"}; ${REMEDY}.`);
  }
  if (lines.length === 0) throw new FormatError(`${place}: expected at least one sound, got none; ${REMEDY}.`);
  const size = header.length - 1;
  const rows = new Float32Array(lines.length * size);
  const files = lines.map((fields, index) => {
    const row = `${place}: row ${index + 2}`;
    if (fields.length !== size + 1) throw new FormatError(`${row}: expected ${size + 1} fields, got ${fields.length}; the file is cut off or damaged: ${REMEDY}.`);
    for (let i = 0; i < size; i++) {
      const field = fields[i + 1]!;
      const value = Number(field);
      if (field.trim() === "" || !Number.isFinite(Math.fround(value))) throw new FormatError(`${row}: expected a finite number in e${i}, got ${JSON.stringify(field.slice(0, 40))}; ${REMEDY}.`);
      rows[index * size + i] = value;
    }
    return fields[0]!;
  });
  return { files, size, rows };
}
