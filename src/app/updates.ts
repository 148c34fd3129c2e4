/** Keeps the page for use without a network, learns of new versions, and goes over to one only when the player says so: until then, or the next start, the old one stays whole. */

export interface UpdatesState {
  /** The page works without a network from now on. */
  readonly kept: boolean;
  /** A new version waits; "elsewhere" where another tab has gone over to it already. */
  readonly waiting: "no" | "here" | "elsewhere";
}

export interface Updates extends EventTarget {
  /** A "change" event follows each new one. */
  readonly state: UpdatesState;
  /** Registers the worker that keeps the page. Resolves even where the browser has none, or refuses. */
  start(): Promise<void>;
  /** Goes over to the new version and loads the page again. */
  take(): void;
}

export interface UpdatesOptions {
  /** Address of the service worker's script. */
  readonly script: string;
  /** Null where there is no secure context, or the browser has none. */
  readonly container: ServiceWorkerContainer | null;
  /** Loads the page again. */
  reload(): void;
}

/** Between two looks for a new version, milliseconds: an instrument may stay open for days. */
const LOOK_MILLISECONDS = 3_600_000;

export function createUpdates(options: UpdatesOptions): Updates {
  return new PageUpdates(options);
}

class PageUpdates extends EventTarget implements Updates {
  readonly #options: UpdatesOptions;
  #state: UpdatesState = { kept: false, waiting: "no" };
  #registration: ServiceWorkerRegistration | null = null;
  #taking = false;

  constructor(options: UpdatesOptions) {
    super();
    this.#options = options;
  }

  get state(): UpdatesState {
    return this.#state;
  }

  async start(): Promise<void> {
    const { container, script } = this.#options;
    if (!container) return;
    try {
      const registration = await container.register(script);
      this.#registration = registration;
      // A page that no worker serves yet has none before it to lose.
      const first = container.controller === null;
      container.addEventListener("controllerchange", () => {
        if (this.#taking) this.#options.reload();
        else if (!first) this.#set({ waiting: "elsewhere" });
      });
      if (registration.active) this.#set({ kept: true });
      if (registration.waiting && !first) this.#set({ waiting: "here" });
      registration.addEventListener("updatefound", () => this.#follow(registration.installing));
      this.#follow(registration.installing);
      setInterval(() => void registration.update().catch(() => {}), LOOK_MILLISECONDS);
    } catch {
      // A private window, or one whose storage is denied, plays on with a network.
    }
  }

  take(): void {
    if (this.#state.waiting === "elsewhere") return this.#options.reload();
    this.#taking = true;
    this.#registration?.waiting?.postMessage({ type: "SKIP_WAITING" });
  }

  #follow(worker: ServiceWorker | null): void {
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed" && this.#options.container?.controller) this.#set({ waiting: "here" });
      if (worker.state === "activated") this.#set({ kept: true });
    });
  }

  #set(change: Partial<UpdatesState>): void {
    this.#state = Object.freeze({ ...this.#state, ...change });
    this.dispatchEvent(new Event("change"));
  }
}
