/** Decoding ahead: one question at a time, the latest answer first, none twice, and nothing of a library that was left. */

import { expect, test } from "vitest";
import { AHEAD, createDecodeAhead } from "../../src/app/library/decode-ahead.ts";

function setUp() {
  const asked: { readonly id: number; readonly answer: (ids: readonly number[]) => void; readonly fail: () => void }[] = [];
  const preferred: (readonly number[])[] = [];
  const ahead = createDecodeAhead({
    near: (id, count) =>
      new Promise((resolve, reject) => {
        expect(count).toBe(AHEAD);
        asked.push({ id, answer: (ids) => resolve(ids.map((one) => ({ id: one }))), fail: () => reject(new Error("gone")) });
      }),
    prefer: (ids) => preferred.push(ids),
  });
  return { asked, preferred, ahead };
}
const settle = () => new Promise((resolve) => setTimeout(resolve));

test("asks for the neighbours of an answer and has them decoded", async () => {
  const { asked, preferred, ahead } = setUp();
  ahead.answered(3);
  asked[0]!.answer([4, 5]);
  await settle();
  expect(preferred).toEqual([[4, 5]]);
  ahead.answered(3);
  expect(asked).toHaveLength(1);
});

test("while one question is out only the latest answer waits; a question that fails is passed over", async () => {
  const { asked, preferred, ahead } = setUp();
  for (const id of [1, 2, 3, 4]) ahead.answered(id);
  expect(asked.map(({ id }) => id)).toEqual([1]);
  asked[0]!.fail();
  await settle();
  expect(asked.map(({ id }) => id)).toEqual([1, 4]);
  asked[1]!.answer([9]);
  await settle();
  expect(preferred).toEqual([[9]]);
});

test("what is said of a library that was left is not decoded", async () => {
  const { asked, preferred, ahead } = setUp();
  ahead.answered(1);
  ahead.forget();
  asked[0]!.answer([2]);
  await settle();
  expect(preferred).toEqual([]);
  ahead.answered(1);
  expect(asked).toHaveLength(2);
});
