/** The formats that kits leave in, by the names that the terminal and the page use. */

export const KIT_FORMAT_NAMES = [
  { id: "sfz", title: "WAV folder and SFZ" },
  { id: "dspreset", title: "DecentSampler" },
  { id: "adg", title: "Ableton Drum Rack" },
  { id: "xpm", title: "Akai MPC drum program" },
  { id: "h2drumkit", title: "Hydrogen drumkit" },
] as const;

export type KitFormatId = (typeof KIT_FORMAT_NAMES)[number]["id"];
