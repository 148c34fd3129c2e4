/** `simile bridge` where a port is taken: a sentence that names the option, an end, and no port still held. */

import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { createBridgeServer } from "../../src/cli/bridge/bridge-server.ts";

const HOST = "127.0.0.1";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function takenUdpPort() {
  const socket = createSocket("udp4").bind(0, HOST);
  await once(socket, "listening");
  return { port: socket.address().port, close: () => socket.close() };
}

function bridge(...args: string[]): Promise<{ code: unknown; err: string; killed: boolean }> {
  return new Promise((done) => {
    execFile(process.execPath, [resolve(import.meta.dirname, "../../src/cli/simile.js"), "bridge", ...args], { timeout: 30_000 }, (fault, _, err) => done({ code: fault?.code ?? 0, err, killed: fault?.killed ?? false }));
  });
}

test("where the port of OSC is taken, that of the WebSocket is free again", async () => {
  const taken = await takenUdpPort();
  const port = await freePort();
  try {
    await expect(createBridgeServer({ port, host: HOST, origins: [], oscIn: taken.port })).rejects.toMatchObject({ name: "UnsupportedError", message: expect.stringMatching(/^bridge: expected UDP port \d+ of .+, got .*EADDRINUSE.*; choose another with --osc-in.*\.$/) });
    const server = await createBridgeServer({ port, host: HOST, origins: [] });
    expect(server.port).toBe(port);
    await server.close();
  } finally {
    taken.close();
  }
});

test("where the port of the WebSocket is taken, the sentence names --port", async () => {
  const first = await createBridgeServer({ port: 0, host: HOST, origins: [] });
  try {
    await expect(createBridgeServer({ port: first.port, host: HOST, origins: [], oscIn: 0 })).rejects.toMatchObject({ name: "UnsupportedError", message: expect.stringMatching(/^bridge: expected port \d+ of .+, got .*EADDRINUSE.*; choose another with --port.*\.$/) });
  } finally {
    await first.close();
  }
});

test("the command ends", { timeout: 60_000 }, async () => {
  const taken = await takenUdpPort();
  try {
    const outcome = await bridge("--port", "0", "--osc-in", String(taken.port));
    expect(outcome).toEqual({ code: 1, killed: false, err: expect.stringContaining("choose another with --osc-in") });
  } finally {
    taken.close();
  }
});
