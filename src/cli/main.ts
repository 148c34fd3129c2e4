/** The command line: finds the command, runs it, and turns whatever it throws into one sentence and an exit code. */

import { sentence, UsageError } from "./command-line.ts";
import { COMMANDS, help } from "./usage.ts";

async function run(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(help(COMMANDS.find((command) => name === "help" && command.name === rest[0])));
    return 0;
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (!command) throw new UsageError(`simile: expected a command (${COMMANDS.map((candidate) => candidate.name).join(", ")}), got ${name === undefined ? "none" : JSON.stringify(name)}; see npx simile --help.`);
  const options = rest.includes("--") ? rest.slice(0, rest.indexOf("--")) : rest;
  if (options.includes("--help") || options.includes("-h")) {
    process.stdout.write(help(command));
    return 0;
  }
  return command.run(rest);
}

function codeOf(cause: unknown): string {
  return String((cause as { code?: unknown } | null)?.code ?? "");
}

/** A reader that closed its end (`| head`) wants no more. */
process.stdout.on("error", (cause) => process.exit(codeOf(cause) === "EPIPE" ? 0 : 1));

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (cause) {
  if (cause instanceof UsageError) {
    console.error(cause.message);
    process.exitCode = 2;
  } else if (codeOf(cause).startsWith("ERR_PARSE_ARGS")) {
    console.error(`simile: ${sentence(cause)} See npx simile --help.`);
    process.exitCode = 2;
  } else {
    console.error(cause instanceof Error ? cause.message : String(cause));
    if (process.env["SIMILE_STACK"] && cause instanceof Error) console.error(cause.stack);
    process.exitCode = 1;
  }
}
