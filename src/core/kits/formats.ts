/** The formats that kits leave in, by the names that the terminal and the page use. */

import { writeAdg } from "./adg.ts";
import { writeDspreset } from "./dspreset.ts";
import { writeH2Drumkit } from "./h2drumkit.ts";
import type { Kit, KitFiles } from "./kit.ts";
import { writeSfz } from "./sfz.ts";
import { writeXpm } from "./xpm.ts";

export interface KitFormat {
  readonly id: string;
  readonly title: string;
  /** The kit's files by their path in a folder of its own. Throws MissingError or FormatError for pads that cannot be written. */
  readonly write: (kit: Kit) => KitFiles;
}

export const KIT_FORMATS = [
  { id: "sfz", title: "WAV folder and SFZ", write: writeSfz },
  { id: "dspreset", title: "DecentSampler", write: writeDspreset },
  { id: "adg", title: "Ableton Drum Rack", write: writeAdg },
  { id: "xpm", title: "Akai MPC drum program", write: writeXpm },
  { id: "h2drumkit", title: "Hydrogen drumkit", write: writeH2Drumkit },
] as const satisfies readonly KitFormat[];

export type KitFormatId = (typeof KIT_FORMATS)[number]["id"];
