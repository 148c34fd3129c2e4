/** SFZ instruments and Hydrogen drumkits as kits: round trips, every opcode read, and files that mean harm. */

import { strFromU8, strToU8 } from "fflate";
import { describe, expect, test } from "vitest";
import { FormatError } from "../../src/core/errors.ts";
import { writeH2Drumkit } from "../../src/core/kits/h2drumkit.ts";
import { type Kit, type KitFiles, type KitImport, type KitPad, soundingPads } from "../../src/core/kits/kit.ts";
import { readDrumkitXml, readH2Drumkit } from "../../src/core/kits/read-h2drumkit.ts";
import { readSfz } from "../../src/core/kits/read-sfz.ts";
import { writeSfz } from "../../src/core/kits/sfz.ts";
import { writeTarGz } from "../../src/core/kits/tar.ts";
import type { Audio } from "../../src/core/signal/audio.ts";
import { parseWav } from "../../src/core/signal/wav.ts";
import { HOSTILE_NAMES, randomKit, tone } from "./kit-fixture.ts";

/** Which pads choke each other, whatever number their group has. */
function partition(pads: readonly KitPad[]): readonly (number | null)[] {
  return pads.map(({ chokeGroup }) => (chokeGroup === null ? null : pads.findIndex((pad) => pad.chokeGroup === chokeGroup)));
}

function importFiles(files: KitFiles): Promise<KitImport> {
  const path = [...files.keys()].find((name) => name.endsWith(".sfz"))!;
  return readSfz(path, { text: async (name) => (files.has(name) ? strFromU8(files.get(name)!) : null), audio: async (name) => (files.has(name) ? parseWav(files.get(name)!, name) : null) });
}

/** Reads SFZ text whose samples all are one second of sound at 1000 Hz, so that frames are milliseconds. */
const second: Audio = { sampleRate: 1000, channels: [Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i))] };
function importText(text: string, others: Record<string, string> = {}): Promise<KitImport> {
  return readSfz("Kit/kit.sfz", { text: async (name) => (name === "Kit/kit.sfz" ? text : (others[name] ?? null)), audio: async () => second });
}
async function padsOf(text: string, others?: Record<string, string>): Promise<readonly KitPad[]> {
  return (await importText(text, others)).kit.pads;
}

describe("SFZ there and back", () => {
  test.each(Array.from({ length: 24 }, (_, index) => [index + 1]))("random kit %i", async (seed) => {
    const kit = randomKit(seed);
    const { kit: read, notes } = await importFiles(writeSfz(kit));
    expect(notes).toEqual([]);
    expect(read.pads.map(({ note, mode }) => [note, mode])).toEqual(kit.pads.map(({ note, mode }) => [note, mode]));
    expect(partition(read.pads)).toEqual(partition(kit.pads));
    const written = soundingPads(kit);
    const again = soundingPads(read);
    for (const [index, pad] of again.entries()) {
      const original = written[index]!;
      expect(pad.audio).toEqual(original.audio);
      expect([pad.startFrame, pad.endFrame]).toEqual([original.startFrame, original.endFrame]);
      expect(pad.gainDb).toBeCloseTo(original.gainDb, 5);
      expect(pad.tuneSemitones).toBeCloseTo(original.tuneSemitones, 5);
      for (const key of ["attack", "hold", "decay", "sustain", "release"] as const) expect(pad.envelope[key]).toBeCloseTo(original.envelope[key], 5);
      expect(pad.velocity.amount).toBeCloseTo(original.velocity.amount, 5);
      expect(pad.velocity.exponent).toBeCloseTo(original.velocity.exponent, 2);
    }
  });

  test("hostile pad names make no opcode, header or comment", async () => {
    const base = randomKit(3, 1).pads[0]!;
    const kit: Kit = { name: HOSTILE_NAMES.join(""), pads: HOSTILE_NAMES.map((name, note) => ({ ...base, name, note })) };
    const { kit: read, notes } = await importFiles(writeSfz(kit));
    expect(notes).toEqual([]);
    expect(read.pads.map(({ note }) => note)).toEqual(kit.pads.map(({ note }) => note));
    expect(read.pads[HOSTILE_NAMES.indexOf("太鼓")]!.name).toBe("太鼓");
  });
});

