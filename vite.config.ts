/** Serves and builds the page from `src`, ships `presets` as they are, and defines the test projects. */

import { readdirSync } from "node:fs";
import { playwright } from "@vitest/browser-playwright";
import { VitePWA } from "vite-plugin-pwa";
import { defineConfig } from "vitest/config";
import { guidePage } from "./src/cli/guide-page.ts";
import { pageIcons } from "./src/cli/page-icons.ts";
import { presetIndex } from "./src/cli/preset-index.ts";
import { CHROMIUM_ARGS, findChromium } from "./test/chromium.js";

const root = import.meta.dirname;
/** Cross-origin isolation: the page may then share memory with its threads. It works without. */
const isolation = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
const examples = readdirSync(`${root}/src/examples`).filter((file) => file.endsWith(".html")).map((file) => `${root}/src/examples/${file}`);
const chromium = process.env["VITEST"] ? findChromium() : undefined;
/** Milliseconds. Nets for what hangs: on a loaded machine of two cores a test, a hook and a condition that is waited for take their time. */
const patience = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 30_000 } } };

/** Installs as an app, and works without a network after the first visit: page, model and built-in library are kept; sounds of the user's own never are. */
const app = VitePWA({
  registerType: "prompt",
  injectRegister: false,
  manifestFilename: "simile.webmanifest",
  manifest: {
    id: "./",
    name: "simile: answers a sound with its likes",
    short_name: "simile",
    description: "Play a sound; the most similar sounds of a library answer.",
    lang: "en",
    start_url: "./",
    scope: "./",
    display: "standalone",
    background_color: "#131210",
    theme_color: "#131210",
    categories: ["music", "entertainment"],
    icons: [
      { src: "icons/icon-192.png", sizes: "192x192", type: "image/png" },
      { src: "icons/icon-512.png", sizes: "512x512", type: "image/png" },
      { src: "icons/maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
    ],
  },
  workbox: {
    globPatterns: ["**/*.{html,js,css,svg,png,webmanifest,wasm,json,bin,f32,flac}"],
    // Threads stay off (stack of the engine), and the examples and sources of the library are for reading.
    globIgnores: ["**/*threaded*", "examples/**", "max/**", "**/dsp/**"],
    maximumFileSizeToCacheInBytes: 16 * 2 ** 20,
    cleanupOutdatedCaches: true,
    inlineWorkboxRuntime: true,
    navigateFallback: null,
    // Settings of a link (a preset, a view) belong to the same page.
    ignoreURLParametersMatching: [/./],
    cacheId: "simile",
  },
});

export default defineConfig({
  root: `${root}/src`,
  publicDir: `${root}/presets`,
  base: "./",
  build: { outDir: `${root}/dist`, emptyOutDir: true, target: "es2023", cssTarget: ["chrome123", "firefox120", "safari17.5"], rolldownOptions: { input: [`${root}/src/index.html`, `${root}/src/max/index.html`, ...examples] } },
  plugins: [presetIndex(), guidePage(), pageIcons(`${root}/src/icons`), app],
  worker: { format: "es" },
  server: { fs: { allow: [root] }, headers: isolation },
  preview: { headers: isolation },
  optimizeDeps: {
    include: ["tone", "lit", "lit/directives/live.js", "lit/directives/repeat.js", "@lit-labs/virtualizer", "axe-core", "comlink", "webmidi", "regl-scatterplot", "umap-js", "fft.js", "fflate", "idb", "pitchy", "@noble/hashes/sha2.js", "@noble/hashes/utils.js", "@wasm-audio-decoders/flac", "@wasm-audio-decoders/ogg-vorbis", "opus-decoder", "mpg123-decoder", "midi-file", "saxes", "jzz", "@tensorflow/tfjs-core", "@tensorflow/tfjs-backend-cpu", "@tensorflow/tfjs-backend-wasm", "@tensorflow/tfjs-backend-webgl"],
  },
  test: {
    root,
    passWithNoTests: false,
    projects: [
      { extends: true, test: { name: "unit", environment: "node", include: ["test/unit/**/*.test.ts"], ...patience } },
      {
        extends: true,
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts", "test/expectation/**/*.test.ts"],
          ...patience,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            instances: [{ browser: "chromium" }],
            provider: playwright({
              launchOptions: { ...(chromium ? { executablePath: chromium } : {}), chromiumSandbox: false, args: [...CHROMIUM_ARGS, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"] },
              contextOptions: { permissions: ["midi", "midi-sysex", "microphone"] },
            }),
          },
        },
      },
      { extends: true, test: { name: "e2e", environment: "node", include: ["test/e2e/**/*.test.ts"], ...patience, testTimeout: 240_000, hookTimeout: 240_000, fileParallelism: false } },
    ],
  },
});
