/** Joins the page: one instrument as it was left, one face, the colours that were chosen last, and the worker that keeps the page for use without a network. */

import { createLibraries } from "./app/library/libraries.ts";
import { createLibraryMap } from "./app/map/map-desk.ts";
import { createPresets } from "./app/presets/presets.ts";
import { rememberSettings } from "./app/settings-memory.ts";
import { createSimile } from "./app/simile.ts";
import type { Theme } from "./app/ui/events.ts";
import { createWhy } from "./app/why-desk.ts";
import "./app/ui/simile-app.ts";
import { createUpdates } from "./app/updates.ts";

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
rememberSettings(app.simile, storageOf());
app.libraries = createLibraries({ simile: app.simile, storage: storageOf() });
app.map = createLibraryMap({ simile: app.simile });
app.why = createWhy({ simile: app.simile });
// Model and library load before the first gesture; that gesture only resumes the sound.
void app.simile.start().then(async () => {
  await app.libraries?.start();
  // What is kept for use without a network is fetched once nothing else waits for the network.
  await app.updates?.start();
});
app.presets = createPresets({ simile: app.simile, index: new URL("libraries/index.json", document.baseURI).href });
void app.presets.start();
if (import.meta.env.MODE !== "development") app.updates = createUpdates({ script: new URL("sw.js", document.baseURI).href, container: navigator.serviceWorker ?? null, reload: () => location.reload() });

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
