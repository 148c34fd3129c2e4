/** `simile serve --from postgres://…`: lets pages ask a vector database. */

import { once } from "node:events";
import { parseCommand, UsageError, wholeOption } from "./command-line.ts";
import { createArchiveServer } from "./database/archive-server.ts";
import { listening } from "./listening.ts";
import { VectorDatabase } from "./database/vector-database.ts";

/** Serves until interrupted, then resolves with 0. Throws UsageError, and UnsupportedError where there is no database, or no such port. */
export async function serve(args: readonly string[]): Promise<number> {
  const { values } = parseCommand("serve", {
    args: [...args],
    options: { from: { type: "string" }, port: { type: "string", default: "8750" }, host: { type: "string", default: "127.0.0.1" }, origin: { type: "string", default: "http://localhost:4173" } },
  });
  const { from, host, origin } = values;
  if (!from) throw new UsageError("simile serve: expected --from postgres://…, got none; see npx simile serve --help.");
  const port = wholeOption("serve", "port", values.port, 0);
  if (port > 65_535) throw new UsageError(`simile serve: expected a port of at most 65535, got ${port}.`);
  const database = await VectorDatabase.open(from);
  const server = createArchiveServer(database, origin).listen(port, host);
  try {
    await listening(server, { who: "serve", expected: `port ${port} of ${host} free`, option: "--port" });
    const address = server.address();
    console.log(`Serving on http://${host}:${typeof address === "object" ? address?.port : port}; Ctrl-C stops.`);
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  } finally {
    server.close();
    server.closeAllConnections();
    await database.close();
  }
  return 0;
}
