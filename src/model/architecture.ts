/** Reads the architecture of a manifest and builds the network it names. */

import { type Place, readList, readOneOf, readRecord, readWhole, within, fieldFault } from "../core/presets/fields.ts";
import type { ModelManifest } from "../core/presets/model-manifest.ts";
import type { Compression } from "./front-end.ts";
import { type GraphNetworkOptions, createGraphNetwork } from "./graph-network.ts";
import type { Network } from "./network.ts";
import { createLinearNetwork, createLmnnNetwork, createMlpNetwork } from "./row-network.ts";

export const KINDS = ["euclid", "linear", "mlp", "knn-gcn", "an-gnn", "lmnn"] as const;
export type Kind = (typeof KINDS)[number];

/** The settings that are words, with the words they may be. */
export const CHOICES = { stem: ["linear", "mlp"], graph: ["features", "hidden"], affinity: ["absolute", "relative"] } as const;

/** Everything that shapes a model, as it stands in its manifest. */
export interface Architecture {
  readonly kind: Kind;
  /** Contexts in seconds, ascending, each with its own statistics. */
  readonly contexts: readonly number[];
  /** Principal coordinates of the standardised feature that the network hears. */
  readonly coordinates: number;
  /** Of these, how many the embedding carries beside what was learned: the feature's own geometry. */
  readonly plain: number;
  /** Numbers that are learned; 0 for euclid. */
  readonly learned: number;
  readonly width: number;
  readonly blocks: number;
  readonly neighbours: number;
  readonly stem: (typeof CHOICES.stem)[number];
  readonly graph: (typeof CHOICES.graph)[number];
  readonly affinity: (typeof CHOICES.affinity)[number];
  readonly dropout: number;
  readonly dropPath: number;
  /** "log" for scattering, whose rows are energies; absent where the feature is taken as it is. */
  readonly compression?: Compression;
}

/** The most an embedding may hold. */
export const MAX_EMBEDDING = 128;

/** Columns that the network hears: the coordinates and a 1 in the column of the context. */
export function networkInputs({ coordinates, contexts }: Architecture): number {
  return coordinates + contexts.length;
}

/** The learned part, or undefined for euclid, which has none. */
export function createNetwork(architecture: Architecture): Network | undefined {
  const { kind, width, learned, dropout } = architecture;
  const inputs = networkInputs(architecture);
  const graph: Omit<GraphNetworkOptions, "adaptive"> = { ...architecture, inputs };
  switch (kind) {
    case "euclid":
      return undefined;
    case "linear":
      return createLinearNetwork({ inputs, width, learned, dropout });
    case "mlp":
      return createMlpNetwork({ inputs, width, learned, dropout });
    case "lmnn":
      return createLmnnNetwork({ inputs, width, learned, dropout });
    case "knn-gcn":
      return createGraphNetwork(kind, { ...graph, adaptive: false });
    case "an-gnn":
      return createGraphNetwork(kind, { ...graph, adaptive: true });
    default:
      return kind satisfies never;
  }
}

/** Seconds after its onset for which a whole sound is heard by this model: the longest context that it was trained at. */
export function longestContext(manifest: ModelManifest): number {
  return parseArchitecture(manifest).contexts.at(-1)!;
}

/** Throws FormatError for an architecture that this version cannot build. */
export function parseArchitecture(manifest: ModelManifest): Architecture {
  const place: Place = { name: `${manifest.name}: architecture`, remedy: "use a model of this version, or train it again" };
  const architecture = readArchitecture(manifest.architecture, place);
  const size = architecture.plain + architecture.learned;
  if (size !== manifest.embedding.size) throw fieldFault(within(place, "plain and learned"), `${manifest.embedding.size} numbers`, String(size));
  return architecture;
}

/** Throws FormatError where a model of these settings could not be loaded again. */
export function checkArchitecture(architecture: Architecture): void {
  readArchitecture(architecture, { name: "settings", remedy: "ask for another" });
}

function readArchitecture(json: unknown, place: Place): Architecture {
  const fields = readRecord(json, place);
  const whole = (key: string, least: number, most = 4096) => readWhole(fields.get(key), within(place, key), least, most);
  const share = (key: string) => {
    const value = fields.get(key);
    if (typeof value !== "number" || !(value >= 0 && value < 1)) throw fieldFault(within(place, key), "a number from 0 to below 1", String(value));
    return value;
  };
  const contexts = readList(fields.get("contexts"), within(place, "contexts")).map((seconds) => {
    if (typeof seconds !== "number" || !(seconds > 0)) throw fieldFault(within(place, "contexts"), "seconds above 0", String(seconds));
    return seconds;
  });
  if (contexts.length === 0 || contexts.some((seconds, index) => index > 0 && seconds <= contexts[index - 1]!)) throw fieldFault(within(place, "contexts"), "one or more, ascending", contexts.join(", ") || "none");
  const kind = readOneOf(fields.get("kind"), KINDS, within(place, "kind"));
  const architecture: Architecture = {
    kind,
    contexts,
    coordinates: whole("coordinates", 1),
    plain: whole("plain", 0),
    learned: whole("learned", kind === "euclid" ? 0 : 1),
    width: whole("width", 1),
    blocks: whole("blocks", 1, 16),
    neighbours: whole("neighbours", 1),
    // models from before there was a choice do not say
    stem: fields.has("stem") ? readOneOf(fields.get("stem"), CHOICES.stem, within(place, "stem")) : "linear",
    graph: readOneOf(fields.get("graph"), CHOICES.graph, within(place, "graph")),
    affinity: fields.has("affinity") ? readOneOf(fields.get("affinity"), CHOICES.affinity, within(place, "affinity")) : "absolute",
    dropout: share("dropout"),
    dropPath: share("dropPath"),
    ...(fields.has("compression") ? { compression: readOneOf(fields.get("compression"), ["log"], within(place, "compression")) } : {}),
  };
  if (architecture.plain > architecture.coordinates) throw fieldFault(within(place, "plain"), `at most the ${architecture.coordinates} coordinates`, String(architecture.plain));
  const size = architecture.plain + architecture.learned;
  if (size > MAX_EMBEDDING) throw fieldFault(within(place, "plain and learned"), `${MAX_EMBEDDING} numbers at most`, String(size));
  return architecture;
}
