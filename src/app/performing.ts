/** Passes on what the player sets of how to listen and answer: to the listener worklet, the engine, the beat and the balance of input and answers. */

import { type PlaySettings, changePlay } from "../core/answer/play-settings.ts";
import { CONTEXTS } from "../core/features/feature.ts";
import type { EngineSettings } from "../protocol/engine.ts";
import type { ListenerSettings } from "../protocol/listener.ts";
import type { Graph } from "./audio/graph.ts";
import { type Transport, createTransport } from "./audio/transport.ts";
import { changedSettings } from "./settings.ts";

/** How input and answers are balanced. */
export interface Balance {
  /** 0: the input alone; 0.5: both; 1: the answers alone. */
  readonly mix: number;
  /** Whether a device is heard as well; files always are. */
  readonly monitor: boolean;
}

export interface BeatChange {
  /** Beats a minute. */
  readonly tempo?: number;
  readonly running?: boolean;
  /** Audio-clock second on which one of its beats falls, where it runs. */
  readonly at?: number;
}

export interface PerformingState {
  readonly settings: EngineSettings;
  readonly sensitivity: number;
  readonly balance: Balance;
  /** Whether answers that come back by a microphone are told from the player. */
  readonly guard: boolean;
}

export interface PerformingOptions {
  state(): PerformingState;
  set(change: Partial<PerformingState>): void;
  graph(): Graph | null;
  /** Whether a device is listened to, which loudspeakers may reach. */
  listensToDevice(): boolean;
  /** Tells the engine, where there is one. */
  tellEngine(settings: EngineSettings): void;
}

export interface Performing {
  configure(change: Partial<EngineSettings>): void;
  play(change: Partial<PlaySettings>): void;
  setSensitivity(value: number): void;
  setBalance(change: Partial<Balance>): void;
  setGuard(guard: boolean): void;
  /** Tempo of the beat, and whether it runs. */
  setBeat(change: BeatChange): void;
  /** An outside clock tells its beats a minute and when, in milliseconds of the page, one of its beats is; null: it has stopped. */
  followClock(clock: { readonly bpm: number; readonly beatTime: number } | null): void;
  /** Tells everything to a graph that was just made. */
  joinGraph(): void;
  /** Tells the listener, once it is there. */
  configureListener(): void;
}

export function createPerforming({ state, set, graph, listensToDevice, tellEngine }: PerformingOptions): Performing {
  let transport: Transport | null = null;

  const listenerSettings = (): ListenerSettings => {
    const { sensitivity, guard, settings } = state();
    const { play } = settings;
    return { sensitivity, guard: guard && listensToDevice(), contexts: CONTEXTS, grainSeconds: play.mode === "mosaic" ? play.grain : null, pitch: play.transpose > 0 };
  };
  const configureListener = () => graph()?.listener?.configure(listenerSettings());

  const configure = (change: Partial<EngineSettings>) => {
    set({ settings: changedSettings(state().settings, change) });
    configureListener();
    tellEngine(state().settings);
  };

  return {
    configure,
    play: (change) => configure({ play: changePlay(state().settings.play, change) }),
    setSensitivity(value) {
      if (!Number.isFinite(value)) return;
      set({ sensitivity: Math.min(1, Math.max(0, value)) });
      configureListener();
    },
    setBalance(change) {
      const { mix, monitor } = { ...state().balance, ...change };
      if (!Number.isFinite(mix)) return;
      set({ balance: { mix: Math.min(1, Math.max(0, mix)), monitor } });
      graph()?.setBalance(state().balance);
    },
    setGuard(guard) {
      set({ guard });
      configureListener();
    },
    setBeat({ tempo, running, at }) {
      if (at !== undefined && Number.isFinite(at) && running) return transport?.follow(tempo ?? transport.beat.tempo, at);
      if (tempo !== undefined) transport?.setTempo(tempo);
      // One that runs already keeps its phase: a host tells what it was told.
      if (running !== undefined && running !== transport?.beat.running) (running ? transport?.start() : transport?.stop());
    },
    followClock(clock) {
      const made = graph();
      if (!clock) return transport?.stop();
      // The moment of the audio clock that is heard on the beat.
      if (made) transport?.follow(clock.bpm, made.clock.soundingAt(clock.beatTime));
    },
    joinGraph() {
      const made = graph();
      if (!made) return;
      const { beat } = state().settings;
      transport?.dispose();
      transport = createTransport(made.tone, (next) => configure({ beat: next }));
      // A new context has a new clock: the old beat's moments mean nothing on it.
      if (beat.tempo > 0) transport.setTempo(beat.tempo);
      if (beat.running) transport.start();
      else configure({ beat: transport.beat });
      made.setBalance(state().balance);
    },
    configureListener,
  };
}
