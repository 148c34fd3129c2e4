// Starts a worker thread of a pool: registers the TypeScript loader, then hands over to the module that the pool names.
import { workerData } from "node:worker_threads";
import { register } from "tsx/esm/api";

register();
await import(workerData.module);
