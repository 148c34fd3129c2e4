/** Compiles the library's Faust programs and plays one note of one of them, offline, in Node. */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
// The package's main entry is a script for pages; its module entry works in Node.
import { FaustCompiler, FaustMonoDspGenerator, LibFaust, instantiateFaustModuleFromFile } from "@grame/faustwasm/dist/esm/index.js";
import { FormatError } from "../../core/errors.ts";

export const SAMPLE_RATE = 48_000;
const BLOCK_SAMPLES = 512;

export interface Synthesiser {
  /** Mono output of `<dsp>.dsp` from a cleared state; `inputs` are its signals, all of the length wanted. */
  render(dsp: string, parameters: Readonly<Record<string, number>>, inputs: readonly Float32Array[]): Promise<Float32Array>;
}

export async function createSynthesiser(dspFolder: string): Promise<Synthesiser> {
  const wasm = createRequire(import.meta.url).resolve("@grame/faustwasm/libfaust-wasm/libfaust-wasm.js");
  const faust = await instantiateFaustModuleFromFile(wasm);
  const compiler = new FaustCompiler(new LibFaust(faust));
  compiler.fs().writeFile("blocks.lib", await readFile(join(dspFolder, "blocks.lib"), "utf8"));
  const generators = new Map<string, Promise<FaustMonoDspGenerator>>();

  async function compile(dsp: string): Promise<FaustMonoDspGenerator> {
    const generator = new FaustMonoDspGenerator();
    const code = await readFile(join(dspFolder, `${dsp}.dsp`), "utf8");
    if (!(await generator.compile(compiler, dsp, code, "-ftz 2"))) {
      throw new FormatError(`${dsp}.dsp: expected a Faust program, got ${compiler.getErrorMessage()}; mend the source`);
    }
    return generator;
  }

  return {
    async render(dsp, parameters, inputs) {
      let generator = generators.get(dsp);
      if (!generator) generators.set(dsp, (generator = compile(dsp)));
      const processor = await (await generator).createOfflineProcessor(SAMPLE_RATE, BLOCK_SAMPLES);
      if (!processor) throw new FormatError(`${dsp}.dsp: expected a processor, got none; mend the source`);
      const paths = new Map(processor.getParams().map((path) => [path.slice(path.lastIndexOf("/") + 1), path]));
      for (const [name, value] of Object.entries(parameters)) {
        const path = paths.get(name);
        if (path === undefined) throw new FormatError(`${dsp}.dsp: expected one of ${[...paths.keys()].join(", ")}, got the parameter ${name}; mend the table`);
        processor.setParamValue(path, value);
      }
      processor.start();
      const length = inputs[0]!.length;
      const output = new Float32Array(length);
      const ins = inputs.map(() => new Float32Array(BLOCK_SAMPLES));
      const out = new Float32Array(BLOCK_SAMPLES);
      for (let at = 0; at < length; at += BLOCK_SAMPLES) {
        const count = Math.min(BLOCK_SAMPLES, length - at);
        inputs.forEach((input, i) => {
          // The last block is filled with the last value: a pitch ratio of 0 would ask for an endless delay.
          ins[i]!.fill(input[at + count - 1]!);
          ins[i]!.set(input.subarray(at, at + count));
        });
        processor.compute(ins, [out]);
        output.set(out.subarray(0, count), at);
      }
      return output;
    },
  };
}