describe("SFZ as others write it", () => {
  test("headers inherit from the outside in, and a new one clears those within it", async () => {
    const pads = await padsOf(`
      <control> default_path=Drums\\
      <global> volume=-1 ampeg_release=2
      <master> tune=10
      <group> volume=-2 transpose=1
      <region> sample=a.wav key=36
      <region> sample=b.wav key=37 volume=-3
      <group> ampeg_attack=0.5
      <region> sample=c.wav key=38
      <master>
      <region> sample=d.wav key=39
      <global>
      <region> sample=e.wav key=40`);
    expect(pads.map(({ file }) => file)).toEqual(["a", "b", "c", "d", "e"].map((name) => `Kit/Drums/${name}.wav`));
    expect(pads.map(({ gainDb }) => gainDb)).toEqual([-2, -3, -1, -1, 0]);
    expect(pads.map(({ tuneSemitones }) => tuneSemitones)).toEqual([1.1, 1.1, 0.1, 0, 0]);
    expect(pads.map(({ envelope }) => envelope.release)).toEqual([2, 2, 2, 2, 0.001]);
    expect(pads.map(({ envelope }) => envelope.attack)).toEqual([0, 0, 0.5, 0, 0]);
  });

  test("notes as numbers and names, offsets, ranges and tracking", async () => {
    const pads = await padsOf(`
      <control> note_offset=1 octave_offset=-1
      <region> sample=a.wav key=c4
      <region> sample=b.wav key=c#4
      <region> sample=c.wav lokey=72 hikey=76 pitch_keycenter=60
      <region> sample=d.wav lokey=84 hikey=84 pitch_keytrack=0
      <region> sample=e.wav lokey=Db6 hikey=96 pitch_keycenter=d6`);
    expect(pads.map(({ note }) => note)).toEqual([49, 50, 61, 73, 75]);
    const plain = await padsOf("<region> sample=a.wav lokey=72 hikey=76 pitch_keycenter=60 <region> sample=b.wav lokey=50 hikey=50 pitch_keytrack=50 transpose=2 tune=-30");
    expect(plain.map(({ note, tuneSemitones }) => [note, tuneSemitones])).toEqual([[72, 12], [50, -5 + 2 - 0.3]]);
  });

  test("offset, end and loops in frames; end is played", async () => {
    const pads = await padsOf(`
      <region> sample=a.wav key=1 offset=100 end=499 loop_mode=one_shot
      <region> sample=a.wav key=2 loop_mode=loop_continuous loop_end=799
      <region> sample=a.wav key=3 loop_mode=loop_sustain loop_start=200
      <region> sample=a.wav key=4
      <region> sample=a.wav key=5 offset=5000
      <region> sample=a.wav key=6 end=-1`);
    expect(pads.map(({ startSeconds, endSeconds, mode }) => [startSeconds, endSeconds, mode])).toEqual([[0.1, 0.5, "one-shot"], [0, 0.8, "loop"], [0, 1, "loop"], [0, 1, "gate"], [0, 1, "gate"]]);
    expect((await importText("<region> sample=a.wav key=3 loop_mode=loop_sustain loop_start=200")).notes).toEqual(["a: the loop begins within the sound; a pad repeats all of it."]);
  });

  test("a hi-hat whose closed sound stops the open one", async () => {
    const pads = await padsOf(`
      <region> sample=closed.wav key=42 group=1
      <region> sample=open.wav key=46 group=2 off_by=1
      <region> sample=ride.wav key=51 group=7
      <region> sample=crash.wav key=49 group=9 off_by=9`);
    expect(pads.map(({ chokeGroup }) => chokeGroup)).toEqual([1, 1, null, 2]);
  });

  test("comments, macros, includes, blanks and backslashes", async () => {
    const pads = await padsOf(
      `// header <region> sample=no.wav key=1
      /* <region>
         sample=no.wav */
      #define $KICK 36
      #define $KICKVOL -4
      #define $EXT wav
      <control>default_path=..\\My Samples/
      <region>sample=sub\\Kick drum 01.$EXT key=$KICK volume=$KICKVOL // the kick
      #include "parts/more.sfz"`,
      { "Kit/parts/more.sfz": "<region> sample=Snare (rim).wav key=38 region_label=Rim shot" },
    );
    expect(pads.map(({ file, note, gainDb, name }) => [file, note, gainDb, name])).toEqual([
      ["My Samples/sub/Kick drum 01.wav", 36, -4, "Kick drum 01"],
      ["My Samples/Snare (rim).wav", 38, 0, "Rim shot"],
    ]);
  });

  test("velocity: the square where no points are written, else the exponent that fits them", async () => {
    const pads = await padsOf(`
      <region> sample=a.wav key=1
      <region> sample=a.wav key=2 amp_veltrack=0
      <region> sample=a.wav key=3 amp_veltrack=50 amp_velcurve_127=1 amp_velcurve_64=${(64 / 127) ** 1.5}`);
    expect(pads.map(({ velocity }) => velocity.amount)).toEqual([1, 0, 0.5]);
    expect(pads.map(({ velocity }) => velocity.exponent)).toEqual([2, 2, expect.closeTo(1.5, 9)]);
  });

  test("of velocity layers and round robins the firm, first one is taken, and said", async () => {
    const { kit, notes } = await importText(`
      <region> sample=soft.wav key=36 lovel=1 hivel=60
      <region> sample=firm.wav key=36 lovel=61 hivel=110 seq_length=2 seq_position=2
      <region> sample=firm2.wav key=36 lovel=61 hivel=110 seq_length=2 seq_position=1
      <region> sample=loud.wav key=36 lovel=111 hivel=127
      <region> sample=tail.wav key=36 trigger=release
      <region> sample=*sine key=40`);
    expect(kit.pads.map(({ file }) => file)).toEqual(["Kit/firm2.wav"]);
    expect(notes).toEqual(['A region of the generator "*sine" was left out: pads play samples.', "Left out: region for the release of a note, further layer of note 36 (3)."]);
  });

  test("what is not read is listed with its count, not fatal", async () => {
    const { kit, notes } = await importText("<region> sample=a.wav key=1 cutoff=900 pan=10 loop_mode=odd <region> sample=a.wav key=2 pan=20 volume=40 ampeg_attack=x <curve> curve_index=7 v000=1");
    expect(kit.pads.map(({ gainDb, envelope }) => [gainDb, envelope.attack])).toEqual([[0, 0], [6, 0]]);
    expect(notes).toEqual(["a: gainDb 40 became 6.", "Opcodes not read: cutoff, pan (2), curve_index, v000.", "Headers not read: <curve>.", "Values not known: loop_mode=odd."]);
  });

  test("names that every object has are not known either", async () => {
    const { kit, notes } = await importText("<region> sample=a.wav key=1 loop_mode=constructor constructor=1 __proto__=2");
    expect(kit.pads.map(({ mode }) => mode)).toEqual(["gate"]);
    expect(notes).toEqual(["Opcodes not read: constructor, __proto__.", "Values not known: loop_mode=constructor."]);
  });

  test("a sample that is not there leaves a pad that no writer takes, and a sentence", async () => {
    const { kit, notes } = await readSfz("k.sfz", { text: async () => "<region> sample=gone.wav key=36", audio: async () => null });
    expect(kit.pads[0]!.audio).toBeNull();
    expect(notes).toEqual(["gone.wav is not there: its pad is silent."]);
  });

  test("128 notes of an instrument are 128 pads", async () => {
    const pads = await padsOf(Array.from({ length: 128 }, (_, note) => `<region> sample=a.wav key=${note}`).join("\n"));
    expect(pads.map(({ note }) => note)).toEqual(Array.from({ length: 128 }, (_, note) => note));
  });
});

