/** Joins the instrument to `npx simile bridge`: a WebSocket over which it is played and over which it tells what it answers. */

import { BRIDGE_PORT, PAGE_PATH } from "../../core/control/bridge-address.ts";
import { parseControlMessage } from "../../core/control/control-message.ts";
import { FormatError, MissingError } from "../../core/errors.ts";
import type { Simile } from "../simile-state.ts";
import { createRemote } from "./remote.ts";

export interface BridgeOptions {
  readonly simile: Simile;
  /** What `npx simile bridge` prints, such as ws://127.0.0.1:8751. */
  readonly address: string;
  /** Whether the bridge may run on another machine; default: on this one alone. */
  readonly elsewhere?: boolean;
  /** Called with each connection and its loss. */
  onState?(connected: boolean): void;
  /** Called where some tries in a row have failed, and with null at the next connection. */
  onFault?(fault: MissingError | null): void;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
/** Between two tries to connect, milliseconds: at first, and at most. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
/** Tries that fail in a row before that is told: a bridge may be started after the page. */
const QUIET_TRIES = 3;
/** Reports are left out, newest first, where the bridge does not take them. */
const MOST_WAITING_BYTES = 2 ** 20;

/** Connects, and again whenever the connection is lost; returns how to stop. Throws FormatError for an address that is none, or is elsewhere. */
export function createBridge({ simile, address, elsewhere = false, onState, onFault }: BridgeOptions): () => void {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !/^wss?:$/.test(url.protocol)) throw new FormatError(`Bridge: expected an address such as ws://127.0.0.1:${BRIDGE_PORT}, got ${JSON.stringify(address.slice(0, 60))}; copy it from where npx simile bridge prints it.`);
  if (!elsewhere && !LOOPBACK.test(url.hostname)) throw new FormatError(`Bridge: expected an address on this machine, got ${url.hostname}; run npx simile bridge here.`);
  url.pathname = PAGE_PATH;
  let socket: WebSocket | null = null;
  let stopped = false;
  let wait = FIRST_WAIT;
  let failed = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const remote = createRemote(simile, (message) => {
    if (socket?.readyState === WebSocket.OPEN && socket.bufferedAmount < MOST_WAITING_BYTES) socket.send(JSON.stringify(message));
  });

  const connect = () => {
    const next = new WebSocket(url);
    socket = next;
    next.onopen = () => {
      wait = FIRST_WAIT;
      failed = 0;
      onState?.(true);
      onFault?.(null);
      remote.tell();
    };
    next.onmessage = ({ data }) => {
      // What the bridge lets through is a message; anything else has nothing to say to the instrument.
      try {
        remote.receive(parseControlMessage(String(data)));
      } catch (cause) {
        if (!(cause instanceof FormatError)) throw cause;
      }
    };
    next.onclose = () => {
      if (stopped) return;
      onState?.(false);
      if (++failed === QUIET_TRIES) onFault?.(new MissingError(`Bridge: expected an answer from ${url.origin}, got none; start it by npx simile bridge --port ${url.port || 80} --origin ${location.origin}, and the page joins it by itself.`));
      timer = setTimeout(connect, wait);
      wait = Math.min(LONGEST_WAIT, wait * 2);
    };
  };
  connect();
  return () => {
    stopped = true;
    clearTimeout(timer);
    remote.dispose();
    socket?.close();
  };
}
