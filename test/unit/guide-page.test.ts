/** The guide as HTML: chapters that links find, nothing that a page without a network could not show. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { guideHtml } from "../../src/cli/guide-page.ts";

test("chapters have the names that links call them by; pictures and files of the repository stay out", () => {
  const html = guideHtml("# Title\n\n[To it](#two-words)\n\n![A picture](x.png)\n\n## Two words\n\n[here](midi.md) and [there](https://example.org)\n\n```sh\na < b\n```\n");
  expect(html).toContain('<a href="#two-words">To it</a>');
  expect(html).toContain('<h3 id="two-words">Two words</h3>');
  expect(html).not.toMatch(/<img|x\.png|midi\.md|Title/);
  expect(html).toContain("here and <a href=\"https://example.org\" target=\"_blank\" rel=\"noreferrer\">there</a>");
  expect(html).toContain("<code>a &lt; b</code>");
});

test("every chapter that the guide lists is in it", () => {
  const html = guideHtml(readFileSync(join(import.meta.dirname, "../../src/docs/guide.md"), "utf8"));
  const wanted = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
  expect(wanted.length).toBeGreaterThanOrEqual(7);
  for (const id of wanted) expect(html).toContain(`id="${id}"`);
});
