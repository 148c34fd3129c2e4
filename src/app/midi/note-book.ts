/** Keeps account of the notes sent out, so that every note on is followed by exactly one note off. */

export interface NoteBook {
  /**
   * Sends a note on at `time` (milliseconds of `performance.now()`) and returns how to end it. A note that is still held is ended first, and its own ending
   * then does nothing.
   */
  on(note: number, velocity: number, time: number): (time: number) => void;
  /** Ends every held note, none before it began. */
  silence(time: number): void;
}

const NOTE_OFF = 0x80;
const NOTE_ON = 0x90;

/** `channel` is 1 to 16. `send` gets whole messages; a closed port may throw there, the book stays right. */
export function createNoteBook(channel: number, send: (message: readonly number[], time: number) => void): NoteBook {
  const held = new Map<number, { readonly since: number }>();
  const off = (note: number, time: number) => {
    const holder = held.get(note);
    if (!holder) return;
    held.delete(note);
    send([NOTE_OFF | (channel - 1), note, 0], Math.max(time, holder.since));
  };
  return {
    on(note, velocity, time) {
      off(note, time);
      const holder = { since: time };
      held.set(note, holder);
      send([NOTE_ON | (channel - 1), note, velocity], time);
      return (end) => {
        if (held.get(note) === holder) off(note, end);
      };
    },
    silence(time) {
      for (const note of [...held.keys()]) off(note, time);
    },
  };
}
