/**
 * Reads the matrices of numbers in a MATLAB file of level 5 (versions 5 to 7): a header of 128 bytes, then elements of a tag (type, bytes) and data, each padded to 8 bytes, some of them compressed.
 * Cells, structures, text and complex parts are passed over. Source: MathWorks, "MAT-File Format", 2021, chapter 1.
 */

import { unzlibSync } from "fflate";
import { FormatError, UnsupportedError, messageOf } from "../../core/errors.ts";

export interface MatMatrix {
  readonly rows: number;
  readonly columns: number;
  /** `[rows, columns]`, row-major (MATLAB stores columns). */
  readonly values: Float64Array;
}

const HEADER = 128;
const MATRIX = 14;
const COMPRESSED = 15;
/** Element types by number, as typed readers of one value and its bytes. */
const NUMBERS: Readonly<Record<number, { readonly bytes: number; read(view: DataView, at: number, little: boolean): number }>> = {
  1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  2: { bytes: 1, read: (view, at) => view.getUint8(at) },
  3: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  4: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  5: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  6: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  7: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  9: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  12: { bytes: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  13: { bytes: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
};
/** Classes of arrays that hold numbers: double, single, and integers of 8 to 64 bits. */
const NUMERIC = (kind: number) => kind >= 6 && kind <= 15;

interface Element {
  readonly type: number;
  readonly bytes: Uint8Array;
  /** Where the next one begins. */
  readonly next: number;
}

/** Matrices by name. Throws UnsupportedError for versions 4 and 7.3, FormatError for anything else that is not such a file. */
export function parseMat(bytes: Uint8Array, place: string): Map<string, MatMatrix> {
  const text = new TextDecoder("latin1").decode(bytes.subarray(0, 116));
  if (text.startsWith("MATLAB 7.3")) throw new UnsupportedError(`${place}: expected a MATLAB file of version 5 to 7, got 7.3; save it again with "-v7".`);
  const order = bytes.byteLength < HEADER ? "" : String.fromCharCode(bytes[126]!, bytes[127]!);
  if (order !== "IM" && order !== "MI") throw new FormatError(`${place}: expected a MATLAB file of version 5 to 7, got other bytes at its start; fetch it again.`);
  const little = order === "IM";
  const matrices = new Map<string, MatMatrix>();
  const visit = (data: Uint8Array) => {
    for (let at = 0; at + 8 <= data.byteLength; ) {
      const element = elementAt(data, at, little, place);
      if (element.type === COMPRESSED) visit(inflated(element.bytes, place));
      else if (element.type === MATRIX) {
        const found = matrixOf(element.bytes, little, place);
        if (found) matrices.set(found.name, found.matrix);
      }
      at = element.next;
    }
  };
  visit(bytes.subarray(HEADER));
  return matrices;
}

function inflated(bytes: Uint8Array, place: string): Uint8Array {
  try {
    return unzlibSync(bytes);
  } catch (cause) {
    throw new FormatError(`${place}: expected zlib data, got damaged ones (${messageOf(cause)}); fetch the file again.`);
  }
}

/** Small elements hold size and type in one word, and up to 4 bytes in the next. */
function elementAt(data: Uint8Array, at: number, little: boolean, place: string): Element {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const cut = () => new FormatError(`${place}: expected a whole element at byte ${at}, got the end of the data; the file is cut off: fetch it again.`);
  if (at + 8 > data.byteLength) throw cut();
  const word = view.getUint32(at, little);
  const small = word >>> 16;
  const type = small > 0 ? word & 0xffff : word;
  const size = small > 0 ? small : view.getUint32(at + 4, little);
  const start = small > 0 ? at + 4 : at + 8;
  if (start + size > data.byteLength) throw cut();
  const end = start + size;
  // compressed elements are not padded
  return { type, bytes: data.subarray(start, end), next: type === COMPRESSED ? end : small > 0 ? at + 8 : Math.ceil((end - at) / 8) * 8 + at };
}

function matrixOf(data: Uint8Array, little: boolean, place: string): { name: string; matrix: MatMatrix } | undefined {
  if (data.byteLength === 0) return undefined;
  const flags = elementAt(data, 0, little, place);
  const dimensions = elementAt(data, flags.next, little, place);
  const name = elementAt(data, dimensions.next, little, place);
  const kind = numbersOf(flags, little, place)[0]! & 0xff;
  if (!NUMERIC(kind)) return undefined;
  const shape = numbersOf(dimensions, little, place);
  if (shape.length !== 2) return undefined;
  const [rows, columns] = [shape[0]!, shape[1]!];
  const title = new TextDecoder("latin1").decode(name.bytes);
  const stored = rows * columns === 0 ? new Float64Array(0) : numbersOf(elementAt(data, name.next, little, place), little, place);
  if (stored.length !== rows * columns) throw new FormatError(`${place}: ${title}: expected ${rows} x ${columns} numbers, got ${stored.length}; fetch the file again.`);
  const values = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) values[i * columns + j] = stored[j * rows + i]!;
  return { name: title, matrix: { rows, columns, values } };
}

function numbersOf({ type, bytes }: Element, little: boolean, place: string): Float64Array {
  const number = NUMBERS[type];
  if (!number) throw new FormatError(`${place}: expected numbers of a known type, got type ${type}; fetch the file again.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: bytes.byteLength / number.bytes }, (_, at) => number.read(view, at * number.bytes, little));
}
