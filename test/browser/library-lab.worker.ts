/** The library worker as it ships, on a database of the test's own: the worker's name. */

import { expose } from "comlink";
import { createLibraryKeeper } from "../../src/worker/library/library-keeper.ts";

expose(createLibraryKeeper(self.name));
