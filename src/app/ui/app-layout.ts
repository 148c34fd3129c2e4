/** Where the parts of the page stand: two columns on a desk, nothing important below the fold at 1440 by 900; one column in a hand. */

import { css } from "lit";

export const layout = css`
  :host {
    position: relative;
    display: grid;
    grid-template: auto minmax(0, 1fr) auto / minmax(0, 1fr);
    min-height: 100dvh;
    background: var(--_paper);
  }
  :host([theme="light"]) {
    color-scheme: light;
  }
  :host([theme="dark"]) {
    color-scheme: dark;
  }
  header,
  main,
  footer {
    width: 100%;
    max-width: 100rem;
    margin: 0 auto;
    padding-inline: max(1.5rem, env(safe-area-inset-left)) max(1.5rem, env(safe-area-inset-right));
  }
  header {
    display: flex;
    align-items: center;
    gap: 0.25rem 0.75rem;
    min-height: 3.5rem;
  }
  h1 {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    margin: 0;
    font: italic 600 1.75rem/1 var(--_serif);
    letter-spacing: -0.01em;
  }
  h1 svg {
    color: var(--_accent);
  }
  .tag {
    padding-top: 0.375rem;
    color: var(--_muted);
    font-size: 0.875rem;
    white-space: nowrap;
  }
  simile-first-steps {
    flex: 0 1 54rem;
    margin-inline: auto;
  }
  .views {
    display: flex;
    gap: 0.25rem;
    margin-left: auto;
  }
  .views button {
    min-width: var(--_tap);
    padding: 0 0.5rem;
    border-color: transparent;
    background: none;
  }
  .views button:hover {
    background: var(--_raised);
  }
  main {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(24rem, 31rem);
    gap: 1rem 2rem;
    padding-bottom: 0.75rem;
  }
  .hear,
  .touch {
    display: flex;
    flex-direction: column;
    gap: 0.75rem;
    min-width: 0;
  }
  /* However tall the pads' side grows, the spectrogram keeps its height and the answers stay in sight. */
  .hear {
    min-height: min-content;
    max-height: calc(100dvh - 8.5rem);
  }
  simile-listener {
    flex: 1 1 13rem;
    max-height: 26rem;
  }
  simile-listener::part(transport) {
    display: none;
  }
  simile-results {
    flex: 0 1 auto;
    --simile-row: 2.875rem;
  }
  .found {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 1rem 1.5rem;
  }
  simile-pads {
    flex: 1 1 22rem;
    max-height: max(22rem, 58vh);
  }
  .about {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0.125rem;
  }
  simile-playing::part(modes) {
    display: none;
  }
  footer {
    position: sticky;
    z-index: 2;
    bottom: 0;
    max-width: none;
    padding-block: 0.5rem max(0.5rem, env(safe-area-inset-bottom));
    border-top: 1px solid var(--_line);
    background: var(--_paper);
  }
  simile-controls {
    max-width: 97rem;
    margin: 0 auto;
  }
  .hear {
    position: relative;
  }
  /* Over the spectrogram: nothing under the fingers moves or is covered. */
  .hear simile-faults {
    position: absolute;
    z-index: 3;
    top: 3.375rem;
    right: 0.75rem;
    left: 0.75rem;
  }
  simile-update {
    position: fixed;
    z-index: 3;
    top: 3.75rem;
    right: max(1rem, env(safe-area-inset-right));
    left: max(1rem, env(safe-area-inset-left));
    display: grid;
    justify-content: end;
    pointer-events: none;
  }
  simile-update::part(notice) {
    pointer-events: auto;
  }
  .drop {
    position: fixed;
    z-index: 4;
    inset: 0.75rem;
    display: grid;
    place-items: center;
    border: 0.25rem dashed var(--_accent);
    border-radius: 1rem;
    background: color-mix(in srgb, var(--_paper) 88%, transparent);
    font: italic 600 2rem/1.2 var(--_serif);
    text-align: center;
    pointer-events: none;
  }
  :host([stage]) {
    display: block;
    color-scheme: dark;
  }
  main.stage {
    display: block;
    max-width: none;
    padding: 0;
  }
  @media (min-width: 78.01rem) {
    /* The map beside the answers, as high as they are. */
    .found.mapped {
      grid-template-columns: minmax(0, 1.05fr) minmax(0, 1fr);
      flex: 2 1 21.5rem;
      min-height: 21.5rem;
      max-height: 38rem;
    }
    .mapped simile-results {
      display: flex;
    }
    .mapped simile-map {
      height: 0;
      min-height: 100%;
      --simile-map-height: 100%;
    }
  }
  @media (min-width: 60.01rem) {
    simile-library::part(families) {
      display: none;
    }
  }
  @media (max-width: 75rem) {
    .tag {
      display: none;
    }
  }
  @media (max-width: 60rem) {
    header,
    main,
    footer {
      padding-inline: 1rem;
    }
    header {
      flex-wrap: wrap;
    }
    simile-first-steps {
      flex: 1 1 100%;
      order: 1;
      margin-bottom: 0.375rem;
    }
    main {
      display: flex;
      flex-direction: column;
      gap: 0.75rem;
    }
    .hear,
    .touch,
    .found {
      display: contents;
    }
    simile-listener,
    simile-pads {
      flex: none;
      max-height: none;
    }
    .hear simile-faults {
      position: fixed;
      top: 7.5rem;
    }
    simile-map,
    simile-library,
    simile-presets {
      order: 1;
    }
    .about {
      order: 2;
    }
  }
  @media (min-width: 60.01rem) and (max-height: 52rem) {
    header {
      min-height: 3rem;
    }
    .hear,
    .touch {
      gap: 0.5rem;
    }
    simile-results {
      --simile-row: 2.625rem;
    }
  }
  @media (max-height: 32rem) {
    header {
      min-height: 2.75rem;
    }
    footer {
      padding-block: 0.375rem;
    }
  }
  @media (max-width: 40rem) {
    header {
      min-height: 2.875rem;
      gap: 0.25rem 0.5rem;
    }
    h1 {
      font-size: 1.5rem;
    }
    header,
    main,
    footer {
      padding-inline: 0.75rem;
    }
    main {
      gap: 0.625rem;
    }
    .hear simile-faults {
      top: 6.125rem;
    }
  }
`;
