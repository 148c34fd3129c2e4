/** Worker thread of `file-analysis.ts`: reads one audio file a task and gives its feature vector. */

import { serveTasks } from "./pool.ts";
import { analyseFile, type AnalysisTask } from "./file-analysis.ts";

serveTasks(async (task: AnalysisTask) => {
  const result = await analyseFile(task);
  return { result, transfer: [result.values.buffer as ArrayBuffer] };
});
