/** Reads the bytes of one MIDI port as events, running status and broken streams included. */

/** Channels are 1 to 16, data 0 to 127 unless said. */
export type MidiEvent =
  | { readonly kind: "note-on"; readonly channel: number; readonly note: number; /** 1 to 127. */ readonly velocity: number }
  | { readonly kind: "note-off"; readonly channel: number; readonly note: number }
  | { readonly kind: "key-pressure"; readonly channel: number; readonly note: number; readonly value: number }
  | { readonly kind: "control"; readonly channel: number; readonly controller: number; readonly value: number }
  | { readonly kind: "program"; readonly channel: number; readonly program: number }
  | { readonly kind: "pressure"; readonly channel: number; readonly value: number }
  /** -1 to 1 of the channel's range. */
  | { readonly kind: "bend"; readonly channel: number; readonly value: number }
  | { readonly kind: "clock" | "start" | "continue" | "stop" }
  | { readonly kind: "reset" }
  /** In sixteenths of a whole note, 0 to 16,383. */
  | { readonly kind: "position"; readonly sixteenths: number };

export interface MidiReader {
  /** What these bytes complete. Data without a status, system exclusive and active sensing are passed over. */
  read(bytes: ArrayLike<number>): readonly MidiEvent[];
}

/** Data bytes after a status of 0x80, 0x90, … 0xE0, then of 0xF0 to 0xF7. */
const CHANNEL_DATA = [2, 2, 2, 2, 1, 1, 2];
const SYSTEM_DATA = [0, 1, 2, 1, 0, 0, 0, 0];
const SYSEX = 0xf0;
const POSITION = 0xf2;
const REAL_TIME: Readonly<Record<number, MidiEvent>> = {
  0xf8: { kind: "clock" },
  0xfa: { kind: "start" },
  0xfb: { kind: "continue" },
  0xfc: { kind: "stop" },
  0xff: { kind: "reset" },
};
const CENTRE = 8192;

/** Real-time bytes may stand anywhere, even inside another message, as the MIDI 1.0 specification allows. */
export function createMidiReader(): MidiReader {
  /** 0 where the next data byte belongs to nothing. */
  let status = 0;
  let first = -1;

  const take = (byte: number, events: MidiEvent[]) => {
    if (status === 0 || status === SYSEX) return;
    const wanted = status < SYSEX ? CHANNEL_DATA[(status >> 4) - 8]! : SYSTEM_DATA[status - SYSEX]!;
    if (wanted === 2 && first < 0) {
      first = byte;
      return;
    }
    const event = eventOf(status, wanted === 2 ? first : byte, byte);
    if (event) events.push(event);
    first = -1;
    // System messages end running status.
    if (status >= SYSEX) status = 0;
  };

  return {
    read(bytes) {
      const events: MidiEvent[] = [];
      for (let i = 0; i < bytes.length; i++) {
        const byte = bytes[i]! & 0xff;
        if (byte >= 0xf8) {
          const event = REAL_TIME[byte];
          if (event) events.push(event);
          if (byte === 0xff) status = 0;
        } else if (byte >= 0x80) {
          status = byte === 0xf7 || (byte > SYSEX && SYSTEM_DATA[byte - SYSEX] === 0) ? 0 : byte;
          first = -1;
        } else take(byte, events);
      }
      return events;
    },
  };
}

function eventOf(status: number, one: number, two: number): MidiEvent | null {
  const channel = (status & 0x0f) + 1;
  switch (status & 0xf0) {
    case 0x80:
      return { kind: "note-off", channel, note: one };
    case 0x90:
      return two === 0 ? { kind: "note-off", channel, note: one } : { kind: "note-on", channel, note: one, velocity: two };
    case 0xa0:
      return { kind: "key-pressure", channel, note: one, value: two };
    case 0xb0:
      return { kind: "control", channel, controller: one, value: two };
    case 0xc0:
      return { kind: "program", channel, program: one };
    case 0xd0:
      return { kind: "pressure", channel, value: one };
    case 0xe0:
      return { kind: "bend", channel, value: Math.max(-1, (one + 128 * two - CENTRE) / (CENTRE - 1)) };
    default:
      return status === POSITION ? { kind: "position", sixteenths: one + 128 * two } : null;
  }
}
