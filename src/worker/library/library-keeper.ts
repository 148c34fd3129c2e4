/** The library worker behind its contract: one store, one import at a time, and one tab that writes while the others read. */

import { MissingError, UnsupportedError } from "../../core/errors.ts";
import type { LibraryApi, LibraryEvent } from "../../protocol/library.ts";
import { type ImportSession, startImport } from "./import-session.ts";
import { DATABASE_NAME } from "./library-database.ts";
import { LibraryStore } from "./library-store.ts";

/** `name` is the database's, and the lock's that the writing tab holds. */
export function createLibraryKeeper(name = DATABASE_NAME): LibraryApi {
  let store: LibraryStore | null = null;
  let session: ImportSession | null = null;
  let tell: (event: LibraryEvent) => void = () => {};
  let writer = false;
  let release = () => {};
  const channel = new BroadcastChannel(name);

  const need = (): LibraryStore => {
    if (!store) throw new MissingError("Library: expected an open storage, got none; open it first.");
    return store;
  };
  const needToWrite = (): LibraryStore => {
    const open = need();
    if (!writer) throw new UnsupportedError("Library: expected one tab that writes, got another that does already; go on there, or close it: this one takes over then.");
    return open;
  };
  /** Tells this page and the other tabs what libraries there are now. */
  const announce = async (changed?: string) => {
    const libraries = await need().libraries();
    tell({ kind: "libraries", libraries, writer });
    if (changed) tell({ kind: "changed", library: changed });
    if (writer) channel.postMessage(changed ?? null);
  };
  channel.onmessage = async ({ data }: MessageEvent<string | null>) => {
    if (!store || writer) return;
    tell({ kind: "libraries", libraries: await store.libraries(), writer });
    if (data) tell({ kind: "changed", library: data });
  };

  /** Resolves once it is known whether this tab writes; where it does not, the lock is waited for. */
  const lock = async (): Promise<void> => {
    if (!navigator.locks) {
      writer = true;
      return;
    }
    const held = new Promise<void>((resolve) => (release = resolve));
    const take = (isWriter: () => void) => async (granted: Lock | null) => {
      if (!granted) return false;
      writer = true;
      isWriter();
      await held;
      return true;
    };
    await new Promise<void>((resolve) => {
      const first = navigator.locks.request(name, { ifAvailable: true }, take(resolve));
      void first.then((had) => {
        resolve();
        if (had) return;
        void navigator.locks.request(
          name,
          take(() => void mend().then(() => announce())),
        );
      });
    });
  };

  /** What a kill left behind is mended before anything is written. */
  const mend = async () => {
    for (const { id, unfinished } of await need().libraries()) if ((await need().recover(id)) || unfinished) await need().recount(id);
  };

  return {
    async open(report) {
      tell = report;
      store = await LibraryStore.open(() => tell({ kind: "libraries", libraries: [], writer: false }), name);
      await lock();
      if (writer) await mend();
      await announce();
    },
    async add(title, root, origin, paths) {
      const id = await needToWrite().add(title, root, origin, paths);
      await announce();
      return id;
    },
    sounds: (id) => need().sounds(id),
    embeddings: (id, rows) => need().embeddings(id, rows),
    async import(library, files, origin, host) {
      const open = needToWrite();
      if (session) throw new UnsupportedError("Import: expected one at a time, got another under way; let it end or cancel it.");
      session = startImport({ store: open, library, files, origin, host, report: (event) => tell(event) });
      try {
        return await session.done;
      } finally {
        session = null;
        await announce(library);
      }
    },
    async pause() {
      session?.pause();
    },
    async resume() {
      session?.resume();
    },
    async cancel() {
      session?.cancel();
      await session?.done;
    },
    async undrop(id) {
      const open = needToWrite();
      const files = await open.files(id);
      const held = new Set(files.filter(({ state }) => state === "held").map(({ sha256 }) => sha256));
      const gone = files.filter(({ state, sha256 }) => state === "gone" && !held.has(sha256));
      await open.put(id, gone.map((record) => ({ ...record, state: "held" })));
      await open.recount(id);
      await announce(id);
    },
    async edit(id, keys, edit) {
      await needToWrite().edit(id, keys, edit);
      await announce(id);
    },
    async configure(id, settings) {
      await needToWrite().change(id, settings);
      await announce(settings.patterns ? id : undefined);
    },
    async embedAnew(id, origin, host) {
      const open = needToWrite();
      await open.rewrite(id, { origin, embed: (features, rows) => host.embed(features, rows) });
      await announce(id);
    },
    async remove(id) {
      if (session) throw new UnsupportedError("Library: expected no import under way, got one; let it end or cancel it.");
      await needToWrite().remove(id);
      await announce();
    },
    async close() {
      session?.cancel();
      await session?.done.catch(() => {});
      store?.close();
      store = null;
      channel.close();
      release();
    },
  };
}
