/** The part of jzz-midi-smf that tests use; the package has no types of its own. */

declare module "jzz-midi-smf" {
  /** Adds `MIDI.SMF` to JZZ. */
  export default function plug(jzz: object): void;
}
