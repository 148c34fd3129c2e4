/** Carries a sound by drag and drop: between elements as its key, out of the page as a WAV. */

import type { PadPlace } from "../pads/pad-board.ts";

/** Gives the WAV of a sound, at once: null where it is not decoded yet. */
export type SoundFiles = (key: string) => File | null;

export interface DraggedSound {
  readonly key: string;
  /** The pad it comes from; null: a list or a map. */
  readonly from: PadPlace | null;
}

const TYPE = "application/x-simile-sound";

/**
 * Call from "dragstart". The desktop takes the WAV by Chromium's DownloadURL ("type:name:address"), pages and some programs by the File; both are dropped without
 * a modifier key.
 */
export function offerSound(event: DragEvent, sound: DraggedSound, files: SoundFiles | null): void {
  const { dataTransfer } = event;
  if (!dataTransfer) return;
  dataTransfer.effectAllowed = "copyMove";
  const file = files?.(sound.key) ?? null;
  if (file) {
    const address = URL.createObjectURL(file);
    dataTransfer.setData("DownloadURL", `${file.type}:${file.name}:${address}`);
    dataTransfer.items.add(file);
    // The desktop reads the address after the drop.
    event.target?.addEventListener("dragend", () => setTimeout(() => URL.revokeObjectURL(address), KEPT_MILLISECONDS), { once: true });
  }
  dataTransfer.setData(TYPE, JSON.stringify(sound));
}

const KEPT_MILLISECONDS = 60_000;

/** Whether a sound of ours is dragged: its key is told at the drop alone. */
export function carriesSound({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes(TYPE) ?? false;
}

export function droppedSound({ dataTransfer }: DragEvent): DraggedSound | null {
  try {
    const { key, from } = JSON.parse(dataTransfer?.getData(TYPE) ?? "") as Partial<DraggedSound>;
    return typeof key === "string" ? { key, from: from ?? null } : null;
  } catch {
    return null;
  }
}
