/** The audio thread's voice: plays lent sounds the moment the engine asks, and tells the page when each voice starts and ends. */

import { Mixer } from "../src/core/answer/mixer.ts";
import { NO_SOUND, OrderReader } from "../src/core/answer/order-ring.ts";
import type { VoiceOrder } from "../src/core/answer/voice-order.ts";
import { messageOf } from "../src/core/errors.ts";
import { PLAYER_PROCESSOR, type PlayerOrder, type PlayerReport, type VoiceMessage } from "../src/protocol/player.ts";

class PlayerProcessor extends AudioWorkletProcessor {
  readonly #mixer: Mixer;
  #engine: MessagePort | null = null;
  #orders: OrderReader | null = null;
  #faulted = false;

  constructor() {
    super();
    this.#mixer = new Mixer(sampleRate, {
      started: (index, sound, frame, as) => this.#report({ kind: "started", index, sound, time: (currentFrame + frame) / sampleRate, as }),
      ended: (index, sound) => this.#report({ kind: "ended", index, sound, time: currentTime }),
    });
    this.port.onmessage = ({ data }: MessageEvent<PlayerOrder>) => this.#guard(() => this.#obey(data));
  }

  override process(_inputs: readonly (readonly Float32Array[])[], outputs: readonly (readonly Float32Array[])[]): boolean {
    const left = outputs[0]?.[0];
    if (!left) return true;
    try {
      this.#playOrders();
      this.#mixer.mix(left, outputs[0]?.[1] ?? left, currentFrame);
    } catch (cause) {
      this.#fault(cause);
    }
    return true;
  }

  #obey(order: PlayerOrder): void {
    switch (order.kind) {
      case "connect":
        this.#engine?.close();
        this.#engine = order.port;
        this.#orders = order.orders ? new OrderReader(order.orders) : null;
        order.port.onmessage = ({ data }: MessageEvent<VoiceMessage>) => this.#guard(() => this.#follow(data));
        break;
      case "load":
        this.#mixer.load(order.sound, order.channels, order.traits);
        break;
      case "unload":
        this.#mixer.unload(order.sound);
        break;
      case "panic":
        this.#mixer.panic();
        break;
      case "flush":
        this.#report({ kind: "flushed", id: order.id });
        break;
      default:
        order satisfies never;
    }
  }

  #follow(message: VoiceMessage): void {
    // What is in the ring was sent before.
    this.#playOrders();
    switch (message.kind) {
      case "play":
        this.#play(message.order);
        break;
      case "configure":
        this.#mixer.configure(message.play);
        break;
      default:
        message satisfies never;
    }
    this.#orders?.follow();
  }

  #playOrders(): void {
    const ring = this.#orders;
    if (!ring) return;
    for (let order = ring.read(); order; order = ring.read()) this.#play(order);
  }

  #play(order: VoiceOrder): void {
    const wanted = order.sounds[0] ?? NO_SOUND;
    if (!this.#mixer.play(order) && wanted !== NO_SOUND) this.#report({ kind: "missing", index: order.index, sound: wanted });
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (cause) {
      this.#fault(cause);
    }
  }

  #fault(cause: unknown): void {
    if (this.#faulted) return;
    this.#faulted = true;
    this.#report({ kind: "fault", message: messageOf(cause) });
  }

  #report(report: PlayerReport): void {
    this.port.postMessage(report);
  }
}

/** A second load of this module meets the name taken: the first registration serves both. */
try {
  registerProcessor(PLAYER_PROCESSOR, PlayerProcessor);
} catch {
  // registered already
}
