/** Every command of `simile` in one table: what it does, what it takes, where it lives. */

export interface Command {
  readonly name: string;
  /** What follows the name. */
  readonly usage: string;
  readonly summary: string;
  /** Lines of its own help. */
  readonly details: readonly string[];
  /** Loads the module, then runs it with the arguments after the name; resolves with the exit code. */
  run(args: readonly string[]): Promise<number>;
}

/** Options of every training command, as `train/training-command.ts` reads them. */
const TRAINING_USAGE = "[--model KIND] [--feature NAME] [--contexts LIST] [--data DIR|seed|extended] [--sol DIR] [--labels KIND] [--unmapped W] [--augment N] [--transpose N] [--no-stand-ins] [--seed N] [--epochs N] [--config FILE.json] [--prune-accuracy] [--cache DIR]";
const TRAINING_HELP = [
  "  --feature NAME       what the models hear: simile, mfcc, scat1d, jtfs, or several joined, as simile+scat1d (default: simile)",
  "  --contexts LIST      seconds after the onset at which they hear it, as 0.1,1.5 (default: nine from 0.006 to 1.5, with --sol 1.5 alone)",
  "  --data DIR           folder with samples.csv (default: ../shared/data), or with --sol: seed (the 78 notes of the test) or extended",
  "  --sol DIR            folder with SOL_0.9_HQ, seed_filelist.csv, extended_pitch_F1.csv to F4 and judgements.mat of ipt-similarity",
  "  --reach F1|F2|F3|F4  which of the extended tables (default: F4)",
  "  --labels KIND        what the losses on labels tell apart: techniques, or the listeners' consensus clusters (default: techniques; with --sol: clusters)",
  "  --unmapped W         weight from 0 to 1 of notes that stand for no technique of the test, a cell beside one that does (default: 0.1)",
  "  --augment N          altered copies of every note: gain, equaliser, noise, room, pitch, coder (by ffmpeg where installed), early end (default: 0)",
  "  --transpose N        copies of the notes that stand for a technique of the test, 1 to N semitones lower and higher by tape speed (default: 0)",
  "  --no-stand-ins       without the altered recordings that stand for techniques which nobody recorded",
  "  --seed N             seed of everything that is drawn (default: 1)",
  "  --epochs N           epochs at most",
  "  --config FILE.json   other settings, named as in src/model/presets.ts",
  "  --prune-accuracy     tell, and choose epochs by, P@5 without hits of the query's own technique",
  "  --cache DIR          where feature vectors are kept (default: .simile-cache)",
];

