/** `simile kit`: writes the sounds of a library that are nearest to a sound as a kit for samplers and drum machines. */

import { mkdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FormatError, MissingError, messageOf } from "../core/errors.ts";
import { stemOf } from "../core/kits/file-names.ts";
import { KIT_FORMATS, type KitFormat } from "../core/kits/formats.ts";
import { createPad, type Kit, type KitPad, MAX_PADS } from "../core/kits/kit.ts";
import { Neighbours } from "../core/search/neighbours.ts";
import { toMono } from "../core/signal/audio.ts";
import { embedFiles } from "./file-embeddings.ts";
import { presetModel } from "./library-files.ts";
import { type SoundSource, loadSoundSource } from "./sound-source.ts";
import { parseCommand, UsageError, wholeOption } from "./command-line.ts";
import { writeWhole } from "./whole-file.ts";

/** Note of the first pad: bottom left of most controllers. */
const FIRST_NOTE = 36;

interface Filled {
  readonly pad: KitPad;
  readonly distance: number;
}

/** Runs the command; resolves with 1 where a sound could not be read and another took its pad. */
export async function kit(args: readonly string[]): Promise<number> {
  const { values } = parseCommand("kit", {
    args: [...args],
    options: {
      from: { type: "string" },
      query: { type: "string" },
      format: { type: "string", default: "all" },
      out: { type: "string" },
      pads: { type: "string", default: "16" },
      name: { type: "string" },
      sounds: { type: "string" },
      model: { type: "string" },
    },
  });
  const from = required("from", "the library to take sounds from", values.from);
  const query = required("query", "a sound file", values.query);
  const out = required("out", "a folder", values.out);
  const count = wholeOption("kit", "pads", values.pads);
  if (count > MAX_PADS) throw new UsageError(`simile kit: expected 1 to ${MAX_PADS} after --pads, got ${count}.`);
  const formats = formatsOf(values.format);

  if (await isFile(out)) throw new FormatError(`${out}: expected a folder to write into, got a file; choose another place with --out.`);

  const { loadModel } = await import("./model-files.ts");
  const embedder = await loadModel(values.model ?? (await presetModel(from)));
  try {
    const [like] = await embedFiles([query], embedder, { note: (sentence) => console.error(sentence) });
    if (!like || like instanceof Error) throw like ?? new MissingError(`${query}: expected a sound, got none; check the path.`);
    const source = await loadSoundSource(from, embedder, values.sounds);
    const { filled, faults } = await fillPads(source, like.embedding, count);
    for (const fault of faults) console.error(fault);
    if (filled.length < count) console.error(`${from}: expected ${count} sounds that can be read, got ${filled.length}; the kit has as many pads.`);
    if (filled.length === 0) return 1;
    const paths = await writeKit({ name: values.name ?? `Like ${stemOf(query)}`, pads: filled.map(({ pad }) => pad) }, formats, out);
    process.stdout.write(`${[...filled.map(lineOf), ...paths].join("\n")}\n`);
    return faults.length > 0 ? 1 : 0;
  } finally {
    embedder.dispose();
  }
}

function required(option: string, what: string, value: string | undefined): string {
  if (!value) throw new UsageError(`simile kit: expected ${what} after --${option}, got none; see npx simile kit --help.`);
  return value;
}

function formatsOf(name: string): readonly KitFormat[] {
  if (name === "all") return KIT_FORMATS;
  const format = KIT_FORMATS.find(({ id }) => id === name);
  if (!format) throw new UsageError(`simile kit: expected ${KIT_FORMATS.map(({ id }) => id).join(", ")} or all after --format, got ${JSON.stringify(name)}.`);
  return [format];
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then((found) => found.isFile(), () => false);
}

/** Pads from note 36 on, nearest first; a sound that cannot be read is named and the next one takes its place. */
async function fillPads(source: SoundSource, like: Float32Array, count: number): Promise<{ readonly filled: readonly Filled[]; readonly faults: readonly string[] }> {
  const { sounds, rows, distance, audio } = source;
  const ranked = new Neighbours(rows, sounds.length, like.length, distance).nearest(like, sounds.length);
  const filled: Filled[] = [];
  const faults: string[] = [];
  for (const { id, distance: far } of ranked) {
    if (filled.length === count) break;
    const { file, name } = sounds[id]!;
    try {
      const sound = await audio(id);
      const stereo = sound.channels.length <= 2 ? sound : { ...sound, channels: [toMono(sound)] };
      filled.push({ pad: createPad(name, (FIRST_NOTE + filled.length) % MAX_PADS, stereo, { file }), distance: far });
    } catch (cause) {
      faults.push(messageOf(cause));
    }
  }
  return { filled, faults };
}

/** Writes the kit's files below `out`, each format in a folder of its own where there are several; gives the paths of its programs. */
async function writeKit(content: Kit, formats: readonly KitFormat[], out: string): Promise<readonly string[]> {
  const programs: string[] = [];
  for (const format of formats) {
    const folder = formats.length > 1 ? join(out, format.id) : out;
    for (const [path, bytes] of format.write(content)) {
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true }).catch((cause: unknown) => {
        const got = (cause as { code?: string }).code ?? String(cause);
        throw new FormatError(`${dirname(target)}: expected a folder to write into, got ${got}; choose another place with --out.`);
      });
      await writeWhole(target, bytes);
      if (path.endsWith(`.${format.id}`)) programs.push(target);
    }
  }
  return programs;
}

function lineOf({ pad, distance }: Filled): string {
  return `${String(pad.note).padStart(3)}  ${distance.toFixed(4)}  ${pad.name}`;
}