describe("SFZ that means harm", () => {
  const laughs = Array.from({ length: 30 }, (_, i) => `#define $m${i} ${i === 0 ? "ha" : `$m${i - 1}/`.repeat(10)}`).join("\n");
  test.each([
    ["nothing", ""],
    ["another text", "hello"],
    ["bytes", strFromU8(Uint8Array.from({ length: 400 }, (_, i) => (i * 37) % 256), true)],
    ["no region", "<group> key=36"],
    ["an opcode before any header", "key=36 <region> sample=a.wav"],
    ["a path out of the folder", "<region> sample=../../../etc/passwd key=36"],
    ["an absolute path", "<region> sample=/etc/passwd key=36"],
    ["a drive", "<region> sample=C:\\Windows\\a.wav key=36"],
    ["an include out of the folder", '#include "../../secret.sfz"\n<region> sample=a.wav'],
    ["an include that is not there", '#include "none.sfz"\n<region> sample=a.wav'],
    ["an include of itself", '#include "kit.sfz"\n<region> sample=a.wav'],
    ["macros that grow tenfold", `${laughs}\n<region> sample=$m29 key=1`],
    ["regions without a sample", "<region> key=36"],
  ])("%s is a FormatError", async (_, text) => {
    await expect(importText(text)).rejects.toThrow(FormatError);
  });

  test("any cut of a good file is a kit or a FormatError", async () => {
    const files = writeSfz(randomKit(11, 4));
    const text = strFromU8([...files.values()][0]!);
    for (let length = 0; length < text.length; length += 23) {
      const outcome = await importText(text.slice(0, length)).catch((cause: unknown) => cause);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(FormatError);
      else expect((outcome as KitImport).kit.pads.length).toBeGreaterThan(0);
    }
  });
});

