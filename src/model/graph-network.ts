/**
 * AN-GNN, and with a fixed graph its rival knn-gcn: blocks of graph convolution and feed-forward over a node's features and the anchors it joins.
 *
 * Block: h <- h + dropPath(norm(ELU(S h Θ + b) U)), then h <- h + dropPath(norm(ReLU(norm(h V)) T)) with Θ: d -> d/2, U: d/2 -> d, V: d -> d/4, T: d/4 -> d.
 * Stem: h = x A + a, or the two hidden layers of the MLP; behind these the blocks start close to the identity (norms' gains of 0.1), so that the graph has to earn its place.
 * Head: e = h E, divided by its length. Source: Vahidi et al., WASPAA 2023, "Perceptual musical similarity metric learning with graph neural networks".
 */

import * as tf from "@tensorflow/tfjs-core";
import {
  type AnchorKeys,
  type Edges,
  type GraphOptions,
  type ScaledNodes,
  anchorEdges,
  anchorKeys,
  exponents,
  graphSpecs,
  propagate,
  queryEdges,
  scaleNodes,
} from "./adaptive-graph.ts";
import { type Layers, type ParameterSpec, activate, denseSpecs, linearSpecs, normedSpecs } from "./layers.ts";
import type { Network } from "./network.ts";
import { hiddenLayers, hiddenSpecs } from "./row-network.ts";
import { unitRows } from "./unit-rows.ts";

export interface GraphNetworkOptions extends GraphOptions {
  /** Columns that arrive: principal coordinates and the context's code. */
  readonly inputs: number;
  /** Width d of the hidden states. */
  readonly width: number;
  readonly blocks: number;
  readonly learned: number;
  /** What makes the first hidden state of a node. */
  readonly stem: "linear" | "mlp";
  /** What the affinity looks at: the inputs (one graph for all blocks) or each block's hidden state (a graph a block). */
  readonly graph: "features" | "hidden";
  readonly dropout: number;
  readonly dropPath: number;
}

/** Gain that the residual branches behind an MLP start with (as in Touvron et al. 2021, "Going deeper with image transformers", and Bachlechner et al. 2021, "ReZero is all you need"). */
const QUIET_GAIN = 0.1;

/** What queries need of the anchors in one block, computed once for a frozen model. */
interface AnchorBlock extends AnchorKeys {
  readonly messages: tf.Tensor2D;
}

