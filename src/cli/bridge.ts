/** `simile bridge`: joins the page to SuperCollider, Pd and live coders. */

import { once } from "node:events";
import { BRIDGE_PORT } from "../core/control/bridge-address.ts";
import { createBridgeServer } from "./bridge/bridge-server.ts";
import { parseCommand, UsageError, wholeOption } from "./command-line.ts";

/** Runs until interrupted, then resolves with 0. Throws UsageError. */
export async function bridge(args: readonly string[]): Promise<number> {
  const { values } = parseCommand("bridge", {
    args: [...args],
    options: {
      port: { type: "string", default: String(BRIDGE_PORT) },
      host: { type: "string", default: "127.0.0.1" },
      origin: { type: "string", multiple: true, default: ["http://localhost:4173", "http://127.0.0.1:4173"] },
      "osc-in": { type: "string" },
      "osc-out": { type: "string" },
    },
  });
  const portOf = (option: string, text: string, least: number) => {
    const port = wholeOption("bridge", option, text, least);
    if (port > 65_535) throw new UsageError(`simile bridge: expected a port of at most 65535 after --${option}, got ${port}.`);
    return port;
  };
  const { host } = values;
  const out = values["osc-out"] === undefined ? null : /^(?:(.+):)?(\d+)$/.exec(values["osc-out"]);
  if (values["osc-out"] !== undefined && !out) throw new UsageError(`simile bridge: expected --osc-out PORT or HOST:PORT, got ${JSON.stringify(values["osc-out"])}.`);
  const server = await createBridgeServer({
    port: portOf("port", values.port, 0),
    host,
    origins: values.origin,
    ...(values["osc-in"] === undefined ? {} : { oscIn: portOf("osc-in", values["osc-in"], 0) }),
    ...(out ? { oscOut: { host: out[1] ?? host, port: portOf("osc-out", out[2]!, 1) } } : {}),
  });
  console.log(`Bridge on ws://${host}:${server.port}; open the page with ?bridge=ws://${host}:${server.port}; Ctrl-C stops.`);
  if (server.oscPort !== null) console.log(`OSC in on UDP port ${server.oscPort}.`);
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  await server.close();
  return 0;
}
