/** Has the browser ask before the page is left, while its host holds what would be lost; else there is no listener, which would keep the page out of the back/forward cache. */

import type { ReactiveController, ReactiveControllerHost } from "lit";

export class LeaveGuard implements ReactiveController {
  /** Says whether something would be lost. */
  readonly #holds: () => boolean;

  constructor(host: ReactiveControllerHost, holds: () => boolean) {
    this.#holds = holds;
    host.addController(this);
  }

  hostUpdated(): void {
    if (this.#holds()) addEventListener("beforeunload", this.#onLeave);
    else this.hostDisconnected();
  }

  hostDisconnected(): void {
    removeEventListener("beforeunload", this.#onLeave);
  }

  readonly #onLeave = (event: BeforeUnloadEvent): void => {
    event.preventDefault();
    // Chromium before 119.
    event.returnValue = true;
  };
}
