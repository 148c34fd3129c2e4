/** Renders the library `studio` from its Faust programs: `npm run render:studio [-- --only TEXT] [--out DIR] [--keep-going]`. */

import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { FormatError, messageOf } from "../../core/errors.ts";
import { LIBRARY_FORMAT, LIBRARY_FORMAT_VERSION, type LibraryManifest, type SoundEntry } from "../../core/presets/library-manifest.ts";
import { createFlacEncoder } from "./flac.ts";
import { fingerprint, verifyNote, verifyUnlike } from "./gate.ts";
import { SEED, renderNote } from "./note.ts";
import { SAMPLE_RATE, createSynthesiser } from "./synthesiser.ts";
import { TECHNIQUES } from "./techniques.ts";
import { type Note, listNotes } from "./technique.ts";

const LARGEST_LIBRARY_BYTES = 15_000_000;
const FEWEST_NOTES = 240;
const home = fileURLToPath(new URL("../../../presets/libraries/studio/", import.meta.url));

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: "string" }, out: { type: "string", default: home }, "keep-going": { type: "boolean", default: false } } });
  const all = listNotes(TECHNIQUES);
  const notes = all.filter((note) => values.only === undefined || note.id.includes(values.only));
  const twice = all.find((note, i) => all.findIndex((other) => other.id === note.id) !== i);
  if (twice) throw new FormatError(`${twice.id}: expected one note of each name, got two; mend the table`);

  const synthesiser = await createSynthesiser(join(home, "dsp"));
  const encode = await createFlacEncoder();
  const sounds: SoundEntry[] = [];
  const prints: { id: string; print: Float32Array }[] = [];
  let bytes = 0;
  let refused = 0;
  await mkdir(join(values.out, "sounds"), { recursive: true });
  for (const note of notes) {
    try {
      const rendered = await renderNote(synthesiser, note);
      verifyNote(note, rendered);
      prints.push({ id: note.id, print: fingerprint(rendered.pcm) });
      const flac = encode(rendered.pcm, SAMPLE_RATE);
      bytes += flac.length;
      sounds.push(describe(note, rendered.pcm.length / SAMPLE_RATE));
      await writeFile(join(values.out, sounds.at(-1)!.file), flac);
    } catch (cause) {
      if (!values["keep-going"]) throw cause;
      refused++;
      console.error(messageOf(cause));
    }
  }
  verifyUnlike(prints);
  console.log(`${sounds.length} notes, ${(bytes / 1e6).toFixed(2)} MB, ${refused} refused`);
  if (values.only !== undefined || refused > 0) return;

  if (sounds.length < FEWEST_NOTES) throw new FormatError(`studio: expected at least ${FEWEST_NOTES} notes, got ${sounds.length}; add to the table`);
  if (bytes > LARGEST_LIBRARY_BYTES) throw new FormatError(`studio: expected at most ${LARGEST_LIBRARY_BYTES} bytes, got ${bytes}; shorten notes`);
  const kept = new Set(sounds.map((sound) => sound.file.slice("sounds/".length)));
  for (const file of await readdir(join(values.out, "sounds"))) if (!kept.has(file)) await rm(join(values.out, "sounds", file));
  const manifest: LibraryManifest = {
    format: LIBRARY_FORMAT,
    formatVersion: LIBRARY_FORMAT_VERSION,
    name: "studio",
    title: "Studio: physical models",
    licence: "CC0-1.0",
    author: "Simile",
    provenance: `npm run render:studio (Faust programs in dsp/, seed ${SEED})`,
    sounds,
  };
  await writeFile(join(values.out, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
}

function describe(note: Note, durationSeconds: number): SoundEntry {
  const { family, instrument, technique, mute = "none" } = note.technique;
  const what = [instrument, mute === "none" ? "" : mute, technique, note.pitch || note.size, note.dynamics].filter((word) => word !== "").join(" ");
  return { file: `sounds/${note.id}.flac`, name: what, family, instrument, technique, mute, pitch: note.pitch, dynamics: note.dynamics, durationSeconds: Number(durationSeconds.toFixed(6)) };
}

await main();
