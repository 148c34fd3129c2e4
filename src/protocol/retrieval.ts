/** What the player may ask of the answers, and why a sound is among them. */

/** Which of the library's sounds may answer. They hold for live answers, `match` and `near` alike; only `taboo` is about live answers alone. */
export interface RetrievalSettings {
  /** Hits wanted, 1 to 1024, nearest first. */
  readonly count: number;
  /** Greatest distance of a hit; null: any. */
  readonly radius: number | null;
  /** Beyond this distance of the nearest sound there is nothing like it, and no answer; null: there is always something. */
  readonly rejectBeyond: number | null;
  /** Leaves out sounds of the technique, or the instrument, that is played: the paper's pruned retrieval. */
  readonly otherTechniques: boolean;
  readonly otherInstruments: boolean;
  /** What is played; null: taken to be what the nearest sound of the library is. */
  readonly ownTechnique: string | null;
  readonly ownInstrument: string | null;
  /** 0: the nearest; towards 1: hits that differ from each other. */
  readonly diversity: number;
  /** A sound that answered does not answer again within so many answers. */
  readonly taboo: number;
  /** Sounds of the library that never answer. */
  readonly excluded: readonly number[];
}

export const DEFAULT_RETRIEVAL: RetrievalSettings = {
  count: 16,
  radius: null,
  rejectBeyond: null,
  otherTechniques: false,
  otherInstruments: false,
  ownTechnique: null,
  ownInstrument: null,
  diversity: 0,
  taboo: 0,
  excluded: [],
};

/** How far apart the sounds of a library lie: what a distance is large or small against. Both 0 in a library of fewer than two sounds. */
export interface DistanceScale {
  /** Median distance of a sound to its nearest neighbour. */
  readonly nearest: number;
  /** Median distance of two sounds drawn at random. */
  readonly random: number;
}

/** Why a sound was found: what of the model's graph it shares with the query, and in which parts the two are alike. */
export interface Reason {
  /** 0 to 1: how much of the query's and of the hit's edges lead to the same anchors of the model's graph (sum of the lesser share of each). 0 where the model has no graph. */
  readonly shared: number;
  /** The weightiest anchors in common, three at most; `sound` is the library's nearest to the anchor, by which it can be named. */
  readonly anchors: readonly { readonly anchor: number; readonly share: number; readonly sound: number }[];
  /** Parts of the feature, most alike first: 1 where both are the same, 0 where they are as far apart as two sounds of the library drawn at random, or farther. */
  readonly aspects: readonly { readonly name: string; readonly likeness: number }[];
}
