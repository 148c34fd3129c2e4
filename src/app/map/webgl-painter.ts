/** Draws a map's points with WebGL, by regl-scatterplot: loaded for large libraries alone. */

import createScatterplot, { createRenderer } from "regl-scatterplot";
import { UnsupportedError } from "../../core/errors.ts";
import { webglKind } from "./webgl-kind.ts";
import { pixelsPerUnit } from "./map-camera.ts";
import type { MapPainter, MapPoints, MapView } from "./map-painter.ts";

type Scatterplot = ReturnType<typeof createScatterplot>;

/** Throws UnsupportedError where the browser has no WebGL, or not what the library needs of it. */
export function createWebglPainter(canvas: HTMLCanvasElement): MapPainter {
  // The library turns to the console where something is missing; asked beforehand, it need not.
  if (webglKind() === null) throw new UnsupportedError("Map: expected WebGL with textures of floats, got none; switch hardware acceleration on, or use a current browser.");
  const surface = document.createElement("canvas");
  surface.width = surface.height = 1;
  const renderer = createRenderer({ canvas: surface });
  // What the library would add to the page for a lasso of its own stays off it.
  const nowhere = document.createElement("div");
  let plot: Scatterplot | null = null;
  let placed: ArrayBufferLike | null = null;
  let drawn = { width: 0, height: 0, density: 0, colours: "", pointSize: 0 };

  const make = (): Scatterplot =>
    createScatterplot({ renderer, canvas, cameraIsFixed: true, colorBy: "category", opacity: 1, lassoInitiator: false, lassoInitiatorParentElement: nowhere, lassoLongPressIndicatorParentElement: nowhere } as Parameters<typeof createScatterplot>[0]);

  return {
    kind: "webgl",
    async setPoints({ places, classes }: MapPoints) {
      // Points that stay where they are keep their index, though we pick by our own.
      const spatialIndex = plot && placed === places.buffer ? plot.get("spatialIndex") : undefined;
      placed = places.buffer;
      plot ??= make();
      const count = places.length >> 1;
      const x = new Float32Array(count);
      const y = new Float32Array(count);
      for (let id = 0; id < count; id++) {
        x[id] = places[2 * id]!;
        y[id] = places[2 * id + 1]!;
      }
      await plot.draw({ x, y, category: classes }, { zDataType: "categorical", ...(spatialIndex ? { spatialIndex } : {}) });
    },
    draw({ camera, size, density, colours, pointSize }: MapView) {
      if (!plot) return;
      const { width, height } = size;
      if (width !== drawn.width || height !== drawn.height || density !== drawn.density) {
        renderer.resize(width, height);
        void plot.set({ width, height });
      }
      const key = colours.flat().join();
      // Colours are read by class; the library wants two at least.
      if (key !== drawn.colours) void plot.set({ pointColor: (colours.length < 2 ? [...colours, ...colours] : colours).map((colour) => [...colour]) as [number, number, number, number][], colorBy: "category" });
      if (pointSize !== drawn.pointSize) void plot.set({ pointSize });
      drawn = { width, height, density, colours: key, pointSize };
      // Clip space goes from -1 to 1 along the height; the library itself narrows x by the picture's shape.
      const zoom = (2 * pixelsPerUnit(camera, size)) / height;
      plot.view([zoom, 0, 0, 0, 0, zoom, 0, 0, 0, 0, 1, 0, -zoom * camera.x, -zoom * camera.y, 0, 1] as unknown as Float32Array & number[]);
    },
    dispose() {
      plot?.destroy();
      plot = null;
      renderer.destroy();
      surface.width = surface.height = 0;
    },
  };
}
