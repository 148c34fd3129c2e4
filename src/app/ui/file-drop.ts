/** Takes files that are dropped anywhere on the page while its host is there; sounds of the page's own that are dragged are none of its business. */

import type { ReactiveController, ReactiveControllerHost } from "lit";
import { carriesSound } from "./drag-sound.ts";

export class FileDrop implements ReactiveController {
  /** Whether files hover over the page. */
  dragging = false;

  readonly #host: ReactiveControllerHost;
  /** Says whether it takes them. */
  readonly #take: (transfer: DataTransfer) => boolean;
  #depth = 0;

  constructor(host: ReactiveControllerHost, take: (transfer: DataTransfer) => boolean) {
    this.#host = host;
    this.#take = take;
    host.addController(this);
  }

  hostConnected(): void {
    for (const type of ["dragenter", "dragover", "dragleave"] as const) addEventListener(type, this.#onDrag);
    addEventListener("drop", this.#onDrop);
  }

  hostDisconnected(): void {
    for (const type of ["dragenter", "dragover", "dragleave"] as const) removeEventListener(type, this.#onDrag);
    removeEventListener("drop", this.#onDrop);
    this.#hover(0);
  }

  #hover(depth: number): void {
    this.#depth = depth;
    if (this.dragging === depth > 0) return;
    this.dragging = depth > 0;
    this.#host.requestUpdate();
  }

  readonly #onDrag = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files") || carriesSound(event)) return;
    event.preventDefault();
    this.#hover(this.#depth + (event.type === "dragenter" ? 1 : event.type === "dragleave" ? -1 : 0));
  };

  readonly #onDrop = (event: DragEvent): void => {
    this.#hover(0);
    if (carriesSound(event) || !event.dataTransfer) return;
    if (this.#take(event.dataTransfer)) event.preventDefault();
  };
}
