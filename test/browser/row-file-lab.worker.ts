/** Writes rows to a file as the engine's worker does, reads some of them back, and tells what is left when it is closed. */

import { createRowFile } from "../../src/worker/row-store.ts";

const SIZE = 4;
const COUNT = 20_000;

const store = await createRowFile(SIZE);
if (!store) throw new Error("row file: expected a browser with the origin private file system, got none; use a current Chromium.");
const rows = Float32Array.from({ length: COUNT * SIZE }, (_, i) => i);
store.append(rows.subarray(0, SIZE));
store.append(rows.subarray(SIZE));
const read = (id: number) => {
  const into = new Float32Array(SIZE);
  store.read(id, into);
  return [...into];
};
const found = [0, 10_000, COUNT - 1].map(read);
store.close();
const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("simile-rows");
let files = 0;
for (let tries = 0; tries < 100; tries++) {
  files = 0;
  for await (const _ of folder.keys()) files++;
  if (files === 0) break;
  await new Promise((resolve) => setTimeout(resolve, 20));
}
postMessage({ rows: found, files });
