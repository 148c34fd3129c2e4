/** Registers the gradients of every tfjs kernel in Node, where tfjs-core's own list cannot be imported: the union package brings them along. Only training needs it. */

import "@tensorflow/tfjs";
