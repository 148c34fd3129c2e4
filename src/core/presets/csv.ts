/** Reads and writes comma-separated text as RFC 4180 has it. */

import { FormatError } from "../errors.ts";

/** One field, quoted where it must be. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows of fields. Lines end with LF or CRLF, a byte order mark at the start and empty lines are left out. Throws FormatError where a quote is not closed or text follows it. */
export function parseCsv(text: string, place: string): string[][] {
  const rows: string[][] = [];
  const plain = /[^,\r\n]*/y;
  const quoted = /"((?:[^"]|"")*)"/y;
  let at = text.startsWith("\ufeff") ? 1 : 0;
  let row: string[] = [];
  while (at < text.length) {
    const pattern = text[at] === '"' ? quoted : plain;
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) throw fault(place, rows.length, "a closing quote", "none");
    row.push(pattern === quoted ? found[1]!.replaceAll('""', '"') : found[0]);
    at = pattern.lastIndex;
    if (text[at] === ",") {
      at++;
      if (at === text.length || text[at] === "\n" || text[at] === "\r") row.push("");
      else continue;
    }
    if (at < text.length && text[at] !== "\n" && text[at] !== "\r") throw fault(place, rows.length, "a comma or the end of the line after a field", JSON.stringify(text[at]));
    at += text.startsWith("\r\n", at) ? 2 : 1;
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
  }
  return rows;
}

function fault(place: string, rows: number, expected: string, got: string): FormatError {
  return new FormatError(`${place}: row ${rows + 1}: expected ${expected}, got ${got}; write the file again.`);
}
