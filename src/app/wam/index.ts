/** The instrument as a Web Audio Module 2: what a host imports. */

import type { WamNode as IWamNode } from "@webaudiomodules/api";
import { WebAudioModule } from "@webaudiomodules/sdk";
import descriptor from "./descriptor.json" with { type: "json" };
import { createWamGui } from "./wam-gui.ts";
import { SimileWamNode } from "./wam-node.ts";
import type { SimileWamState } from "./wam-state.ts";

/** Instances, so that each has a name of its own even where two are made in one moment. */
let count = 0;

class SimileWam extends WebAudioModule {
  readonly #instance = ++count;
  readonly #guis = new Map<Element, () => void>();

  constructor(groupId: string, context: BaseAudioContext) {
    super(groupId, context);
    Object.assign(this._descriptor, descriptor);
  }

  override get instanceId(): string {
    return `${super.instanceId}-${this.#instance}`;
  }

  override async createAudioNode(state?: SimileWamState): Promise<IWamNode> {
    const node = await SimileWamNode.open(this, { storage: { getItem: () => null, setItem: () => {} } });
    if (state) await node.setState(state);
    return node as unknown as IWamNode;
  }

  override async initialize(state?: SimileWamState): Promise<this> {
    if (!this._audioNode) this.audioNode = await this.createAudioNode(state);
    this.initialized = true;
    return this;
  }

  override async createGui(): Promise<HTMLElement> {
    const { element, leave } = createWamGui((this.audioNode as unknown as SimileWamNode).simile);
    this.#guis.set(element, leave);
    return element;
  }

  override destroyGui(gui?: Element): void {
    if (!gui) return;
    this.#guis.get(gui)?.();
    this.#guis.delete(gui);
    gui.remove();
  }
}

/** The API of Web Audio Modules finds the class by this name. */
export { SimileWam as default };
