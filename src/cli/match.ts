/** `simile match`: prints the sounds of a library that are nearest to each file. */

import { Neighbours } from "../core/search/neighbours.ts";
import type { Embedder } from "../model/embedder.ts";
import { embedFiles } from "./file-embeddings.ts";
import { DEFAULT_LIBRARY, type LibrarySound, loadLibrary } from "./library-files.ts";
import { parseCommand, UsageError, wholeOption } from "./command-line.ts";

interface FileMatch extends LibrarySound {
  readonly distance: number;
}

type Answer = { readonly file: string; readonly matches: readonly FileMatch[] } | { readonly file: string; readonly error: string };

/** Runs the command; resolves with 1 where a file could not be answered. */
export async function match(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand("match", {
    args: [...args],
    allowPositionals: true,
    options: { library: { type: "string" }, model: { type: "string" }, top: { type: "string", default: "5" }, json: { type: "boolean", default: false } },
  });
  if (positionals.length === 0) throw new UsageError("simile match: expected at least one audio file, got none; see npx simile match --help.");
  const top = wholeOption("match", "top", values.top);
  const note = (sentence: string) => console.error(sentence);

  const { loadModel } = await import("./model-files.ts");
  const embedder = await loadModel(values.model);
  try {
    const outcomes = await embedFiles(positionals, embedder, { note });
    const nearest = outcomes.some((outcome) => !(outcome instanceof Error)) ? await search(values.library ?? DEFAULT_LIBRARY, embedder, note) : () => [];
    const answers = outcomes.map((outcome, index): Answer => {
      const file = positionals[index]!;
      return outcome instanceof Error ? { file, error: outcome.message } : { file, matches: nearest(outcome.embedding, top) };
    });
    for (const answer of answers) if ("error" in answer) note(answer.error);
    process.stdout.write(values.json ? `${JSON.stringify(answers, null, 2)}\n` : answers.map(textOf).join(""));
    return answers.some((answer) => "error" in answer) ? 1 : 0;
  } finally {
    embedder.dispose();
  }
}

/** Loads the library and gives the way to ask it. */
async function search(nameOrPath: string, embedder: Embedder, note: (sentence: string) => void): Promise<(query: Float32Array, top: number) => FileMatch[]> {
  const { sounds, rows } = await loadLibrary(nameOrPath, embedder, note);
  const { size, distance } = embedder.manifest.embedding;
  const neighbours = new Neighbours(rows, sounds.length, size, distance);
  return (query, top) => neighbours.nearest(query, top).map((found) => ({ ...sounds[found.id]!, distance: found.distance }));
}

/** One block a file: rank, distance, name, and the path where it tells more than the name. */
function textOf(answer: Answer): string {
  if ("error" in answer) return "";
  const rank = String(answer.matches.length).length;
  const name = Math.max(...answer.matches.map((found) => found.name.length));
  const lines = answer.matches.map((found, i) => `  ${String(i + 1).padStart(rank)}  ${found.distance.toFixed(4)}  ${found.file === found.name ? found.name : `${found.name.padEnd(name)}  ${found.file}`}`);
  return `${[answer.file, ...lines].join("\n")}\n`;
}
