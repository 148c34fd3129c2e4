/** The library worker's entry: the one place that writes the user's libraries, held by one tab at a time. */

import { expose } from "comlink";
import { createLibraryKeeper } from "./library/library-keeper.ts";

expose(createLibraryKeeper());
