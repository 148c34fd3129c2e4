/** The state that a host keeps of the module: what was written is read, and what is none of ours is told in one sentence. */

import { describe, expect, test } from "vitest";
import { readWamState } from "../../src/app/wam/wam-state.ts";
import { FormatError } from "../../src/core/errors.ts";
import { createBank } from "../../src/core/pads/pad-bank.ts";
import { writePadPreset } from "../../src/core/presets/pad-preset.ts";

const bank = createBank("kit", "Mine");
const state = { version: 1, settings: { mode: "mosaic", volume: -9, count: 20, answering: 0, "own-technique": "pizzicato" }, pads: writePadPreset({ name: "state", author: "", licence: "", banks: [bank] }) };

describe("the state of the Web Audio Module", () => {
  test("gives back settings and banks, numbers within their bounds, and nothing that this version does not know", () => {
    expect(readWamState(state)).toEqual({ settings: [["answering", 0], ["count", 20], ["own-technique", "pizzicato"], ["mode", "mosaic"], ["volume", -9]], banks: [bank] });
    const { settings } = readWamState({ ...state, settings: { volume: 1e9, count: 2.4, answering: true, later: {}, constructor: null } });
    expect(settings).toEqual([["answering", 1], ["count", 2], ["volume", 12]]);
  });

  test("a tempo of nothing is no tempo", () => {
    expect(readWamState({ ...state, settings: { tempo: 0 } }).settings).toEqual([]);
    expect(readWamState({ ...state, settings: { tempo: 90 } }).settings).toEqual([["tempo", 90]]);
  });

  test.each([
    [null, "Web Audio Module: state: expected an object, got null; hand over what getState gave."],
    ["a text", 'Web Audio Module: state: expected an object, got "a text"; hand over what getState gave.'],
    [{ ...state, version: 2 }, "Web Audio Module: state: version: expected 1, got 2; hand over what getState gave."],
    [{ ...state, settings: null }, "Web Audio Module: state: settings: expected an object, got null; hand over what getState gave."],
    [{ ...state, settings: [] }, "Web Audio Module: state: settings: expected an object, got []; hand over what getState gave."],
    [{ version: 1, pads: state.pads }, "Web Audio Module: state: settings: expected an object, got nothing; hand over what getState gave."],
    [{ ...state, settings: { volume: "loud" } }, 'Web Audio Module: state: settings: volume: expected a number, got "loud"; hand over what getState gave.'],
    [{ ...state, settings: { volume: Number.NaN } }, "Web Audio Module: state: settings: volume: expected a number or a text, got null; hand over what getState gave."],
    [{ ...state, settings: { mode: "loud" } }, 'Web Audio Module: state: settings: mode: expected one of hit, progressive, mosaic, got "loud"; hand over what getState gave.'],
    [{ ...state, settings: { answering: {} } }, "Web Audio Module: state: settings: answering: expected a number or a text, got {}; hand over what getState gave."],
    [{ ...state, pads: 7 }, "Web Audio Module: state: pads: expected a text, got 7; hand over what getState gave."],
    [{ ...state, pads: "{}" }, 'Web Audio Module: state: pads: format: expected "simile-pads", got nothing; export the preset again.'],
  ])("refuses %j", (other, sentence) => {
    expect(() => readWamState(other)).toThrow(new FormatError(sentence));
  });
});
