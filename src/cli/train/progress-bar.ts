/** Draws one line of progress that is written over as it goes on; where the output is no terminal, only whole lines are written. */

const WIDTH = 24;

export interface ProgressBar {
  /** `share` from 0 to 1. */
  draw(label: string, share: number, figures: string): void;
  /** Leaves a line standing. */
  line(text: string): void;
}

export function createProgressBar(output: { readonly isTTY?: boolean; write(text: string): unknown } = process.stderr): ProgressBar {
  let drawn = false;
  return {
    draw(label, share, figures) {
      if (!output.isTTY) return;
      const full = Math.round(Math.max(0, Math.min(1, share)) * WIDTH);
      output.write(`\r\x1b[2K${label} [${"#".repeat(full)}${"-".repeat(WIDTH - full)}] ${figures}`);
      drawn = true;
    },
    line(text) {
      output.write(`${drawn ? "\r\x1b[2K" : ""}${text}\n`);
      drawn = false;
    },
  };
}
