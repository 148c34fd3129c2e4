/** The simile mark (the sign that repeats the bar before) and the few other signs that controls carry. */

import { html, type TemplateResult } from "lit";

/** The mark at `size` rem in the current colour. */
export function mark(size: number): TemplateResult {
  return html`<svg width="${size}rem" height="${size}rem" viewBox="0 0 32 32" fill="currentColor" aria-hidden="true">
    <path d="M20.5 5h6.5L11.5 27H5z"></path><circle cx="8" cy="10.5" r="3"></circle><circle cx="24" cy="21.5" r="3"></circle>
  </svg>`;
}

const PATHS = {
  listen: "M12 4a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V7a3 3 0 0 1 3-3zM6 11.5a6 6 0 0 0 12 0M12 17.5V21M9 21h6",
  stop: "M7 7h10v10H7z",
  play: "M8 5.5v13L19 12z",
  silence: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM16 9.5l5 5M21 9.5l-5 5",
  sounding: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
  file: "M12 15V4M8 8l4-4 4 4M5 14v5h14v-5",
  star: "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9-4.3-4.1 5.9-.8z",
  folder: "M3 6.5h6.5l2 2.5H21v10H3z",
  list: "M4 6.5h16M4 12h16M4 17.5h16",
  warning: "M12 4L21.5 20H2.5zM12 10v5M12 17.5v.1",
  close: "M6 6l12 12M18 6L6 18",
  sun: "M12 8a4 4 0 1 1 0 8a4 4 0 0 1 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  moon: "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z",
  lock: "M6.5 11h11v9h-11zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  undo: "M9 6L4.5 10.5L9 15M5 10.5h9a5 5 0 0 1 0 10h-3",
  redo: "M15 6l4.5 4.5L15 15M19 10.5h-9a5 5 0 0 0 0 10h3",
  edit: "M4 20h4L19.5 8.5l-4-4L4 16z",
  kit: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
  lasso: "M8 15.5c-2.7-.8-4.5-2.6-4.5-5C3.5 7 7.3 4.5 12 4.5s8.5 2.5 8.5 6-3.8 6-8.5 6c-2 0-3.5 1-3.5 2.2 0 1.3 1.5 1.8 3.5 1.3",
  move: "M12 3v18M3 12h18M9.5 5.5L12 3l2.5 2.5M9.5 18.5L12 21l2.5-2.5M5.5 9.5L3 12l2.5 2.5M18.5 9.5L21 12l-2.5 2.5",
  more: "M12 5v14M5 12h14",
  less: "M5 12h14",
  whole: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  why: "M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M12 17.5v.1",
  sliders: "M4 7h10M18 7h2M16 5v4M4 17h2M10 17h10M8 15v4M4 12h6M14 12h6M12 10v4",
  stage: "M3.5 5h17v11h-17zM9 20h6M12 16v4",
  help: "M12 3.5a8.5 8.5 0 1 1 0 17a8.5 8.5 0 0 1 0-17zM9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.7.4-1.1.9-1.1 1.8M12 16.7v.1",
  auto: "M12 4a8 8 0 1 1 0 16a8 8 0 0 1 0-16zM12 4v16",
} as const;

export type IconName = keyof typeof PATHS;

/** A sign at `size` rem in the current colour, for eyes only. */
export function icon(name: IconName, size = 1.125): TemplateResult {
  const solid = name === "stop" || name === "play";
  return html`<svg
    width="${size}rem"
    height="${size}rem"
    viewBox="0 0 24 24"
    fill=${solid ? "currentColor" : "none"}
    stroke="currentColor"
    stroke-width="2"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    <path d=${PATHS[name]}></path>
  </svg>`;
}
