/** `npm run plot:search -- FILE.json`: draws how search time grows with the library, from what `npm run bench -- search --json FILE.json` measured, as `src/docs/search.svg`. */

import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { BenchRow } from "./runner.ts";

const OUT = resolve(import.meta.dirname, "../../src/docs/search.svg");
const WIDTH = 720;
const HEIGHT = 400;
const LEFT = 64;
const RIGHT = 190;
const TOP = 44;
const BOTTOM = 48;
/** What must hold at p95: sounds, milliseconds. */
const TARGETS = [[10_000, 0.4], [100_000, 3], [1_000_000, 20]] as const;
const SERIES = [
  { name: "Chromium worker", label: "Simile, Chromium worker", colour: "#bb3a10", dash: "" },
  { name: "Node", label: "Simile, Node", colour: "#0b62a0", dash: "" },
  { name: "USearch exactSearch (native, one thread)", label: "USearch, native", colour: "#5b5446", dash: "6 4" },
] as const;

interface Point {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
}

const [file] = process.argv.slice(2);
if (!file) {
  console.error("plot:search: expected the JSON of npm run bench -- search --json FILE, got no file; name it.");
  process.exit(2);
}
const { rows, cpu } = JSON.parse(readFileSync(file, "utf8")) as { rows: readonly BenchRow[]; cpu?: string };

function pointsOf(series: string): readonly Point[] {
  return rows.flatMap(({ name, p50, p95 }) => {
    const count = name.startsWith(`${series}, `) ? /, (\d+) rows$/.exec(name)?.[1] : undefined;
    return count === undefined ? [] : [{ count: Number(count), p50, p95 }];
  });
}

const all = SERIES.map((series) => ({ ...series, points: pointsOf(series.name) }));
const counts = all.flatMap(({ points }) => points.map(({ count }) => count));
const times = [...all.flatMap(({ points }) => points.flatMap(({ p50, p95 }) => [p50, p95])), ...TARGETS.map(([, milliseconds]) => milliseconds)];
const [least, most] = [Math.floor(Math.log10(Math.min(...times))), Math.ceil(Math.log10(Math.max(...times)))];
const [few, many] = [Math.log10(Math.min(...counts)), Math.log10(Math.max(...counts))];
const x = (count: number) => LEFT + ((Math.log10(count) - few) / (many - few)) * (WIDTH - LEFT - RIGHT);
const y = (milliseconds: number) => HEIGHT - BOTTOM - ((Math.log10(milliseconds) - least) / (most - least)) * (HEIGHT - TOP - BOTTOM);
const at = (count: number, milliseconds: number) => `${x(count).toFixed(1)},${y(milliseconds).toFixed(1)}`;

const decades = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
const grid = [
  ...decades(Math.ceil(few), Math.floor(many)).map((count) => `<line x1="${x(count)}" x2="${x(count)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/><text x="${x(count)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${count.toLocaleString("en")}</text>`),
  ...decades(least, most).map((time) => `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(time)}" y2="${y(time)}"/><text x="${LEFT - 8}" y="${y(time) + 4}" text-anchor="end">${time} ms</text>`),
];
/** Where each name stands beside its last point, none over another. */
const labels: { readonly text: string; readonly colour: string; at: number }[] = all.flatMap(({ label, colour, points }) => (points.length === 0 ? [] : [{ text: label, colour, at: y(points.at(-1)!.p50) + 4 }]));
labels.sort((a, b) => a.at - b.at);
for (let i = 1; i < labels.length; i++) labels[i]!.at = Math.max(labels[i]!.at, labels[i - 1]!.at + 16);

const lines = all.map(({ points, colour, dash }) => {
  const path = `<polyline points="${points.map(({ count, p50 }) => at(count, p50)).join(" ")}" fill="none" stroke="${colour}" stroke-width="2"${dash ? ` stroke-dasharray="${dash}"` : ""}/>`;
  const bars = points.map(({ count, p50, p95 }) => `<line x1="${x(count)}" x2="${x(count)}" y1="${y(p50)}" y2="${y(p95)}" stroke="${colour}" stroke-width="1"/><circle cx="${x(count)}" cy="${y(p50)}" r="3.5" fill="${colour}"/>`);
  return path + bars.join("");
});
const targets = TARGETS.map(([count, milliseconds]) => `<path d="M${x(count) - 12} ${y(milliseconds)}h24" stroke="#191712" stroke-width="2"/>`);

writeFileSync(
  OUT,
  `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="#5b5446" role="img" aria-label="Milliseconds of one exact search against the number of sounds, both logarithmic: the lines rise evenly, ten times the sounds take ten times as long">
<rect width="100%" height="100%" fill="#fffdf7"/>
<text x="${LEFT}" y="24" fill="#191712" font-size="14" font-weight="600">The sixteen nearest of a library, exactly: milliseconds a query</text>
<g stroke="#d8d0bd" stroke-width="1"><g>${grid.join("").replaceAll("<text", '<text stroke="none"')}</g></g>
${lines.join("\n")}
${targets.join("")}
${labels.map(({ text, colour, at: line }) => `<text x="${WIDTH - RIGHT + 10}" y="${line}" fill="${colour}" font-weight="600">${text}</text>`).join("")}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 10}" text-anchor="middle">sounds of 128 numbers (dots: median, line up: p95, bar: target; ${cpu ?? "one core"})</text>
</svg>
`,
);
console.log(OUT);
