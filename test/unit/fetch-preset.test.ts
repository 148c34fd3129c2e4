/** A preset's file is named as its address is. */

import { afterEach, expect, test, vi } from "vitest";
import { fetchPreset } from "../../src/app/presets/fetch-preset.ts";

afterEach(() => vi.unstubAllGlobals());

test.each([
  ["https://example.org/a%20preset.simile", "a preset.simile"],
  ["https://example.org/50%.simile", "50%.simile"],
  ["https://example.org/50%25.simile", "50%.simile"],
  ["https://example.org/", "preset.simile"],
])("%s gives %s", async (address, name) => {
  vi.stubGlobal("document", { baseURI: "https://example.org/page/" });
  vi.stubGlobal("fetch", async () => new Response("the bytes", { headers: { "content-type": "application/octet-stream" } }));
  const file = await fetchPreset(address, { signal: new AbortController().signal, onProgress: () => {} });
  expect([file.name, await file.text()]).toEqual([name, "the bytes"]);
});
