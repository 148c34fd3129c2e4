/** The look in one place: colour, space and type tokens, and how controls look; every element starts from it, `--simile-*` properties override it. */

import { css } from "lit";

/** Milliseconds between two drawings of what moves; all draw in the same frames of the browser, and leave the others to it. */
export const DRAW_MILLISECONDS = 1000 / 30;

/**
 * Tokens of every element. Colours follow the inherited `color-scheme` through `light-dark()`: ink on ivory paper, ivory on warm black, one vermilion accent.
 * Family colours come from the Okabe-Ito palette, darkened on paper to 4.5:1, and never stand without their shape.
 */
export const tokens = css`
  :host {
    --_paper: var(--simile-paper, light-dark(#f5f1e7, #131210));
    --_surface: var(--simile-surface, light-dark(#fffdf7, #1c1a17));
    --_raised: var(--simile-raised, light-dark(#ebe5d6, #292621));
    --_line: var(--simile-line, light-dark(#d8d0bd, #38342d));
    --_edge: var(--simile-edge, light-dark(#877e6b, #847c6c));
    --_ink: var(--simile-ink, light-dark(#191712, #f6f1e6));
    --_muted: var(--simile-muted, light-dark(#5b5446, #b9b1a0));
    --_accent: var(--simile-accent, light-dark(#bb3a10, #ff7444));
    --_on-accent: var(--simile-on-accent, light-dark(#fffdf7, #1a0d06));
    --_plucked: var(--simile-plucked, light-dark(#8a5a00, #eda91f));
    --_bowed: var(--simile-bowed, light-dark(#0b62a0, #62b9ee));
    --_blown: var(--simile-blown, light-dark(#00694e, #2fc39a));
    --_struck: var(--simile-struck, light-dark(#9b3670, #e08fba));
    --_other: var(--simile-other, light-dark(#5b5446, #b9b1a0));
    --_sans: var(--simile-sans, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif);
    --_serif: var(--simile-serif, ui-serif, "New York", "Iowan Old Style", "Palatino Linotype", Palatino, "Book Antiqua", "Noto Serif", Georgia, "Liberation Serif", serif);
    --_radius: var(--simile-radius, 0.625rem);
    --_small: 0.8125rem;
    --_tiny: 0.75rem;
    --_tap: 2.375rem;
    box-sizing: border-box;
    color: var(--_ink);
    font: 400 0.9375rem/1.35 var(--_sans);
    font-variant-numeric: tabular-nums;
  }
  :host([hidden]) {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  @media (pointer: coarse) {
    :host {
      --_tap: 2.75rem;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation-duration: 0.001ms !important;
      transition-duration: 0.001ms !important;
    }
  }
`;