export const COMMANDS: readonly Command[] = [
  {
    name: "match",
    usage: "FILE… [--library NAME|DIR|FILE] [--model NAME] [--top 5] [--json]",
    summary: "print the sounds of a library that are nearest to each file, with distances",
    details: [
      "  --library NAME|DIR|FILE  a library of presets/libraries (default: studio), a folder of audio files, looked through with its folders (./NAME",
      "                           where a library that ships has its name), or a NAME.simile or CSV file that simile index or embed wrote with the same model",
      "  --model NAME             a model of presets/models, or the folder of one (default: the model that ships)",
      "  --top N                  how many neighbours (default: 5)",
      "  --json                   print JSON: a list of { file, matches: [{ file, name, distance, … }] }, or { file, error } for a bad file",
      "",
      "A bad file is named on stderr, the others are answered, and the exit code is 1. Bad files in a library's folder are named and left out.",
      "A folder is analysed anew each time: for a large one, write a preset with simile index once.",
    ],
    run: async (args) => (await import("./match.ts")).match(args),
  },
  {
    name: "embed",
    usage: "FILE|DIR… --out FILE.csv [--model NAME]",
    summary: "write the embeddings of files, or of all audio files below folders, as CSV",
    details: [
      "  --out FILE.csv  where to write; replaced at once when all is done, or left as it was",
      "  --model NAME    a model of presets/models, or the folder of one (default: the model that ships)",
      "",
      "The header is file,e0,e1,… and each sound has a row: paths relative to DIR, with forward slashes, sorted.",
      "FILE.csv.model.json beside it tells which model made it, so that simile match refuses it to another; without that file nothing is known, and the width alone is compared.",
      "A bad file that was named ends the command with exit code 1 and nothing written; bad files in a folder are named on stderr and left out,",
      "and the exit code is 1 only where nothing could be read.",
      "Of a file longer than 20 s the first sound alone is heard, which a line on stderr says: the page cuts such files at their onsets, this does not.",
    ],
    run: async (args) => (await import("./embed.ts")).embed(args),
  },
  {
    name: "index",
    usage: "DIR --out NAME.simile [--audio] [--numbers float16|int8] [--model NAME] [--title TEXT] [--author TEXT] [--licence TEXT]",
    summary: "understand a folder of sounds once, and keep that as an embedding preset",
    details: [
      "  --out NAME.simile  where to write; replaced at once when all is done, or left as it was (the format: presets/FORMAT.md)",
      "  --audio            put the sounds into the preset too; without it, it is attached to the folder again by path or content",
      "  --numbers KIND     float16 (default) or int8, half the size",
      "  --model NAME       a model of presets/models, or the folder of one (default: the model that ships)",
      "",
      "Instrument, technique, mute, pitch and dynamics are read from the paths; a pitch that no path tells is estimated. Bad files are named on stderr and left out.",
      "Of a file longer than 20 s the first sound alone is heard, which a line on stderr says: the page cuts such files at their onsets, this does not.",
    ],
    run: async (args) => (await import("./index-folder.ts")).indexFolder(args),
  },
  {
    name: "presets",
    usage: "show FILE.simile [--json] | verify FILE.simile",
    summary: "tell what an embedding preset holds, or whether it is whole",
    details: ["  --json  print the manifest"],
    run: async (args) => (await import("./presets.ts")).presets(args),
  },
  {
    name: "train",
    usage: `--out DIR ${TRAINING_USAGE} [--hold-out A,B|none] [--no-refit] [--resume]`,
    summary: "fit a model to recorded notes and listeners' judgements, and write it as a preset",
    details: [
      "  --out DIR            folder of the model; its name is the model's",
      "  --model KIND         euclid, linear, mlp, knn-gcn, an-gnn or lmnn (default: an-gnn)",
      ...TRAINING_HELP,
      "  --hold-out A,B|none  ends of the names of the sources that validation holds out (default: four of the published notes; of other recordings the",
      "                       smallest sources, about a fifth of the sounds, where they hold three techniques)",
      "  --no-refit           keep the model that was validated, instead of one that has heard all sources",
      "  --resume             go on from the checkpoint in DIR, with the same data and options: the model is the same as without the break",
      "",
      "A checkpoint is written to DIR after every epoch and goes once all is done. Ctrl-C keeps the model and a checkpoint as they stand and ends with",
      "exit code 130; a loss that is not finite ends with 1, the step named, the best model and the last good checkpoint kept.",
    ],
    run: async (args) => (await import("./train.ts")).train(args),
  },
  {
    name: "train-kfold",
    usage: `[--models KIND,…] [--seeds 1..5] [--split KIND] [--folds N] [--first N] [--library rest|all] [--progressive] [--replicates N] [--json FILE] ${TRAINING_USAGE}`,
    summary: "fit a fresh model per kind, seed and fold, and measure each on the fold that it has not heard",
    details: [
      "  --models KIND,…      euclid, linear, mlp, knn-gcn, an-gnn, lmnn: all that are compared in this run (or one, after --model)",
      "  --seeds A..B         seeds of everything that is drawn, folds included, as 1..5 or 1,4,9 (or one, after --seed)",
      "  --split KIND         what stays whole: note, technique, instrument, source, or study for the rating studies, those together that share sounds or a publication (default: note)",
      "  --folds N            at least 2 (default: 5; by study, as many as there are groups of studies)",
      "  --first N            of each seed's folds the first N alone (default: all)",
      "  --library rest|all   queries are sought among the sounds that the model was fitted to, or among all others (default: rest)",
      "  --progressive        every context from 6 ms to 1.5 s, not 100 ms and the whole alone",
      "  --replicates N       bootstrap replicates of each interval (default: 1000)",
      "  --json FILE          where the figures of every seed go as well, written after each model",
      ...TRAINING_HELP,
      "",
      "Ctrl-C reports what is finished and ends with exit code 130.",
    ],
    run: async (args) => (await import("./train-kfold.ts")).trainKfold(args),
  },
  {
    name: "evaluate",
    usage: "[--model NAME,…] [--data DIR] [--source A,B] [--robust] [--queries N] [--replicates N] [--json FILE] [--cache DIR]",
    summary: "measure models against the listening test, the rating studies and the consensus clusters",
    details: [
      "  --model NAME,…  models of presets/models, or their folders (default: the model that ships)",
      "  --data DIR      folder with samples.csv (default: ../shared/data)",
      "  --source A,B    ends of the names of the sources whose sounds ask (default: all)",
      "  --robust        also how often the nearest neighbour stays the same, and how listeners agree, under gain, other rates, MP3 and Opus coding (by ffmpeg), noise and silence",
      "  --queries N     how many sounds ask for that, drawn by a seed (default: 400)",
      "  --replicates N  bootstrap replicates of each interval (default: 1000)",
      "  --json FILE     where the figures go as well",
      "  --cache DIR     where feature vectors are kept (default: .simile-cache)",
    ],
    run: async (args) => (await import("./evaluate.ts")).evaluate(args),
  },
  {
    name: "kit",
    usage: "--from NAME|DIR|FILE --query FILE --out DIR [--format NAME] [--pads 16] [--name TEXT] [--sounds DIR] [--model NAME]",
    summary: "write the sounds of a library that are nearest to a sound as a kit for samplers and drum machines",
    details: [
      "  --from NAME|DIR|FILE  a library as for simile match, or an embedding preset (NAME.simile)",
      "  --query FILE          the sound that the pads shall be like",
      "  --out DIR             where the kit goes",
      "  --format NAME         sfz, dspreset, adg, xpm, h2drumkit or all (default: all)",
      "  --pads N              how many sounds (default: 16)",
      "  --name TEXT           name of the kit (default: after the query)",
      "  --sounds DIR          folder of the sounds, where the preset or the CSV file does not hold them",
      "  --model NAME          a model of presets/models, or the folder of one (default: that of the preset, else the one that ships)",
    ],
    run: async (args) => (await import("./kit.ts")).kit(args),
  },
  {
    name: "render",
    usage: "TAKE --out FILE.wav [--library NAME|DIR|FILE] [--mode hit|progressive|mosaic] [--commit 0.25] [--set NAME=VALUE]… [--mix FILE.wav] [--csv FILE] [--midi FILE]",
    summary: "answer a recorded take from a library, as the page does live, and write what sounds",
    details: [
      "  --out FILE.wav           the answers alone, at the take's rate, two channels",
      "  --mix FILE.wav           the take and the answers",
      "  --csv FILE               a row an answer: when, which sound, how near",
      "  --midi FILE              a note an answer, at the pitch of its sound",
      "  --library NAME|DIR|FILE  as for simile match (default: studio); --sounds DIR names the folder of a preset's or CSV file's sounds",
      "  --model NAME             a model of presets/models, or the folder of one (default: the model that ships)",
      "  --mode MODE              hit (default): an answer an onset; progressive: at once, mended as more is heard; mosaic: grains that follow the take",
      "  --commit S               seconds heard before an answer is chosen, or no longer changed (default: 0.25)",
      "  --sensitivity N          of the onsets, 0 to 1 (default: 0.5)",
      "  --tempo BPM              a beat from the take's start on, for --set quantise=STEPS",
      "  --choke WHICH            voices that a new one cuts short: none (default), sound, family or all",
      "  --set NAME=VALUE         crossfade, grain, overlap, continuity, taboo, polyphony, attack, length, release, match, transpose, pan, spread,",
      "                           align or quantise, as often as you like (src/core/answer/play-settings.ts has bounds and meanings)",
      "",
      "The same take, library and settings give the same bytes. Sounds that cannot be read are named, and the next nearest sound instead.",
    ],
    run: async (args) => (await import("./render.ts")).render(args),
  },
  {
    name: "transform",
    usage: "--kind scat1d|jtfs --params JSON --in FILE.f32 --out FILE.f32",
    summary: "write the scattering coefficients of raw samples, as Kymatio does",
    details: [
      "  --kind scat1d|jtfs  Scattering1D, or joint time-frequency scattering",
      "  --params JSON       parameters by Kymatio's names: shape (default: the length of the input), J, Q, T, stride; for scat1d max_order and",
      "                      oversampling; for jtfs J_fr, Q_fr, F, stride_fr and format (time or joint)",
      "  --in FILE.f32       raw little-endian float32 samples",
      "  --out FILE.f32      raw little-endian float32 coefficients, row by row; their shape is printed as JSON",
    ],
    run: async (args) => (await import("./transform.ts")).transform(args),
  },
  {
    name: "evaluate-features",
    usage: "[--feature NAME]… [--network FILE|URL] [--data DIR] [--context 1.5] [--json] [--cache DIR]",
    summary: "tell how far the distances of each feature agree with listeners, and what a vector costs",
    details: [
      "  --feature NAME  a feature family, or several joined, as simile+scat1d; as often as you like (default: each alone)",
      "  --network FILE  model.json of a TensorFlow.js graph model, such as OpenL3, by path or URL: it is heard as a feature too",
      "  --frontend NAME log-mel pictures that the network wants: openl3-mel256 (default) or openl3-mel128",
      "  --data DIR      folder that holds judgements/, data/samples.csv and data/ratings/ (default: ../shared)",
      "  --context S     seconds heard after the onset (default: 1.5)",
      "  --json          print JSON",
      "  --cache DIR     where feature vectors are kept (default: .simile-cache)",
    ],
    run: async (args) => (await import("./evaluate-features.ts")).evaluateFeatures(args),
  },
  {
    name: "push",
    usage: "NAME.simile --to postgres://user@host/database",
    summary: "put an embedding preset into a vector database",
    details: ["  --to URL  the database, PostgreSQL with pgvector"],
    run: async (args) => (await import("./push.ts")).push(args),
  },
  {
    name: "serve",
    usage: "--from postgres://user@host/database [--port 8750] [--host 127.0.0.1] [--origin http://localhost:4173]",
    summary: "let pages ask a vector database",
    details: ["  --from URL    the database that simile push filled", "  --port N      port to listen at, 0 for any that is free (default: 8750)", "  --host NAME   address to listen at (default: 127.0.0.1)", "  --origin URL  origin of the page that may ask (default: http://localhost:4173)", "", "Serves until Ctrl-C."],
    run: async (args) => (await import("./serve.ts")).serve(args),
  },
  {
    name: "bridge",
    usage: "[--port 8751] [--host 127.0.0.1] [--origin URL…] [--osc-in PORT] [--osc-out [HOST:]PORT]",
    summary: "join the page to SuperCollider, Pd and live coders",
    details: [
      "  --port N              port of the WebSocket, 0 for any that is free (default: 8751)",
      "  --host NAME           address to listen at (default: 127.0.0.1, so that nobody else gets in)",
      "  --origin URL          origin of a page that may come; may be given again (default: http://localhost:4173 and http://127.0.0.1:4173)",
      "  --osc-in PORT         hear OSC over UDP there",
      "  --osc-out [HOST:]PORT send what the page reports as OSC over UDP; SuperCollider's language hears 57120",
      "",
      "Open the page with ?bridge=ws://127.0.0.1:8751. Programs send and get { \"address\": \"/simile/…\", \"args\": […] }; src/docs/bridge.md lists the messages.",
    ],
    run: async (args) => (await import("./bridge.ts")).bridge(args),
  },
];

/** Help of the whole program, or of one command. */
export function help(command?: Command): string {
  if (command) return [`npx simile ${command.name} ${command.usage}`, "", `${command.summary[0]!.toUpperCase()}${command.summary.slice(1)}.`, "", ...command.details, ""].join("\n");
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return [
    "simile: the sounds of a library that sound most alike.",
    "",
    ...COMMANDS.map(({ name, summary }) => `  npx simile ${name.padEnd(width)}  ${summary}`),
    "",
    "Reads wav, aiff, flac, mp3, ogg and opus, mono to 8 channels, any rate; a file is known by its content, not by its name.",
    "npx simile COMMAND --help tells the options. Exit code 1: a file or folder is at fault; 2: the command line is.",
    "",
  ].join("\n");
}
