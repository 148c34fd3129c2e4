// A page of someone else's: the headless instrument, every element, the user's own libraries, with nothing configured.
import { createSimile } from "simile";
import { createLibraries } from "simile/libraries";
import "simile/elements";

const simile = createSimile({ storage: { getItem: () => null, setItem: () => {} } });
const libraries = createLibraries({ simile, storage: null });
const results = document.querySelector("simile-results");
simile.addEventListener("change", () => {
  const { retrieval, sounds, playing } = simile.state;
  Object.assign(results, { retrieval, sounds, playing });
});
results.addEventListener("simile-play", ({ detail }) => simile.play(detail.id));
document.querySelector("#demo").addEventListener("click", () => simile.listen({ kind: "demo" }));
Object.assign(window, { simile, libraries });