describe("Hydrogen there and back", () => {
  const decode = async (bytes: Uint8Array, path: string) => parseWav(bytes, path);

  test.each(Array.from({ length: 16 }, (_, index) => [index + 1]))("random kit %i", async (seed) => {
    const kit = randomKit(seed);
    const archive = [...writeH2Drumkit(kit).values()][0]!;
    const { kit: read, notes } = await readH2Drumkit(archive, "kit.h2drumkit", decode);
    expect(notes).toEqual([]);
    expect(read.pads.map(({ note }) => note)).toEqual(kit.pads.map(({ note }) => note));
    for (const [index, { name }] of kit.pads.entries()) if (name.trim() !== "") expect(read.pads[index]!.name).toBe(name.replace(/\0|\p{Surrogate}/gu, "\ufffd").trim());
    expect(partition(read.pads)).toEqual(partition(kit.pads));
    const written = soundingPads(kit);
    for (const [index, pad] of soundingPads(read).entries()) {
      const { audio, startFrame, endFrame, ...original } = written[index]!;
      expect(pad.audio).toEqual({ ...audio, channels: audio.channels.map((channel) => channel.slice(startFrame, endFrame)) });
      expect([pad.startFrame, pad.endFrame]).toEqual([0, endFrame - startFrame]);
      expect(pad.gainDb).toBeCloseTo(original.gainDb, 2);
      expect(pad.tuneSemitones).toBeCloseTo(original.tuneSemitones, 5);
      expect(pad.mode).toBe(original.mode === "loop" ? "gate" : original.mode);
      for (const key of ["attack", "decay", "release"] as const) expect(Math.abs(pad.envelope[key] - original.envelope[key])).toBeLessThanOrEqual(0.5 / 44_100 + 1e-9);
      expect(pad.envelope.sustain).toBeCloseTo(original.envelope.sustain, 5);
      expect(pad.velocity.amount).toBe(original.velocity.amount >= 0.5 ? 1 : 0);
    }
  });
});

