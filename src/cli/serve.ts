/** `simile serve --from postgres://…`: lets pages ask a vector database. */

import { once } from "node:events";
import { parseArgs } from "node:util";
import { createArchiveServer } from "./database/archive-server.ts";
import { VectorDatabase } from "./database/vector-database.ts";

const USAGE = "usage: simile serve --from postgres://user@host/database [--port 8750] [--host 127.0.0.1] [--origin http://localhost:4173]";

/** Serves until interrupted. Exit code 0 then, 2 on wrong usage; faults are thrown. */
export async function serve(args: string[]): Promise<number> {
  const options = parse(args);
  if (!options) {
    console.error(USAGE);
    return 2;
  }
  const database = await VectorDatabase.open(options.from);
  const server = createArchiveServer(database, options.origin).listen(options.port, options.host);
  try {
    await once(server, "listening");
    const address = server.address();
    console.log(`Serving on http://${options.host}:${typeof address === "object" ? address?.port : options.port}; Ctrl-C stops.`);
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  } finally {
    server.close();
    server.closeAllConnections();
    await database.close();
  }
  return 0;
}

function parse(args: string[]): { from: string; port: number; host: string; origin: string } | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: { from: { type: "string" }, port: { type: "string", default: "8750" }, host: { type: "string", default: "127.0.0.1" }, origin: { type: "string", default: "http://localhost:4173" } },
    });
    const port = Number(values.port);
    return values.from && Number.isInteger(port) && port >= 0 && port < 65536 ? { from: values.from, port, host: values.host, origin: values.origin } : undefined;
  } catch {
    return undefined;
  }
}
