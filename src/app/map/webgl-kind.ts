/** Tells what runs WebGL in this browser, if anything does. */

/** Renderers that have no graphics hardware behind them: SwiftShader, Mesa's, Windows' and Apple's own. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** null: there is no WebGL with what the map's library needs of it (textures of floats, wide indices); "software": the processor works it out, more slowly than it draws by itself. */
export function webglKind(): "hardware" | "software" | null {
  const context = document.createElement("canvas").getContext("webgl");
  if (!context?.getExtension("OES_texture_float") || !context.getExtension("OES_element_index_uint")) return null;
  const info = context.getExtension("WEBGL_debug_renderer_info");
  const renderer = String(context.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER));
  // Browsers keep few contexts at once.
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return SOFTWARE.test(renderer) ? "software" : "hardware";
}