describe("Hydrogen as it was and is", () => {
  const load = async () => tone(100, 0.01);
  const kitOf = (instrument: string) => `<drumkit_info><name>Old</name><instrumentList>${instrument}</instrumentList></drumkit_info>`;

  test("layers in components: the hardest is taken, gains multiply, others are said", async () => {
    const { kit, notes } = await readDrumkitXml(
      kitOf(`<instrument><name>Kick</name><volume>0.5</volume><gain>2</gain><pitchOffset>1</pitchOffset><muteGroup>4</muteGroup><isStopNote>true</isStopNote><midiOutNote>35</midiOutNote><applyVelocity>false</applyVelocity>
        <instrumentComponent><component_id>0</component_id><gain>0.5</gain>
          <layer><filename>soft.wav</filename><min>0</min><max>0.5</max><gain>1</gain><pitch>0</pitch></layer>
          <layer><filename>hard.wav</filename><min>0.5</min><max>1</max><gain>0.5</gain><pitch>-3</pitch></layer>
        </instrumentComponent>
        <instrumentComponent><component_id>1</component_id><layer><filename>room.wav</filename></layer></instrumentComponent></instrument>`),
      "drumkit.xml",
      load,
    );
    expect(kit.pads).toHaveLength(1);
    expect(kit.pads[0]).toMatchObject({ name: "Kick", file: "hard.wav", note: 35, tuneSemitones: -2, chokeGroup: 1, mode: "gate", velocity: { amount: 0 } });
    expect(kit.pads[0]!.gainDb).toBeCloseTo(20 * Math.log10(0.25), 9);
    expect(notes).toEqual(["Left out: layer of a further component of Kick, softer layer of Kick."]);
  });

  test("layers in instruments (to 0.9.6), one file name (to 0.8), and no MIDI note", async () => {
    const { kit } = await readDrumkitXml(kitOf("<instrument><layer><filename>a.flac</filename></layer></instrument><instrument><filename>b.wav</filename></instrument><instrument><name>empty</name></instrument>"), "drumkit.xml", load);
    expect(kit.pads.map(({ file, note, mode }) => [file, note, mode])).toEqual([["a.flac", 36, "one-shot"], ["b.wav", 37, "one-shot"]]);
  });

  test("two instruments on one note come to stand on two", async () => {
    const { kit } = await readDrumkitXml(kitOf("<instrument><filename>a.wav</filename><midiOutNote>127</midiOutNote></instrument>".repeat(3)), "drumkit.xml", load);
    expect(kit.pads.map(({ note }) => note)).toEqual([127, 0, 1]);
  });

  test.each([
    ["another document", "<a/>"],
    ["no instrument", kitOf("")],
    ["no XML", "hello"],
    ["an entity", `<!DOCTYPE d [<!ENTITY x "y">]>${kitOf("<instrument><filename>&x;</filename></instrument>")}`],
  ])("%s is a FormatError", async (_, text) => {
    await expect(readDrumkitXml(text, "drumkit.xml", load)).rejects.toThrow(FormatError);
  });

  test("samples outside the archive are refused, and an archive without a drumkit is named", async () => {
    const archive = (file: string) => writeTarGz(new Map([["K/drumkit.xml", strToU8(kitOf(`<instrument><filename>${file}</filename></instrument>`))]]));
    await expect(readH2Drumkit(archive("../../../etc/passwd"), "k", load)).rejects.toThrow(/paths inside/);
    await expect(readH2Drumkit(writeTarGz(new Map([["a.txt", strToU8("a")]])), "k", load)).rejects.toThrow(/drumkit\.xml/);
    expect((await readH2Drumkit(archive("gone.wav"), "k", load)).notes).toEqual(["gone.wav is not there: its pad is silent."]);
  });
});
