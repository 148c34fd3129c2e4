/** Whether the page around this document lets it ask for a device at all. */

/** Asked first, since browsers write an error to the console where a frame asks for what it may not have; true where the browser does not tell. */
export function mayAskFor(feature: "microphone" | "midi"): boolean {
  const { featurePolicy } = document as { readonly featurePolicy?: { allowsFeature(name: string): boolean } };
  return featurePolicy?.allowsFeature(feature) ?? true;
}
