/** `npm run bench -- NAME [--json FILE] [--minutes N]`: runs the named bench (no name: lists them) and prints its table. */

import { readdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { type Bench, runBench, table } from "./runner.ts";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "string" }, minutes: { type: "string" } } });
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".bench.ts"))
  .map((file) => file.slice(0, -".bench.ts".length));
const wanted = positionals[0];

if (!wanted || !names.includes(wanted)) {
  console.error(`bench: expected one of ${names.join(", ") || "(none yet)"}, got ${wanted ?? "no name"}; run npm run bench -- NAME [--json FILE].`);
  process.exit(2);
}
const { bench } = (await import(`./${wanted}.bench.ts`)) as { bench: Bench };
console.log(`# ${bench.name}: ${bench.about}\n\n${cpus()[0]?.model.trim()} x ${cpus().length}, Node ${process.version}\n`);
const rows = await runBench(bench, values.minutes === undefined ? {} : { minutes: Number(values.minutes) });
console.log(table(rows));
const notes = (await bench.notes?.()) ?? [];
for (const note of notes) console.log(`\n${note}`);
if (values.json) writeFileSync(values.json, `${JSON.stringify({ bench: bench.name, about: bench.about, cpu: cpus()[0]?.model.trim(), node: process.version, rows, notes }, null, 2)}\n`);
process.exit(0);
