/** Saves what comes part by part to a place that the user chooses, whole or not at all. */

import { PermissionError, messageOf } from "../core/errors.ts";
import { saveFile } from "./save-file.ts";

interface SavePicker {
  showSaveFilePicker?(options: { suggestedName: string }): Promise<FileSystemFileHandle>;
}

/**
 * Asks for the place first, since that needs the user's gesture, then writes. A browser's writable replaces the file when it is closed and not before; one without writables is given the whole file as a
 * download. False where the user chose no place. Rejects with PermissionError, and with what `parts` rejects with: nothing is left then.
 */
export async function saveStream(name: string, parts: () => AsyncIterable<Uint8Array>): Promise<boolean> {
  const { showSaveFilePicker } = window as SavePicker;
  if (!showSaveFilePicker) {
    const blobs: Blob[] = [];
    for await (const part of parts()) blobs.push(new Blob([part as Uint8Array<ArrayBuffer>]));
    saveFile(new File(blobs, name, { type: "application/octet-stream" }));
    return true;
  }
  let handle: FileSystemFileHandle;
  try {
    handle = await showSaveFilePicker.call(window, { suggestedName: name });
  } catch (cause) {
    if ((cause as Error).name === "AbortError") return false;
    throw new PermissionError(`${name}: expected a place to save it, got "${messageOf(cause)}"; choose another place.`);
  }
  const file = await handle.createWritable().catch((cause: unknown) => {
    throw new PermissionError(`${handle.name}: expected permission to write, got "${messageOf(cause)}"; choose another place.`);
  });
  try {
    for await (const part of parts()) await file.write(part as Uint8Array<ArrayBuffer>);
    await file.close();
    return true;
  } catch (cause) {
    await file.abort().catch(() => {});
    throw cause;
  }
}
