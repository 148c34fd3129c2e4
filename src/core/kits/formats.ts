/** Every format that kits leave in, with its writer. */

import { writeAdg } from "./adg.ts";
import { writeDspreset } from "./dspreset.ts";
import { KIT_FORMAT_NAMES, type KitFormatId } from "./format-names.ts";
import { writeH2Drumkit } from "./h2drumkit.ts";
import type { Kit, KitFiles } from "./kit.ts";
import { writeSfz } from "./sfz.ts";
import { writeXpm } from "./xpm.ts";

export interface KitFormat {
  readonly id: KitFormatId;
  readonly title: string;
  /** The kit's files by their path in a folder of its own. Throws MissingError or FormatError for pads that cannot be written. */
  readonly write: (kit: Kit) => KitFiles;
}

const WRITERS: Readonly<Record<KitFormatId, KitFormat["write"]>> = { sfz: writeSfz, dspreset: writeDspreset, adg: writeAdg, xpm: writeXpm, h2drumkit: writeH2Drumkit };

export const KIT_FORMATS: readonly KitFormat[] = KIT_FORMAT_NAMES.map(({ id, title }) => ({ id, title, write: WRITERS[id] }));