export function createGraphNetwork(kind: string, options: GraphNetworkOptions): Network {
  const { inputs, width, blocks, learned, graph, stem } = options;
  const half = Math.max(1, Math.round(width / 2));
  const quarter = Math.max(1, Math.round(width / 4));
  const graphName = (block: number) => (graph === "features" ? "graph" : `block-${block}/graph`);

  const branchGain = stem === "mlp" ? QUIET_GAIN : 1;

  const parameters: ParameterSpec[] = stem === "mlp" ? hiddenSpecs(inputs, width) : denseSpecs("stem", inputs, width);
  if (graph === "features") parameters.push(...graphSpecs(graphName(0), inputs, options));
  for (let block = 0; block < blocks; block++) {
    if (graph === "hidden") parameters.push(...graphSpecs(graphName(block), width, options));
    parameters.push(...linearSpecs(`block-${block}/convolution`, width, half));
    parameters.push({ name: `block-${block}/convolution-bias`, shape: [half], start: 0, trainable: true, decayed: false });
    parameters.push(...normedSpecs(`block-${block}/mix`, half, width, branchGain), ...normedSpecs(`block-${block}/narrow`, width, quarter), ...normedSpecs(`block-${block}/widen`, quarter, width, branchGain));
  }
  parameters.push(...denseSpecs("head", width, learned));

  const begin = (layers: Layers, x: tf.Tensor2D): tf.Tensor2D => (stem === "mlp" ? hiddenLayers(layers, x, options.dropout) : layers.dense("stem", x));
  /** The rest of a block, after the neighbourhood has been summed. */
  const finish = (layers: Layers, block: number, hidden: tf.Tensor2D, summed: tf.Tensor2D): tf.Tensor2D => {
    const convolved = activate(tf.add(summed, layers.tensor(`block-${block}/convolution-bias`)), "elu");
    const mixed = tf.add<tf.Tensor2D>(hidden, layers.dropPath(layers.normed(`block-${block}/mix`, layers.dropout(convolved, options.dropout)), options.dropPath));
    const narrow = layers.normed(`block-${block}/narrow`, mixed, "relu");
    return tf.add(mixed, layers.dropPath(layers.normed(`block-${block}/widen`, layers.dropout(narrow, options.dropout)), options.dropPath));
  };
  const head = (layers: Layers, hidden: tf.Tensor2D) => unitRows(layers.dense("head", layers.dropout(hidden, options.dropout)));
  const rowsOf = (x: tf.Tensor2D, from: number, count: number) => tf.slice(x, [from, 0], [count, x.shape[1]]);
  const nodesOf = ({ y, energy }: ScaledNodes, from: number, count: number): ScaledNodes => ({ y: rowsOf(y, from, count), energy: rowsOf(energy, from, count) });

  return {
    kind,
    parameters,
    anchored: true,
    train(layers, queries, anchors) {
      if (!anchors) throw new Error(`${kind}: expected anchors, got none; choose some from the training part.`);
      const count = anchors.shape[0];
      const total = count + queries.shape[0];
      const x = tf.concat([anchors, queries]) as tf.Tensor2D;
      let hidden = begin(layers, x);
      let edges: Edges[] = [];
      for (let block = 0; block < blocks; block++) {
        if (block === 0 || graph === "hidden") {
          const nodes = scaleNodes(layers, graphName(block), graph === "features" ? x : hidden, options);
          const keys = anchorKeys(nodesOf(nodes, 0, count));
          const full = exponents(nodes, keys);
          edges = [anchorEdges(rowsOf(full, 0, count), options), queryEdges(rowsOf(full, count, total - count), options)];
        }
        const [among, joining] = edges as [Edges, Edges];
        const z = layers.linear(`block-${block}/convolution`, hidden);
        const own = rowsOf(z, 0, count);
        const messages = tf.mul<tf.Tensor2D>(among.inverseRoot, own);
        const summed = tf.concat([propagate(among, own, messages), propagate(joining, rowsOf(z, count, total - count), messages)]) as tf.Tensor2D;
        hidden = finish(layers, block, hidden, summed);
      }
      return head(layers, rowsOf(hidden, count, total - count));
    },
    freeze(layers, anchors) {
      if (!anchors) throw new Error(`${kind}: expected anchors, got none; choose some from the training part.`);
      const kept: AnchorBlock[] = [];
      tf.tidy(() => {
        let hidden = begin(layers, anchors);
        let keys: AnchorKeys | undefined;
        let among: Edges | undefined;
        for (let block = 0; block < blocks; block++) {
          if (!keys || !among || graph === "hidden") {
            const nodes = scaleNodes(layers, graphName(block), graph === "features" ? anchors : hidden, options);
            keys = anchorKeys(nodes);
            among = anchorEdges(exponents(nodes, keys), options);
          }
          const own = layers.linear(`block-${block}/convolution`, hidden);
          const messages = tf.mul<tf.Tensor2D>(among.inverseRoot, own);
          kept.push({ keys: tf.keep(tf.clone(keys.keys)), halfEnergy: tf.keep(tf.clone(keys.halfEnergy)), messages: tf.keep(tf.clone(messages)) });
          hidden = finish(layers, block, hidden, propagate(among, own, messages));
        }
      });
      return {
        embed(x) {
          let hidden = begin(layers, x);
          let edges: Edges | undefined;
          for (const [block, anchor] of kept.entries()) {
            if (!edges || graph === "hidden") edges = queryEdges(exponents(scaleNodes(layers, graphName(block), graph === "features" ? x : hidden, options), anchor), options);
            hidden = finish(layers, block, hidden, propagate(edges, layers.linear(`block-${block}/convolution`, hidden), anchor.messages));
          }
          return head(layers, hidden);
        },
        edges(x) {
          const seen = graph === "features" ? x : begin(layers, x);
          return queryEdges(exponents(scaleNodes(layers, graphName(0), seen, options), kept[0]!), options).weights;
        },
        dispose: () => tf.dispose(kept.flatMap(({ keys, halfEnergy, messages }) => [keys, halfEnergy, messages])),
      };
    },
  };
}