/** Buttons, choices, fields of text, sliders, headings and text kept for screen readers. */
export const controls = css`
  h2 {
    margin: 0;
    font: italic 600 1.1875rem/1.2 var(--_serif);
  }
  p {
    margin: 0;
  }
  .muted {
    color: var(--_muted);
  }
  .small {
    font-size: var(--_small);
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  svg {
    display: block;
    flex: none;
  }
  button,
  select {
    min-height: var(--_tap);
    padding: 0 0.875rem;
    border: 1px solid var(--_edge);
    border-radius: 0.5rem;
    background: var(--_surface);
    color: inherit;
    font: inherit;
    font-size: 0.875rem;
    cursor: pointer;
    touch-action: manipulation;
  }
  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5rem;
    white-space: nowrap;
  }
  button:hover,
  select:hover {
    background: var(--_raised);
  }
  button:active {
    transform: translateY(1px);
  }
  button.primary {
    border-color: transparent;
    background: var(--_accent);
    color: var(--_on-accent);
    font-weight: 650;
  }
  button.primary:hover {
    background: color-mix(in oklab, var(--_accent) 88%, var(--_ink));
  }
  button[aria-pressed="true"] {
    border-color: var(--_ink);
    background: var(--_ink);
    color: var(--_paper);
  }
  button:disabled,
  select:disabled {
    opacity: 0.55;
    cursor: default;
  }
  select {
    max-width: 100%;
    min-width: 0;
    padding-right: 0.375rem;
    text-overflow: ellipsis;
  }
  input:is([type="text"], [type="url"], [type="search"], [type="number"]) {
    min-width: 0;
    min-height: var(--_tap);
    padding: 0 0.625rem;
    border: 1px solid var(--_edge);
    border-radius: 0.5rem;
    background: var(--_surface);
    color: inherit;
    font: inherit;
  }
  @media (forced-colors: active) {
    .bar,
    .peak,
    .knob,
    .family {
      forced-color-adjust: none;
    }
  }
  :focus-visible {
    outline: 0.1875rem solid var(--_accent);
    outline-offset: 0.125rem;
  }
  button.primary:focus-visible {
    outline-color: var(--_ink);
  }
  label {
    color: var(--_muted);
    font-size: var(--_small);
  }
  input[type="range"] {
    width: 100%;
    height: 1.5rem;
    margin: 0;
    background: none;
    accent-color: var(--_accent);
    appearance: none;
    cursor: pointer;
  }
  input[type="range"]::-webkit-slider-runnable-track {
    height: 0.25rem;
    border-radius: 1rem;
    background: var(--_edge);
  }
  input[type="range"]::-moz-range-track {
    height: 0.25rem;
    border-radius: 1rem;
    background: var(--_edge);
  }
  input[type="range"]::-webkit-slider-thumb {
    width: 1.125rem;
    height: 1.125rem;
    margin-top: -0.4375rem;
    border: none;
    border-radius: 50%;
    background: var(--_ink);
    appearance: none;
  }
  input[type="range"]::-moz-range-thumb {
    width: 1.125rem;
    height: 1.125rem;
    border: none;
    border-radius: 50%;
    background: var(--_ink);
  }
`;

/** A row that opens what lies under it: `details` with a `summary`. */
export const disclosure = css`
  summary {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-height: var(--_tap);
    border-radius: 0.375rem;
    cursor: pointer;
    list-style: none;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  summary::before {
    flex: none;
    width: 0.4375rem;
    height: 0.4375rem;
    margin: 0 0.125rem;
    border: solid var(--_muted);
    border-width: 0 2px 2px 0;
    content: "";
    transform: rotate(-45deg);
  }
  details[open] > summary::before {
    transform: rotate(45deg);
  }
  summary .muted {
    flex: none;
  }
  .said {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
`;

/** Buttons joined into one, in a row or group of the class `segments`. */
export const segments = css`
  .segments {
    display: flex;
  }
  .segments button {
    border-radius: 0;
  }
  .segments button + button {
    border-left-width: 0;
  }
  .segments button:first-child {
    border-radius: 0.5rem 0 0 0.5rem;
  }
  .segments button:last-child {
    border-radius: 0 0.5rem 0.5rem 0;
  }
  .segments button:focus-visible {
    z-index: 1;
  }
`;

/** Boxes to tick, in labels of the class `check`. */
export const checks = css`
  .check {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-height: var(--_tap);
    color: inherit;
    cursor: pointer;
  }
  input[type="checkbox"] {
    width: 1.125rem;
    height: 1.125rem;
    margin: 0;
    accent-color: var(--_accent);
  }
`;

/** A dialog of sections over the page; the element gives its width. */
export const sheet = css`
  dialog {
    max-height: calc(100dvh - 1.5rem);
    padding: 1.25rem;
    border: 1px solid var(--_edge);
    border-radius: 1rem;
    background: var(--_paper);
    color: var(--_ink);
    overflow: auto;
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 0.45);
  }
  dialog header {
    display: flex;
    align-items: center;
    justify-content: space-between;
  }
  dialog section {
    display: grid;
    gap: 0.5rem;
    margin-top: 1rem;
  }
  .icon {
    width: var(--_tap);
    padding: 0;
  }
`;
