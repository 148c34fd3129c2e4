/** The library worker's entry: the one place that writes the user's libraries, held by one tab at a time; it holds a lock for as long as it lives. */

import { expose } from "comlink";
import { createLibraryKeeper } from "./library/library-keeper.ts";
import { holdLifeLock } from "./life-lock.ts";

holdLifeLock();
expose(createLibraryKeeper());
