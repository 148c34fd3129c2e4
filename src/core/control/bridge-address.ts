/** Where `npx simile bridge` listens unless told otherwise, and the path on which pages come to it; programs take any other. */

export const BRIDGE_PORT = 8751;
export const PAGE_PATH = "/page";
