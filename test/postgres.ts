/** A real PostgreSQL with pgvector behind a real socket, in this process. */

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
  const socket = new PGLiteSocketServer({ db, port: 0, host: "127.0.0.1", maxConnections: 4 });
  await socket.start();
  return {
    db,
    url: `postgres://postgres:secret@${socket.getServerConn()}/postgres`,
    async close() {
      await socket.stop();
      await db.close();
    },
  };
}
