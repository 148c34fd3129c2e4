/** Remembers which sounds have answered lately, so that none answers again too soon. */

export interface Taboo {
  /** Sounds of the last `count` answers before the retrieval of that index; null: before the next one. */
  before(index: number | null, count: number): readonly number[];
  /** The sound of that retrieval; one that was told before has given way to it. */
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
      const known = answers.findLastIndex((answer) => answer.index === index);
      if (known >= 0) answers[known] = { index, sound };
      else answers.push({ index, sound });
      if (answers.length > MOST) answers.shift();
    },
    forget() {
      answers = [];
    },
  };
}
