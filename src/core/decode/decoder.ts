/** Hands one decoder of a kind from file to file, never to two at once, and replaces it after a fault. */

/** What the WebAssembly decoders have in common. */
export interface Decoder {
  readonly ready: Promise<void>;
  free(): void;
}

/** Runs jobs one after another on a decoder that `create` makes when first needed, and again after a job that threw. */
export class DecoderQueue<D extends Decoder> {
  readonly #create: () => Promise<D>;
  #decoder: D | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(create: () => Promise<D>) {
    this.#create = create;
  }

  /** Resolves with what `job` gave once the jobs before it are done. */
  run<T>(job: (decoder: D) => Promise<T>): Promise<T> {
    const result = this.#last.then(async () => {
      this.#decoder ??= await this.#create();
      await this.#decoder.ready;
      try {
        return await job(this.#decoder);
      } catch (cause) {
        this.#decoder = undefined; // its memory goes with it: freeing one in an unknown state could throw in turn
        throw cause;
      }
    });
    this.#last = result.catch(() => {});
    return result;
  }
}
