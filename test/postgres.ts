/** A real PostgreSQL with pgvector behind a real socket, in this process. */

import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";

export interface Postgres {
  readonly db: PGlite;
  readonly url: string;
  /** Every connection is lost, as where the server restarts. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function startPostgres(): Promise<Postgres> {
  const db = await PGlite.create({ extensions: { vector } });
  const listen = async (port: number) => {
    const server = new PGLiteSocketServer({ db, port, host: "127.0.0.1", maxConnections: 16 });
    await server.start();
    return server;
  };
  let socket = await listen(0);
  const address = socket.getServerConn();
  return {
    db,
    url: `postgres://postgres:secret@${address}/postgres`,
    async restart() {
      await socket.stop();
      socket = await listen(Number(address.split(":")[1]));
    },
    async close() {
      await socket.stop();
      await db.close();
    },
  };
}
