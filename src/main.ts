/** Joins the page: one instrument, one face, and the colours that were chosen last. */

import { createLibraries } from "./app/library/libraries.ts";
import { createLibraryMap } from "./app/map/map-desk.ts";
import { createPresets } from "./app/presets/presets.ts";
import { createSimile } from "./app/simile.ts";
import type { Theme } from "./app/ui/events.ts";
import "./app/ui/simile-app.ts";

const THEME_KEY = "simile-theme";

const app = document.querySelector("simile-app");
if (!app) throw new Error("main: expected a <simile-app> on the page, found none; put one into index.html.");

app.theme = readTheme();
follow(app.theme);
app.addEventListener("simile-theme", ({ detail: { theme } }) => {
  follow(theme);
  try {
    localStorage.setItem(THEME_KEY, theme);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
});
app.simile = createSimile({ rememberPads: true });
app.libraries = createLibraries({ simile: app.simile, storage: storageOf() });
app.map = createLibraryMap({ simile: app.simile });
// Model and library load before the first gesture; that gesture only resumes the sound.
void app.simile.start().then(() => app.libraries?.start());
app.presets = createPresets({ simile: app.simile, index: new URL("libraries/index.json", document.baseURI).href });
void app.presets.start();

function readTheme(): Theme {
  try {
    const theme = localStorage.getItem(THEME_KEY);
    return theme === "light" || theme === "dark" ? theme : "auto";
  } catch {
    return "auto";
  }
}

/** The page behind the app takes the same colours. */
function follow(theme: Theme): void {
  document.documentElement.style.colorScheme = theme === "auto" ? "" : theme;
}

/** Null where the browser refuses it. */
function storageOf(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
