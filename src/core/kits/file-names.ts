/** Names of any text as file names that Windows, macOS, Linux, tar and hardware samplers all take. */

/** Characters of a name without its extension: two of them, a slash and ".wav" fit the 100 bytes of a tar header. */
export const MAX_STEM = 44;

/** Names that Windows gives to devices, whatever extension follows. */
const RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/i;

/**
 * ASCII letters, digits, spaces and "_-()+" alone: accents are dropped, every run of anything else becomes one "_"; no
 * reserved name, nothing but a letter, digit or bracket at an end, at most `MAX_STEM` characters; `fallback` where nothing is left of `text`.
 */
export function safeStem(text: string, fallback: string): string {
  const plain = text.slice(0, 1000).normalize("NFKD").replace(/\p{M}+/gu, "");
  const clean = plain.replace(/[^A-Za-z0-9 ()+-]+/g, "_").replace(/ *_[_ ]*/g, "_").replace(/ {2,}/g, " ");
  const stem = trim(trim(clean).slice(0, MAX_STEM));
  if (!/[A-Za-z0-9]/.test(stem)) return fallback;
  return RESERVED.test(stem) ? `${stem}_` : stem;
}

/** The stems of `texts`, each once even where upper and lower case are the same: a second "Kick" becomes "Kick 2". */
export function uniqueStems(texts: readonly string[], fallback: string): readonly string[] {
  const wanted = texts.map((text) => safeStem(text, fallback));
  const taken = new Set<string>();
  return wanted.map((stem) => {
    let unique = stem;
    for (let count = 2; taken.has(unique.toLowerCase()); count++) {
      const suffix = ` ${count}`;
      unique = `${stem.slice(0, MAX_STEM - suffix.length).trimEnd()}${suffix}`;
    }
    taken.add(unique.toLowerCase());
    return unique;
  });
}

/** What a path says of its sound: without folders (of either slash) and without the extension of an audio file. */
export function stemOf(path: string): string {
  return path.replace(/^.*[/\\]/, "").replace(/\.(wav|wave|aif|aiff|aifc|flac|mp3|ogg|opus|m4a)$/i, "");
}

function trim(text: string): string {
  return text.replace(/^[ _-]+|[ _-]+$/g, "");
}
