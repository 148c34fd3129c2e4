// Starts a worker thread of feature-cache.ts: registers the TypeScript loader, then serves.
import { register } from "tsx/esm/api";

register();
const { serve } = await import("./feature-cache.ts");
serve();
