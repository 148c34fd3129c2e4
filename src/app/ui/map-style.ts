/** How the map looks: tools in one row, the field, its legend, and the hues that tell its classes apart. */

import { css } from "lit";

/** Hues after Okabe and Ito, darkened on paper; the last is ink. */
export const mapStyle = css`
  :host {
    --_hue-0: light-dark(#0b62a0, #62b9ee);
    --_hue-1: light-dark(#8a5a00, #eda91f);
    --_hue-2: light-dark(#00694e, #2fc39a);
    --_hue-3: light-dark(#9b3670, #e08fba);
    --_hue-4: light-dark(#b03a00, #ff8a50);
    --_hue-5: light-dark(#6a6400, #f0e442);
    --_hue-6: var(--_ink);
    display: grid;
    grid-template: auto minmax(0, 1fr) auto / minmax(0, 1fr);
    gap: 0.5rem;
    font-size: var(--_small);
  }
  .tools {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-width: 0;
  }
  .tools h2 {
    margin-right: auto;
  }
  .tools select {
    flex: 0 1 9rem;
    font-size: var(--_small);
  }
  .tools .icon {
    width: var(--_tap);
    padding: 0;
  }
  .segments button {
    width: var(--_tap);
    padding: 0;
  }
  .frame {
    position: relative;
    aspect-ratio: 8 / 5;
    width: 100%;
    min-height: 8rem;
    max-height: var(--simile-map-height, max(16rem, 46vh));
  }
  .field {
    position: relative;
    height: 100%;
    overflow: hidden;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    touch-action: none;
    user-select: none;
  }
  .view {
    position: absolute;
    z-index: 1;
    right: 0.375rem;
    bottom: 0.375rem;
    border-radius: 0.5rem;
    background: var(--_surface);
  }
  .view button {
    width: 1.875rem;
    min-height: 1.875rem;
    border-color: var(--_line);
    color: var(--_muted);
  }
  @media (pointer: coarse) {
    /* Two fingers zoom. */
    .view button:not(:last-child) {
      display: none;
    }
    .view button:last-child {
      width: var(--_tap);
      min-height: var(--_tap);
      border-left-width: 1px;
      border-radius: 0.5rem;
    }
  }
  .field.play {
    cursor: crosshair;
  }
  .field.move {
    cursor: grab;
  }
  .field.choose {
    cursor: cell;
  }
  canvas {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    pointer-events: none;
  }
  .tip {
    position: absolute;
    z-index: 1;
    display: flex;
    align-items: center;
    gap: 0.5rem;
    max-width: min(18rem, 80%);
    padding: 0.25rem 0.5rem;
    border: 1px solid var(--_edge);
    border-radius: 0.5rem;
    background: var(--_paper);
    pointer-events: none;
  }
  .tip > span {
    min-width: 0;
  }
  .tip b,
  .tip small {
    display: block;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .tip small {
    color: var(--_muted);
    font-size: var(--_tiny);
  }
  .over {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 0.5rem;
    padding: 1rem;
    text-align: center;
    pointer-events: none;
  }
  .over button {
    pointer-events: auto;
  }
  progress {
    width: min(16rem, 70vw);
    height: 0.5rem;
    accent-color: var(--_accent);
  }
  .legend {
    display: flex;
    align-items: center;
    gap: 0.375rem;
    margin: 0;
    padding: 0.125rem;
    overflow-x: auto;
    list-style: none;
    scrollbar-width: thin;
  }
  .note {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.375rem 0.75rem;
  }
  .legend button {
    min-height: 1.75rem;
    gap: 0.375rem;
    padding: 0 0.5rem;
    border-color: var(--_line);
    font-size: var(--_small);
  }
  .legend button[aria-pressed="true"] {
    border-color: var(--_ink);
  }
  .legend button[aria-pressed="true"] .muted {
    color: inherit;
  }
  .legend button[aria-pressed="true"] :is(svg, .dot) {
    border-radius: 50%;
    outline: 0.1875rem solid var(--_surface);
    background: var(--_surface);
  }
  .legend button[aria-pressed="true"] .dot {
    background: currentColor;
  }
  .dot {
    width: 0.75rem;
    height: 0.75rem;
    border-radius: 50%;
    background: currentColor;
  }
  .below {
    display: grid;
    gap: 0.375rem;
  }
  .chosen {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.375rem;
  }
  .chosen b {
    margin-right: auto;
  }
  .chosen button,
  .chosen .check,
  .chosen input[type="text"] {
    min-height: 1.875rem;
    padding-inline: 0.625rem;
    font-size: var(--_small);
  }
  .chosen input[type="text"] {
    flex: 1 1 7rem;
  }
  @media (pointer: coarse) {
    .chosen button,
    .chosen input[type="text"] {
      min-height: var(--_tap);
    }
  }
  .probe {
    position: absolute;
    visibility: hidden;
    transition: color 1ms;
  }
  @media (forced-colors: active) {
    canvas,
    .dot,
    .probe {
      forced-color-adjust: none;
    }
  }
`;
