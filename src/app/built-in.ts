/** Where the model, the library and the pads that ship lie: beside the page. The package puts its own module in this one's place, which names its own files. */

import type { Folder } from "../core/library/folder.ts";

export interface BuiltIn {
  readonly model: Folder;
  readonly library: Folder;
  readonly pads: Folder;
}

export async function builtIn(): Promise<BuiltIn> {
  return { model: "models/an-gnn-simile/", library: "libraries/studio/", pads: "pads/" };
}
