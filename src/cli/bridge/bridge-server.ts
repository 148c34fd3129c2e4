/** Passes messages between pages and programs: JSON over WebSocket for both, and OSC over UDP for programs that speak only that. */

import { type Socket, createSocket } from "node:dgram";
import { type AddressInfo, isIP } from "node:net";
import { fromBuffer, toBuffer } from "osc-min";
import { WebSocket, WebSocketServer } from "ws";
import { PAGE_PATH } from "../../core/control/bridge-address.ts";
import { type ControlMessage, MOST_MESSAGE_BYTES, parseControlMessage, readControlMessage } from "../../core/control/control-message.ts";
import { messageOf } from "../../core/errors.ts";
import { listening } from "../listening.ts";

export interface BridgeServerOptions {
  readonly port: number;
  readonly host: string;
  /** Origins of pages that may come: a page of anyone else's, open in the same browser, may not play or listen. */
  readonly origins: readonly string[];
  /** UDP port on which OSC is heard, on the same host; none without it. */
  readonly oscIn?: number;
  /** Where reports go as OSC. */
  readonly oscOut?: { readonly host: string; readonly port: number };
}

export interface BridgeServer {
  readonly port: number;
  readonly oscPort: number | null;
  close(): Promise<void>;
}

const MOST_CONNECTIONS = 32;
/** A program that does not read is let go at this many bytes. */
const MOST_WAITING_BYTES = 2 ** 20;

/** Starts at once. Throws UnsupportedError, and holds no port, where one cannot be had. */
export async function createBridgeServer({ port, host, origins, oscIn, oscOut }: BridgeServerOptions): Promise<BridgeServer> {
  const pages = new Set<WebSocket>();
  const programs = new Set<WebSocket>();
  const server = new WebSocketServer({
    port,
    host,
    maxPayload: MOST_MESSAGE_BYTES,
    perMessageDeflate: false,
    // Browsers always tell the origin of the page; programs tell none, and are on this machine or were let in by --host.
    verifyClient: ({ origin }: { origin: string | undefined }) => (origin === undefined || origins.includes(origin)) && pages.size + programs.size < MOST_CONNECTIONS,
  });
  await listening(server, { who: "bridge", expected: `port ${port} of ${host} free for WebSocket`, option: "--port" });
  const udp: Socket | null = oscIn === undefined && !oscOut ? null : createSocket(isIP(host) === 6 ? "udp6" : "udp4");

  const send = (to: WebSocket, message: ControlMessage) => {
    if (to.readyState !== WebSocket.OPEN) return;
    if (to.bufferedAmount > MOST_WAITING_BYTES) to.terminate();
    else to.send(JSON.stringify(message));
  };
  const fault = (cause: unknown): ControlMessage => ({ address: "/simile/fault", args: [messageOf(cause)] });
  const toPages = (message: ControlMessage) => {
    for (const page of pages) send(page, message);
  };
  const toPrograms = (message: ControlMessage) => {
    for (const program of programs) send(program, message);
    if (udp && oscOut) udp.send(oscOf(message), oscOut.port, oscOut.host, () => {});
  };

  server.on("connection", (socket, request) => {
    const isPage = new URL(request.url ?? "/", "ws://bridge").pathname === PAGE_PATH;
    const room = isPage ? pages : programs;
    room.add(socket);
    // A program that comes later than the page wants to know how things stand.
    if (!isPage) toPages({ address: "/simile/get", args: [] });
    socket.on("message", (data, binary) => {
      try {
        const message = parseControlMessage(binary ? "" : String(data));
        (isPage ? toPrograms : toPages)(message);
      } catch (cause) {
        send(socket, fault(cause));
      }
    });
    socket.on("error", () => socket.terminate());
    socket.on("close", () => room.delete(socket));
  });
  udp?.on("message", (bytes) => {
    try {
      for (const message of messagesOf(bytes)) toPages(message);
    } catch (cause) {
      toPrograms(fault(cause));
    }
  });
  const close = async () => {
    udp?.close();
    for (const socket of [...pages, ...programs]) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  };
  if (udp) {
    udp.bind(oscIn ?? 0, host);
    try {
      await listening(udp, { who: "bridge", expected: `UDP port ${oscIn ?? 0} of ${host} free for OSC`, option: "--osc-in" });
    } catch (cause) {
      await close();
      throw cause;
    }
  }
  return {
    port: (server.address() as AddressInfo).port,
    oscPort: udp && oscIn !== undefined ? udp.address().port : null,
    close,
  };
}

/** Whole numbers as OSC's int32, others as float32, as SuperCollider and Pd send theirs. */
function oscOf({ address, args }: ControlMessage): Uint8Array {
  const typed = args.map((value) => (typeof value === "string" ? { type: "string" as const, value } : Number.isInteger(value) ? { type: "integer" as const, value } : { type: "float" as const, value }));
  const { buffer, byteOffset, byteLength } = toBuffer({ address, args: typed });
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The messages of an OSC packet; those of a bundle in their order, at once. Throws for what is no packet, or holds no message of ours. */
function messagesOf(bytes: Uint8Array): readonly ControlMessage[] {
  const unpack = (packet: ReturnType<typeof fromBuffer>): readonly ControlMessage[] =>
    packet.oscType === "bundle" ? packet.elements.flatMap(unpack) : [readControlMessage({ address: packet.address, args: packet.args.map((arg) => ("value" in arg ? arg.value : null)) })];
  return unpack(fromBuffer(bytes));
}
