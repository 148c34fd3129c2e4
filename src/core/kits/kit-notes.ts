/** Gathers what an import could not keep, each thing once, as sentences. */

type Kind = "opcode" | "header" | "value" | "element" | "left out";

const OPENINGS: Readonly<Record<Kind, string>> = {
  opcode: "Opcodes not read",
  header: "Headers not read",
  value: "Values not known",
  element: "Elements not read",
  "left out": "Left out",
};
/** Most different things that one sentence names. */
const NAMED = 40;

export class KitNotes {
  readonly #said = new Set<string>();
  readonly #counts = new Map<Kind, Map<string, number>>();

  say(sentence: string): void {
    this.#said.add(sentence);
  }

  count(kind: Kind, name: string, times = 1): void {
    const names = this.#counts.get(kind) ?? new Map<string, number>();
    names.set(name, (names.get(name) ?? 0) + times);
    this.#counts.set(kind, names);
  }

  /** Gives `kept`, and says so where it is not `written`. */
  bounded(pad: string, key: string, written: number, kept: number): number {
    if (Math.abs(written - kept) > 1e-9) this.say(`${pad}: ${key} ${written} became ${kept}.`);
    return kept;
  }

  sentences(): readonly string[] {
    const counted = [...this.#counts.entries()].map(([kind, names]) => {
      const listed = [...names.entries()].slice(0, NAMED).map(([name, times]) => (times > 1 ? `${name} (${times})` : name));
      const more = names.size > NAMED ? ` and ${names.size - NAMED} more` : "";
      return `${OPENINGS[kind]}: ${listed.join(", ")}${more}.`;
    });
    return [...this.#said, ...counted];
  }
}
