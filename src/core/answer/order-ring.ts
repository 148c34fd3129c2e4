/** Hands voice orders from the engine to the player through shared memory: one writer, one reader, and neither ever waits for the other. */

import type { VoiceOrder } from "./voice-order.ts";

/** Orders that may wait; a power of two. */
const SLOTS = 256;
/** Most sounds that an order here may name. */
export const MOST_SOUNDS = 64;
/** Fills a list of sounds up: the number of no sound. */
export const NO_SOUND = -1;
/** Numbers of an order: what it is, its fields, how many sounds, the sounds. */
const FIELDS = 9;
const SLOT = FIELDS + MOST_SOUNDS;
const KINDS: readonly VoiceOrder["as"][] = ["hit", "mend", "grain"];
/** Counters at the head of the memory: orders written, orders read, messages of the port that the reader has followed. */
const WRITTEN = 0;
const READ = 1;
const FOLLOWED = 2;
const HEAD_BYTES = 16;

/** Memory for one engine and one player. Throws where the browser shares none: a page that is not cross-origin isolated. */
export function createOrderMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEAD_BYTES + 8 * SLOTS * SLOT);
}

/** The memory as its two parts: counters, and slots of numbers. */
function viewsOf(memory: SharedArrayBuffer): readonly [Int32Array, Float64Array] {
  return [new Int32Array(memory, 0, HEAD_BYTES / 4), new Float64Array(memory, HEAD_BYTES)];
}

/** The engine's end. A slot is published by the counter behind it (Atomics are sequentially consistent), so that no order is read half-written. Real-time safe after construction. */
export class OrderWriter {
  readonly #head: Int32Array;
  readonly #slots: Float64Array;

  constructor(memory: SharedArrayBuffer) {
    [this.#head, this.#slots] = viewsOf(memory);
  }

  /** Messages that the reader has followed on the port beside this ring: what must not be overtaken waits for them. */
  get followed(): number {
    return Atomics.load(this.#head, FOLLOWED);
  }

  /** False where the ring is full, or the order names more sounds than fit: it must go another way. */
  write(order: VoiceOrder): boolean {
    const { sounds } = order;
    const written = Atomics.load(this.#head, WRITTEN);
    if (sounds.length > MOST_SOUNDS || ((written - Atomics.load(this.#head, READ)) | 0) >= SLOTS) return false;
    const slots = this.#slots;
    let at = (written & (SLOTS - 1)) * SLOT;
    slots[at++] = KINDS.indexOf(order.as);
    slots[at++] = order.index;
    slots[at++] = order.gain;
    slots[at++] = order.lufs ?? Number.NaN;
    slots[at++] = order.contextSeconds;
    slots[at++] = order.hertz ?? Number.NaN;
    slots[at++] = order.at;
    slots[at++] = order.into;
    slots[at++] = sounds.length;
    for (let i = 0; i < sounds.length; i++) slots[at + i] = sounds[i]!;
    Atomics.store(this.#head, WRITTEN, (written + 1) | 0);
    return true;
  }
}

/** An order in the making: the reader fills it in place. */
type Draft = { -readonly [Key in keyof VoiceOrder]: VoiceOrder[Key] } & { sounds: number[] };

/** The player's end. Real-time safe after construction. */
export class OrderReader {
  readonly #head: Int32Array;
  readonly #slots: Float64Array;
  /** One draft a slot, of as many sounds as it may name: an order stays whole until its slot comes round again. */
  readonly #drafts: readonly Draft[];

  constructor(memory: SharedArrayBuffer) {
    [this.#head, this.#slots] = viewsOf(memory);
    this.#drafts = Array.from({ length: SLOTS }, () => ({ as: "hit", index: 0, sounds: new Array<number>(MOST_SOUNDS).fill(NO_SOUND), gain: 0, lufs: null, contextSeconds: 0, hertz: null, at: 0, into: 0 }));
  }

  /** One message more of the port beside this ring has been followed. */
  follow(): void {
    Atomics.add(this.#head, FOLLOWED, 1);
  }

  /** The next order, or null. Its list of sounds ends in NO_SOUND where it names fewer than MOST_SOUNDS. */
  read(): VoiceOrder | null {
    const read = Atomics.load(this.#head, READ);
    if (read === Atomics.load(this.#head, WRITTEN)) return null;
    const slots = this.#slots;
    const slot = read & (SLOTS - 1);
    let at = slot * SLOT;
    const order = this.#drafts[slot]!;
    order.as = KINDS[slots[at++]!] ?? "hit";
    order.index = slots[at++]!;
    order.gain = slots[at++]!;
    order.lufs = known(slots[at++]!);
    order.contextSeconds = slots[at++]!;
    order.hertz = known(slots[at++]!);
    order.at = slots[at++]!;
    order.into = slots[at++]!;
    const count = slots[at++]!;
    for (let i = 0; i < MOST_SOUNDS; i++) order.sounds[i] = i < count ? slots[at + i]! : NO_SOUND;
    Atomics.store(this.#head, READ, (read + 1) | 0);
    return order;
  }
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
