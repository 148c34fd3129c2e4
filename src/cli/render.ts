/** `simile render`: answers a recorded take from a library, in any of the three ways of playing, and writes what sounds. */

import { NO_BEAT } from "../core/answer/beat.ts";
import { type Choke, CHOKES, changePlay, DEFAULT_PLAY, PLAY_BOUNDS, PLAY_MODES, type PlayMode, type PlayNumber, type PlaySettings } from "../core/answer/play-settings.ts";
import { writePerformance } from "../core/kits/performance-file.ts";
import { writeWav } from "../core/kits/wav.ts";
import { pitchNote } from "../core/metadata/pitch-note.ts";
import { Neighbours } from "../core/search/neighbours.ts";
import { toMono } from "../core/signal/audio.ts";
import { limit } from "../core/signal/limit.ts";
import { RENDER_COUNT, renderTake } from "../core/takes/render-take.ts";
import { formatTakeCsv, takeNotes } from "../core/takes/take-log.ts";
import { UsageError, parseCommand } from "./command-line.ts";
import { readAudioFile } from "./audio-file.ts";
import { checkFeature } from "./file-embeddings.ts";
import { DEFAULT_LIBRARY } from "./library-files.ts";
import { loadSoundSource } from "./sound-source.ts";
import { checkWritable, writeWhole } from "./whole-file.ts";

/** Beats a minute of the MIDI file where no tempo is given. */
const FILE_TEMPO = 120;

/** Runs the command; resolves with the exit code. */
export async function render(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand("render", {
    args: [...args],
    allowPositionals: true,
    options: {
      library: { type: "string", default: DEFAULT_LIBRARY },
      sounds: { type: "string" },
      model: { type: "string" },
      out: { type: "string" },
      mix: { type: "string" },
      csv: { type: "string" },
      midi: { type: "string" },
      mode: { type: "string", default: DEFAULT_PLAY.mode },
      commit: { type: "string", default: "0.25" },
      sensitivity: { type: "string", default: "0.5" },
      tempo: { type: "string" },
      choke: { type: "string", default: DEFAULT_PLAY.choke },
      set: { type: "string", multiple: true, default: [] },
    },
  });
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) throw new UsageError(`simile render: expected one take, got ${positionals.length} files; see npx simile render --help.`);
  const files = (["out", "mix", "csv", "midi"] as const).map((option) => values[option]).filter((file) => file !== undefined);
  if (files.length === 0) throw new UsageError("simile render: expected where to write after --out, --mix, --csv or --midi, got none; see npx simile render --help.");
  const play = playOf(values.mode, values.choke, values.set);
  const commitSeconds = numberOf("commit", values.commit, 0.006, 1.5);
  const sensitivity = numberOf("sensitivity", values.sensitivity, 0, 1);
  const beat = values.tempo === undefined ? NO_BEAT : { running: true, tempo: numberOf("tempo", values.tempo, 10, 400), originSeconds: 0 };
  for (const file of files) await checkWritable(file);

  const take = await readAudioFile(path);
  const { loadModel } = await import("./model-files.ts");
  const embedder = await loadModel(values.model);
  try {
    checkFeature(embedder.manifest);
    const source = await loadSoundSource(values.library, embedder, values.sounds);
    const { sounds } = source;
    const neighbours = new Neighbours(source.rows, sounds.length, embedder.manifest.embedding.size, source.distance);
    const families = [...new Set(sounds.map(({ family }) => family))];
    const unread: string[] = [];
    const { channels, answers } = await renderTake(take, {
      settings: { commitSeconds, answering: true, play },
      sensitivity,
      beat,
      rank: async (vector, contextSeconds) => neighbours.nearest(await embedder.embed(vector, 1, contextSeconds), RENDER_COUNT),
      async sound(id) {
        try {
          return { audio: await source.audio(id), group: families.indexOf(sounds[id]!.family) };
        } catch (cause) {
          unread.push(cause instanceof Error ? cause.message : String(cause));
          throw cause;
        }
      },
    });
    for (const sentence of unread) console.error(sentence);
    const { sampleRate } = take;
    if (values.out !== undefined) await writeWhole(values.out, writeWav({ sampleRate, channels: channels.map((channel) => channel.map(limit)) }));
    if (values.mix !== undefined) {
      const mono = toMono(take);
      await writeWhole(values.mix, writeWav({ sampleRate, channels: channels.map((channel) => channel.map((sample, i) => limit(sample + (mono[i] ?? 0)))) }));
    }
    if (values.csv !== undefined) await writeWhole(values.csv, formatTakeCsv(answers, ({ sound }) => sounds[sound]));
    if (values.midi !== undefined) {
      const notes = takeNotes(answers, ({ sound }) => pitchNote(sounds[sound]?.pitch ?? ""), channels[0].length / sampleRate);
      await writeWhole(values.midi, writePerformance({ name: "simile", tempo: beat.running ? beat.tempo : FILE_TEMPO, notes }));
    }
    const sounding = answers.filter(({ startSeconds }) => startSeconds !== undefined).length;
    process.stdout.write(`${path}: ${answers.length} answers, ${sounding} of them sounding, in ${(take.channels[0]!.length / sampleRate).toFixed(2)} s\n`);
    return unread.length > 0 ? 1 : 0;
  } finally {
    embedder.dispose();
  }
}

function numberOf(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= least && value <= most)) throw new UsageError(`simile render: expected ${least} to ${most} after --${option}, got ${JSON.stringify(text)}.`);
  return value;
}

/** Play settings of `--mode`, `--choke` and each `--set NAME=VALUE`. */
function playOf(mode: string, choke: string, changes: readonly string[]): PlaySettings {
  if (!PLAY_MODES.includes(mode as PlayMode)) throw new UsageError(`simile render: expected ${PLAY_MODES.join(", ")} after --mode, got ${JSON.stringify(mode)}.`);
  if (!CHOKES.includes(choke as Choke)) throw new UsageError(`simile render: expected ${CHOKES.join(", ")} after --choke, got ${JSON.stringify(choke)}.`);
  const numbers = changes.map((change) => {
    const [name = "", text = ""] = change.split("=", 2);
    const bounds = PLAY_BOUNDS[name as PlayNumber];
    if (!Object.hasOwn(PLAY_BOUNDS, name)) throw new UsageError(`simile render: expected NAME=VALUE with a name of ${Object.keys(PLAY_BOUNDS).join(", ")} after --set, got ${JSON.stringify(change)}.`);
    return [name, numberOf(`set ${name}=`, text, bounds.least, bounds.most)] as const;
  });
  return changePlay(DEFAULT_PLAY, { mode: mode as PlayMode, choke: choke as Choke, ...Object.fromEntries(numbers) });
}
