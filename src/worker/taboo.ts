/** Remembers which sounds have answered lately, so that none answers again too soon. */

export interface Taboo {
  /** Sounds of the last `count` answers before the retrieval of that index; null: before the next one. */
  before(index: number | null, count: number): readonly number[];
  answered(index: number, sound: number): void;
  forget(): void;
}

/** Answers remembered. */
const MOST = 1024;

export function createTaboo(): Taboo {
  let answers: { readonly index: number; readonly sound: number }[] = [];
  return {
    before: (index, count) => (count < 1 ? [] : answers.filter((answer) => index === null || answer.index < index).slice(-count).map(({ sound }) => sound)),
    answered(index, sound) {
      answers.push({ index, sound });
      if (answers.length > MOST) answers.shift();
    },
    forget() {
      answers = [];
    },
  };
}
