/** The library worker as it ships, on a database of the test's own: the second word of the worker's name, the first being its lock's. */

import { expose } from "comlink";
import { createLibraryKeeper } from "../../src/worker/library/library-keeper.ts";
import { holdLifeLock } from "../../src/worker/life-lock.ts";

const [life, database] = self.name.split(" ");
holdLifeLock(life);
expose(createLibraryKeeper(database));
