/** A Vite plugin that gives a Markdown document as HTML (`import { html } from "./guide.md?guide"`), so that the guide in the app and the one in the repository are one. */

import { readFile } from "node:fs/promises";
import { Marked } from "marked";
import type { Plugin } from "vite";

const QUERY = "?guide";

/** Pictures stay out, since the page itself is in sight; links to the outside open beside it, links to files of the repository are words. */
export function guideHtml(markdown: string): string {
  const marked = new Marked({
    renderer: {
      image: () => "",
      link({ href, tokens }) {
        const words = this.parser.parseInline(tokens);
        if (href.startsWith("#")) return `<a href="${href}">${words}</a>`;
        return /^https?:/.test(href) ? `<a href="${href}" target="_blank" rel="noreferrer">${words}</a>` : words;
      },
      heading({ tokens, depth, text }) {
        return `<h${depth + 1} id="${slugOf(text)}">${this.parser.parseInline(tokens)}</h${depth + 1}>`;
      },
      // What scrolls is reached by keys.
      code: ({ text }) => `<pre tabindex="0"><code>${text.replace(/&/g, "&amp;").replace(/</g, "&lt;")}</code></pre>`,
    },
  });
  // The title is the dialog's own.
  return (marked.parse(markdown.replace(/^# .*\n/, "")) as string).replace(/<p>\s*<\/p>\n?/g, "").replace(/<table>/g, '<div class="wide" tabindex="0"><table>').replace(/<\/table>/g, "</table></div>");
}

export function guidePage(): Plugin {
  return {
    name: "simile-guide-page",
    enforce: "pre",
    async load(id) {
      if (!id.endsWith(QUERY)) return null;
      const file = id.slice(0, -QUERY.length);
      this.addWatchFile(file);
      return `export const html = ${JSON.stringify(guideHtml(await readFile(file, "utf8")))};`;
    },
  };
}

/** As GitHub makes them. */
function slugOf(text: string): string {
  return text.toLowerCase().replace(/[^\w\s-]/g, "").trim().replace(/\s+/g, "-");
}
