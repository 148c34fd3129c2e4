/** The sign of each instrument family, taken from notation: a plectrum, a down-bow, an open ring, a percussion notehead; a lozenge for any other. */

import { css, html, type TemplateResult } from "lit";

export type Family = "plucked" | "bowed" | "blown" | "struck" | "other";

export const FAMILIES: readonly Family[] = ["plucked", "bowed", "blown", "struck", "other"];

/** Outlines on a 16 x 16 field, drawn with a stroke of 2.5. */
export const FAMILY_PATHS: Readonly<Record<Family, string>> = {
  plucked: "M2.5 3.5h11L8 13.5z",
  bowed: "M3 13.5v-10h10v10",
  blown: "M8 2.75a5.25 5.25 0 1 1 0 10.5a5.25 5.25 0 1 1 0-10.5z",
  struck: "M3 3l10 10M13 3L3 13",
  other: "M8 2.5L13.5 8L8 13.5L2.5 8z",
};

export function familyOf(name: string): Family {
  return FAMILIES.find((family) => family === name) ?? "other";
}

export const familyStyles = css`
  .family {
    fill: none;
    stroke: var(--_family, var(--_other));
    stroke-width: 2.5;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .plucked {
    --_family: var(--_plucked);
  }
  .bowed {
    --_family: var(--_bowed);
  }
  .blown {
    --_family: var(--_blown);
  }
  .struck {
    --_family: var(--_struck);
  }
`;

/** The family's sign at `size` rem, for eyes only: its name stands beside it or in the control's label. */
export function familySign(name: string, size = 1): TemplateResult {
  const family = familyOf(name);
  return html`<svg class="family ${family}" part="family" width="${size}rem" height="${size}rem" viewBox="0 0 16 16" aria-hidden="true">
    <path d=${FAMILY_PATHS[family]}></path>
  </svg>`;
}
