/** Parts of the page's script that do not come when they are wanted: each a sentence with a remedy, and nothing else is blamed. */

import { afterEach, expect, test, vi } from "vitest";
import { createMidiPorts } from "../../src/app/midi/midi-ports.ts";
import { createKitDesk } from "../../src/app/pads/kit-desk.ts";
import { createBoard } from "../../src/app/pads/pad-board.ts";
import type { PadDesk } from "../../src/app/pads/pad-desk.ts";

afterEach(() => {
  vi.doUnmock("webmidi");
  vi.doUnmock("fflate");
});

const lost = () => {
  throw new TypeError("Failed to fetch dynamically imported module");
};

test("MIDI without its script is no refused permission, and can be asked for again", async () => {
  vi.doMock("webmidi", lost);
  const accesses: string[] = [];
  const faults: (Error | null)[] = [];
  const ports = createMidiPorts({ onAccess: (access) => void accesses.push(access), onPorts: () => {}, onBytes: () => {}, onFault: (fault) => void faults.push(fault), requestAccess: async () => ({}) });
  await ports.enable();
  await ports.enable();
  expect(accesses).toEqual(["asking", "off", "asking", "off"]);
  expect(faults[0]).toMatchObject({ name: "MissingError", message: expect.stringMatching(/^MIDI: expected the rest of the page's script, got ".+"; check the connection to the server and try again\.$/s) });
  await ports.dispose();
});

test("a kit that cannot be written without its script is told, and there is no file", async () => {
  vi.doMock("fflate", lost);
  const faults: unknown[] = [];
  const pads = { state: { board: createBoard(), faces: [] } } as Partial<PadDesk> as PadDesk;
  const kits = createKitDesk({ pads, recorder: {} as never, context: () => null, onChange: () => {}, onFault: (cause) => void faults.push(cause), tempo: () => 120, storage: null, imported: null });
  expect(await kits.exportBank("sfz")).toBe(null);
  expect(faults).toMatchObject([{ name: "MissingError", message: expect.stringMatching(/^Kit: expected the rest of the page's script, got/) }]);
});
