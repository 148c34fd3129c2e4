/** A real PostgreSQL with pgvector behind a real socket, in this process. */

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";

export interface Postgres {
  readonly db: PGlite;
  readonly url: string;
  close(): Promise<void>;
}

export async function startPostgres(): Promise<Postgres> {
  const db = await PGlite.create({ extensions: { vector } });
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  const socket = new PGLiteSocketServer({ db, port, host: "127.0.0.1", maxConnections: 4 });
  await socket.start();
  return {
    db,
    url: `postgres://postgres:secret@127.0.0.1:${port}/postgres`,
    async close() {
      await socket.stop();
      await db.close();
    },
  };
}
