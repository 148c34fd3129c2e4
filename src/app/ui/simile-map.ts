/** The library as a flat map: every sound a point beside its likes, to be heard, walked through, and chosen from; the live input moves over it. */

import { html, LitElement, nothing, type PropertyValues } from "lit";
import { messageOf } from "../../core/errors.ts";
import type { Sound } from "../../core/library/sound.ts";
import { PointGrid } from "../../core/map/point-grid.ts";
import { weightedPlace } from "../../core/map/weighted-place.ts";
import type { Retrieval } from "../../protocol/engine.ts";
import { MAP_ASPECT } from "../../protocol/map.ts";
import { createCanvasPainter, cssOf } from "../map/canvas-painter.ts";
import { following, type MapCamera, type MapSize, moved, toPlane, toScreen, WHOLE_MAP, zoomed } from "../map/map-camera.ts";
import { classesOf, COLOURINGS, hasFolders, type MapClasses, type MapColouring, MOST_HUES } from "../map/map-classes.ts";
import { type MapState, NO_MAP } from "../map/map-desk.ts";
import { drawMarks, middlesOf, type Place } from "../map/map-marks.ts";
import type { Colour, Drawing, MapPainter } from "../map/map-painter.ts";
import { webglKind } from "../map/webgl-kind.ts";
import { define, emit } from "./events.ts";
import { FAMILIES, familyOf, familySign, familyStyles } from "./family.ts";
import { capitalised, counted, distance } from "./format.ts";
import { icon } from "./icons.ts";
import { mapStyle } from "./map-style.ts";
import { details, headline } from "./simile-results.ts";
import { checks, controls, segments, tokens } from "./tokens.ts";

/** What a drag does. */
type Tool = "play" | "choose" | "move";

/** Up to so many sounds are drawn as signs; for more, WebGL is loaded where it is soon. */
const MOST_SIGNS = 2000;
const NO_WEBGL = "This browser has no WebGL: the map is drawn without it, and more slowly the larger it is.";
/** Pixels within which a pointer that hovers finds a point; one that presses finds the nearest at any distance. */
const HOVER_PIXELS = 28;
/** Between two sounds of a pointer on its way, milliseconds. */
const APART = 45;
/** Places of the input that are remembered. */
const TRAIL = 10;
/** Answers that the marker points to. */
const POINTED = 5;
const ZOOM_STEP = 1.5;
const WAYS: Readonly<Record<string, readonly [dx: number, dy: number]>> = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
/** Pixels of a lasso below which it was a press. */
const LEAST_LASSO = 4;
const SPOKEN: Readonly<Record<MapColouring, string>> = { family: "Family", technique: "Technique", folder: "Folder", distance: "Distance" };
const STAGES = { neighbours: "Looking for neighbours", layout: "Laying out", placing: "Placing" } as const;

/**
 * Keys on the map: arrows go to the next sound that way; Enter plays it; Space chooses it; + puts it on the pads; ? asks why it answers; Page Up and Page Down zoom, Home shows the whole; Escape lets go of what is chosen.
 * A drag plays along its way; with Shift it draws a lasso, with Alt it moves the map. A wheel zooms with Ctrl, as a pinch does.
 *
 * @fires simile-play @fires simile-map @fires simile-why @fires simile-pads - "+" puts a sound on an empty pad. @fires simile-preset - what is chosen is saved.
 * @csspart field - what is drawn on. @csspart tools @csspart legend @csspart family @cssprop --simile-map-height - greatest height of the field.
 */
export class SimileMap extends LitElement {
  static override properties = {
    sounds: { attribute: false },
    map: { attribute: false },
    retrieval: { attribute: false },
    playing: { attribute: false },
    colouring: { type: String },
    hover: { type: Boolean },
    drawing: { type: String },
    tool: { state: true },
    camera: { state: true },
    at: { state: true },
    chosen: { state: true },
    only: { state: true },
    fallback: { state: true },
    saving: { state: true },
    said: { state: true },
  };

  static override styles = [
    tokens,
    controls,
    checks,
    segments,
    familyStyles,
    mapStyle,
  ];

  declare sounds: readonly Sound[];
  declare map: MapState;
  declare retrieval: Retrieval | null;
  declare playing: ReadonlySet<number>;
  declare colouring: MapColouring;
  /** Whether a pointer that passes over a point, or the arrow keys, sound it. */
  declare hover: boolean;
  declare drawing: Drawing;
  declare tool: Tool;
  declare camera: MapCamera;
  /** Id of the sound that the pointer or the keys are at; -1: none. */
  declare at: number;
  /** Ids that are chosen, ascending. */
  declare chosen: readonly number[];
  /** Class that alone stands out; -1: all. */
  declare only: number;
  /** Why the points are not drawn by WebGL. */
  declare fallback: string;
  /** Whether what is chosen is being saved. */
  declare saving: boolean;
  declare said: string;

  #grid = new PointGrid(new Float32Array());
  #classes: MapClasses = { classes: [], of: new Uint8Array() };
  #labels: readonly { text: string; at: Place }[] = [];
  #signs = new Uint8Array();
  #folders = false;
  #painter: MapPainter | null = null;
  #painting: Promise<void> | null = null;
  /** The painter has not been given the points as they are now. */
  #stale = false;
  #size: MapSize = { width: 0, height: 0 };
  #frame = 0;
  #sizes: ResizeObserver | null = null;
  #views: IntersectionObserver | null = null;
  #colours: ReadonlyMap<string, Colour> = new Map();
  #trail: Place[] = [];
  #marked = "";
  #gesture: { readonly tool: Tool; readonly pointer: number; readonly points: number[]; last: readonly [number, number]; far: number } | null = null;
  readonly #fingers = new Map<number, readonly [number, number]>();
  #soundedAt = -Infinity;

  constructor() {
    super();
    this.sounds = [];
    this.map = NO_MAP;
    this.retrieval = null;
    this.playing = new Set();
    this.colouring = "family";
    this.hover = true;
    this.drawing = "auto";
    this.tool = "play";
    this.camera = WHOLE_MAP;
    this.at = -1;
    this.chosen = [];
    this.only = -1;
    this.fallback = "";
    this.saving = false;
    this.said = "";
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sizes = new ResizeObserver(() => this.#fit());
    this.#views = new IntersectionObserver((entries) => {
      if (!entries.at(-1)?.isIntersecting) return;
      emit(this, "simile-map", { kind: "show" });
      this.#schedule();
    });
    this.#views.observe(this);
    if (this.hasUpdated) {
      this.#sizes.observe(this.#field);
      this.#stale = true;
      void this.#setPoints();
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes?.disconnect();
    this.#views?.disconnect();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#painter?.dispose();
    this.#painter = null;
    if (this.colouring === "distance") emit(this, "simile-map", { kind: "distances", wanted: false });
  }

  protected override firstUpdated(): void {
    this.#sizes?.observe(this.#field);
  }

  get #field(): HTMLElement {
    return this.renderRoot.querySelector<HTMLElement>(".field")!;
  }

  /** Sounds that have their place. */
  get #count(): number {
    return Math.min(this.sounds.length, (this.map.places?.length ?? 0) >> 1);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("map");
    const moved = changed.has("map") && (before?.places ?? null) !== this.map.places;
    if (moved) {
      // Another library has other sounds under the same ids.
      if (!this.map.places || !before?.places) {
        this.chosen = [];
        this.at = -1;
        this.#trail = [];
        this.#marked = "";
        this.camera = WHOLE_MAP;
      }
      this.#grid = new PointGrid((this.map.places ?? new Float32Array()).subarray(0, 2 * this.#count));
    }
    const described = changed.has("sounds") || changed.has("colouring") || (this.colouring === "distance" && changed.has("map") && before?.distances !== this.map.distances);
    if (moved || described) {
      this.#stale = true;
      const placed = this.sounds.slice(0, this.#count);
      this.#folders = hasFolders(placed);
      this.#signs = Uint8Array.from(placed, ({ family }) => FAMILIES.indexOf(familyOf(family)));
      this.#classes = classesOf(placed, this.colouring, this.map.distances);
      const middles = middlesOf(this.map.places ?? new Float32Array(), this.#classes.of, this.#classes.classes.length);
      // Signs tell families by themselves.
      this.#labels = this.colouring === "distance" || (this.colouring === "family" && this.#count <= MOST_SIGNS) ? [] : this.#classes.classes.flatMap(({ name }, index) => (middles[index] ? [{ text: name, at: middles[index] }] : []));
      if (changed.has("colouring") || this.only >= this.#classes.classes.length) this.only = -1;
    }
    if (changed.has("retrieval") || moved) this.#follow();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has("drawing")) this.#stale = true;
    if (this.#stale) void this.#setPoints();
    if (changed.has("colouring") && (this.colouring === "distance" || changed.get("colouring") === "distance")) emit(this, "simile-map", { kind: "distances", wanted: this.colouring === "distance" });
    this.#schedule();
  }

  /** The marker goes where the input is, by its nearest sounds. */
  #follow(): void {
    const { retrieval } = this;
    if (!retrieval || !this.map.places) return;
    const place = weightedPlace(retrieval.matches.filter(({ id }) => id < this.#count), this.map.places);
    if (!place) return;
    // A sound that is heard longer moves its own place; another sound begins the next.
    const mark = `${retrieval.index}`;
    if (mark === this.#marked && this.#trail.length > 0) this.#trail = [...this.#trail.slice(0, -1), place];
    else this.#trail = [...this.#trail, place].slice(-TRAIL);
    this.#marked = mark;
  }

  // Drawing

  #fit(): void {
    const { clientWidth: width, clientHeight: height } = this.#field;
    if (width === this.#size.width && height === this.#size.height) return;
    this.#size = { width, height };
    this.#schedule();
  }

  #schedule(): void {
    if (this.#frame === 0 && this.isConnected) this.#frame = requestAnimationFrame(this.#paint);
  }

  /** Gives the points to whoever draws them best: signs on a canvas while they are few, else WebGL, else squares on a canvas. One at a time: what came meanwhile follows. */
  async #setPoints(): Promise<void> {
    if (this.#painting) return;
    while (this.#stale && this.isConnected && this.map.places) {
      this.#stale = false;
      this.#painting = this.updateComplete.then(() => this.#give());
      await this.#painting.catch(() => {});
      this.#painting = null;
      this.#schedule();
    }
  }

  async #give(): Promise<void> {
    const points = { places: (this.map.places ?? new Float32Array()).subarray(0, 2 * this.#count), classes: this.#classes.of, signs: this.#signs };
    const canvas = this.renderRoot.querySelector<HTMLCanvasElement>(".points")!;
    const wanted = this.fallback !== "" ? "canvas" : this.drawing !== "auto" ? this.drawing : this.#count > MOST_SIGNS && this.#hardware() ? "webgl" : "canvas";
    if (this.#painter?.kind !== wanted) {
      this.#painter?.dispose();
      this.#painter = null;
      if (wanted === "webgl") {
        try {
          const { createWebglPainter } = await import("../map/webgl-painter.ts");
          if (!this.isConnected) return;
          const painter = createWebglPainter(canvas);
          await painter.setPoints(points);
          this.#painter = painter;
          return;
        } catch (cause) {
          this.fallback = messageOf(cause);
        }
      }
      this.#painter = createCanvasPainter(canvas);
    }
    await this.#painter.setPoints(points);
  }

  /** Whether graphics hardware draws; where there is no WebGL at all, that is told. */
  #hardware(): boolean {
    const kind = webglKind();
    if (kind === null) this.fallback = NO_WEBGL;
    return kind === "hardware";
  }

  /** Width of a point: smaller the more there are, growing slower than the map is zoomed. */
  get #pointSize(): number {
    const room = Math.min(1, Math.max(0.6, Math.min(this.#size.width / MAP_ASPECT, this.#size.height) / 360));
    const base = Math.min(11, Math.max(1.5, 90 * room * Math.max(1, this.#count) ** -0.38));
    return Math.round(2 * Math.min(14, base * Math.sqrt(this.camera.zoom))) / 2;
  }

  readonly #paint = (): void => {
    this.#frame = 0;
    const { width, height } = this.#size;
    const marks = this.renderRoot.querySelector<HTMLCanvasElement>(".marks");
    const context = marks?.getContext("2d");
    if (!marks || !context || width === 0 || height === 0) return;
    const density = Math.min(2, devicePixelRatio || 1);
    this.#readColours();
    const colour = (name: string): Colour => this.#colours.get(name) ?? [0, 0, 0, 1];
    const size = this.#pointSize;
    const places = this.map.places ?? new Float32Array();
    const names = this.#classes.classes.map((_, index) => this.#hueOf(index));
    const colours = names.map((name, index) => (this.only >= 0 && this.only !== index ? colour("line") : colour(name)));
    const canvas = this.renderRoot.querySelector<HTMLCanvasElement>(".points")!;
    // Another library's points do not stay until this one has its own.
    if (this.#count === 0) canvas.getContext("2d")?.clearRect(0, 0, canvas.width, canvas.height);
    else this.#painter?.draw({ camera: this.camera, size: this.#size, density, colours, top: this.only, pointSize: size });
    const [wide, tall] = [Math.round(width * density), Math.round(height * density)];
    if (marks.width !== wide || marks.height !== tall) {
      marks.width = wide;
      marks.height = tall;
    }
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, width, height);
    const { fontFamily } = getComputedStyle(this);
    drawMarks(
      context,
      places,
      {
        trail: this.#trail,
        answers: this.retrieval?.matches.slice(0, POINTED).map(({ id }) => id) ?? [],
        playing: this.playing,
        chosen: this.chosen,
        cursor: this.at,
        lasso: this.#gesture?.tool === "choose" ? this.#gesture.points : [],
        path: this.#gesture?.tool === "play" ? this.#gesture.points : [],
        labels: this.#gesture ? [] : this.#labels,
      },
      this.camera,
      this.#size,
      size,
      { ink: cssOf(colour("ink")), paper: cssOf(colour("surface")), accent: cssOf(colour("accent")), font: `600 13px ${fontFamily}` },
    );
  };

  /** Name of the token that colours a class. */
  #hueOf(index: number): string {
    if (this.colouring === "family") return FAMILIES[index] ?? "other";
    if (this.colouring === "distance") return this.#classes.classes.length === 1 ? "other" : `near-${index}`;
    return index < MOST_HUES ? `hue-${index}` : "other";
  }

  /** As the style has them now, in numbers. */
  #readColours(): void {
    const probes = [...this.renderRoot.querySelectorAll<HTMLElement>(".probe")];
    const styles = probes.map((probe) => getComputedStyle(probe).color);
    const key = styles.join();
    if (this.#colourKey === key) return;
    this.#colourKey = key;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const context = canvas.getContext("2d", { willReadFrequently: true })!;
    this.#colours = new Map(
      probes.map((probe, index) => {
        context.clearRect(0, 0, 1, 1);
        context.fillStyle = styles[index]!;
        context.fillRect(0, 0, 1, 1);
        const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
        return [probe.dataset["name"]!, [red! / 255, green! / 255, blue! / 255, alpha! / 255]];
      }),
    );
  }
  #colourKey = "";

  // Hands

  #where(event: PointerEvent | WheelEvent): readonly [number, number] {
    const { left, top } = this.#field.getBoundingClientRect();
    return [event.clientX - left - 1, event.clientY - top - 1];
  }

  /** The sound nearest to a pixel, within so many; -1: none. */
  #nearest([x, y]: readonly [number, number], pixels = Infinity): number {
    if (this.#count === 0 || this.#size.height === 0) return -1;
    const [planeX, planeY] = toPlane(this.camera, this.#size, x, y);
    const [edgeX] = toPlane(this.camera, this.#size, x + 1, y);
    return this.#grid.nearest(planeX, planeY, pixels * (edgeX - planeX), this.#stands);
  }

  /** Whether a sound can be pointed at: one of a class that does not stand out cannot. */
  readonly #stands = (id: number): boolean => this.only < 0 || this.#classes.of[id] === this.only;

  readonly #onDown = (event: PointerEvent): void => {
    if (this.#count === 0) return;
    const at = this.#where(event);
    this.#fingers.set(event.pointerId, at);
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    if (this.#fingers.size > 1) {
      // A second finger makes of it a pinch.
      this.#gesture = null;
      return this.#schedule();
    }
    const tool = event.altKey || event.button === 1 || event.button === 2 ? "move" : event.shiftKey ? "choose" : this.tool;
    const id = this.#nearest(at);
    this.#gesture = { tool, pointer: event.pointerId, points: [...toPlane(this.camera, this.#size, ...at)], last: at, far: 0 };
    if (tool === "play" && id >= 0) {
      this.at = id;
      this.#sound(id, 1);
    }
    if (tool === "choose" && !event.shiftKey && !event.ctrlKey && !event.metaKey) this.chosen = [];
  };

  readonly #onMove = (event: PointerEvent): void => {
    const at = this.#where(event);
    const gesture = this.#gesture;
    const before = this.#fingers.get(event.pointerId);
    if (before) this.#fingers.set(event.pointerId, at);
    if (this.#fingers.size === 2 && before) return this.#pinch(event.pointerId, before, at);
    if (!gesture) {
      if (event.pointerType !== "touch") this.#pass(this.#nearest(at, HOVER_PIXELS));
      return;
    }
    if (gesture.pointer !== event.pointerId) return;
    const [dx, dy] = [at[0] - gesture.last[0], at[1] - gesture.last[1]];
    gesture.far += Math.hypot(dx, dy);
    gesture.last = at;
    if (gesture.tool === "move") this.camera = moved(this.camera, this.#size, dx, dy);
    else gesture.points.push(...toPlane(this.camera, this.#size, ...at));
    if (gesture.tool === "play") this.#pass(this.#nearest(at, HOVER_PIXELS), true);
    this.#schedule();
  };

  readonly #onUp = (event: PointerEvent): void => {
    this.#fingers.delete(event.pointerId);
    const gesture = this.#gesture;
    if (!gesture || gesture.pointer !== event.pointerId) return;
    this.#gesture = null;
    this.#schedule();
    if (gesture.tool !== "choose" || event.type === "pointercancel") return;
    const held = gesture.far < LEAST_LASSO ? [this.#nearest(gesture.last)] : this.#grid.within(gesture.points);
    this.#choose(held.filter((id) => id >= 0 && this.#stands(id)));
  };

  readonly #onLeave = (): void => {
    if (!this.#gesture && !this.#field.matches(":focus-visible")) this.at = -1;
  };

  readonly #onWheel = (event: WheelEvent): void => {
    // Without Ctrl the wheel scrolls the page; a pinch on a pad comes with it.
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.camera = zoomed(this.camera, this.#size, 1.0015 ** -Math.max(-200, Math.min(200, event.deltaY * (event.deltaMode === 1 ? 30 : 1) * 2)), ...this.#where(event));
  };

  #pinch(pointer: number, before: readonly [number, number], now: readonly [number, number]): void {
    const other = [...this.#fingers].find(([id]) => id !== pointer)?.[1];
    if (!other) return;
    const apart = (at: readonly [number, number]) => Math.max(1, Math.hypot(at[0] - other[0], at[1] - other[1]));
    const middle = [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2] as const;
    const zoom = zoomed(this.camera, this.#size, apart(now) / apart(before), ...middle);
    this.camera = moved(zoom, this.#size, (now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
  }

  /** A pointer on its way comes to a sound. */
  #pass(id: number, pressed = false): void {
    if (id === this.at) return;
    if (pressed && performance.now() - this.#soundedAt < APART) return;
    if (id >= 0 || !pressed) this.at = id;
    if (id < 0) return;
    if (pressed) this.#sound(id, 0.9);
    // Before the page was touched the browser holds its sound back, and would let all come at once.
    else if (this.hover && navigator.userActivation?.hasBeenActive !== false && performance.now() - this.#soundedAt >= APART) this.#sound(id, 0.7);
  }

  #sound(id: number, velocity: number): void {
    this.#soundedAt = performance.now();
    emit(this, "simile-play", { id, velocity, solo: true });
  }

  #choose(ids: readonly number[]): void {
    this.chosen = [...new Set([...this.chosen, ...ids])].sort((a, b) => a - b);
    this.said = `${counted(this.chosen.length, "sound")} chosen`;
  }

  // Keys

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || this.#count === 0) return;
    const way = WAYS[event.key];
    if (way) this.#step(...way);
    else if (event.key === "Enter" && this.at >= 0) this.#sound(this.at, 1);
    else if (event.key === " " && this.at >= 0) {
      if (this.chosen.includes(this.at)) this.chosen = this.chosen.filter((id) => id !== this.at);
      else this.#choose([this.at]);
    } else if (event.key === "+" && this.at >= 0) emit(this, "simile-pads", { kind: "put", sound: this.sounds[this.at]!.key });
    else if (event.key === "?" && this.at >= 0) emit(this, "simile-why", { kind: "open", id: this.at });
    else if (event.key === "PageUp") this.#zoom(ZOOM_STEP);
    else if (event.key === "PageDown") this.#zoom(1 / ZOOM_STEP);
    else if (event.key === "Home") this.camera = WHOLE_MAP;
    else if (event.key === "Escape" && this.chosen.length > 0) this.chosen = [];
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** To the next sound that way; from nowhere to the one in the middle. */
  #step(dx: number, dy: number): void {
    const next = this.at < 0 ? this.#nearest([this.#size.width / 2, this.#size.height / 2]) : this.#grid.towards(this.at, dx, dy, this.#stands);
    if (next < 0) return;
    this.at = next;
    this.camera = following(this.camera, this.#size, this.map.places![2 * next]!, this.map.places![2 * next + 1]!);
    const sound = this.sounds[next]!;
    this.said = [headline(sound), sound.pitch, details(sound)].filter(Boolean).join(", ");
    if (this.hover) this.#sound(next, 0.7);
  }

  #zoom(factor: number): void {
    const { at, map } = this;
    const middle = at >= 0 && map.places ? toScreen(this.camera, this.#size, map.places[2 * at]!, map.places[2 * at + 1]!) : ([this.#size.width / 2, this.#size.height / 2] as const);
    this.camera = zoomed(this.camera, this.#size, factor, ...middle);
  }

  protected override render(): unknown {
    return html`
      ${this.#tools()}
      <div class="frame"><div
        class="field ${this.tool}"
        part="field"
        role="application"
        aria-label="Map of ${counted(this.#count, "sound")}: arrows go to the next sound, Enter plays, Space chooses"
        aria-roledescription="map"
        aria-keyshortcuts="Enter Space + ? PageUp PageDown Home"
        tabindex="0"
        @keydown=${this.#onKey}
        @pointerdown=${this.#onDown}
        @pointermove=${this.#onMove}
        @pointerup=${this.#onUp}
        @pointercancel=${this.#onUp}
        @pointerleave=${this.#onLeave}
        @wheel=${this.#onWheel}
        @contextmenu=${(event: Event) => event.preventDefault()}
      >
        <canvas class="points" aria-hidden="true"></canvas>
        <canvas class="marks" aria-hidden="true"></canvas>
        ${this.#tip()} ${this.#over()}
      </div>${this.#view()}</div>
      <div class="below">${this.chosen.length > 0 ? this.#selection() : this.#legend()} ${this.#notes()}</div>
      <p class="unseen" role="status">${this.said}</p>
      <span aria-hidden="true" @transitionend=${() => this.#schedule()}>
        ${["ink", "surface", "accent", "line", "other", ...FAMILIES.slice(0, 4)].map((name) => html`<i class="probe" data-name=${name} style="color:var(--_${name})"></i>`)}
        ${Array.from({ length: MOST_HUES }, (_, hue) => html`<i class="probe" data-name="hue-${hue}" style="color:var(--_hue-${hue})"></i>`)}
        ${NEAR.map((style, index) => html`<i class="probe" data-name="near-${index}" style="color:${style}"></i>`)}
      </span>
    `;
  }

  #tools(): unknown {
    const tool = (name: Tool, sign: "play" | "lasso" | "move", label: string) => html`<button aria-pressed=${this.tool === name} aria-label=${label} title=${label} @click=${() => (this.tool = name)}>${icon(sign)}</button>`;
    const offered = COLOURINGS.filter((colouring) => colouring !== "folder" || this.colouring === "folder" || this.#folders);
    const hover = `Sounds are heard as the pointer passes: ${this.hover ? "on" : "off"}`;
    return html`<div class="tools" part="tools">
      <h2 id="title">Map</h2>
      <select aria-label="Colour by" title="Colour by" @change=${(event: Event) => (this.colouring = (event.target as HTMLSelectElement).value as MapColouring)}>${offered.map((colouring) => html`<option value=${colouring} ?selected=${colouring === this.colouring}>${SPOKEN[colouring]}</option>`)}</select>
      <button class="icon" aria-pressed=${this.hover} aria-label="Hover sounds" title=${hover} @click=${() => (this.hover = !this.hover)}>${icon(this.hover ? "sounding" : "silence")}</button>
      <div class="segments" role="group" aria-label="What a drag does">${tool("play", "play", "Drag plays a path")} ${tool("choose", "lasso", "Drag chooses (Shift)")} ${tool("move", "move", "Drag moves the map (Alt)")}</div>
    </div>`;
  }

  #view(): unknown {
    if (this.#count === 0) return nothing;
    const act = (sign: "more" | "less" | "whole", label: string, run: () => void) => html`<button aria-label=${label} title=${label} @click=${run}>${icon(sign, 0.875)}</button>`;
    return html`<div class="segments view" role="group" aria-label="View">
      ${act("more", "Nearer (Page Up)", () => this.#zoom(ZOOM_STEP))} ${act("less", "Farther (Page Down)", () => this.#zoom(1 / ZOOM_STEP))} ${act("whole", "The whole map (Home)", () => (this.camera = WHOLE_MAP))}
    </div>`;
  }

  /** What the pointer or the keys are at, in words. */
  #tip(): unknown {
    const sound = this.sounds[this.at];
    if (this.at < 0 || this.at >= this.#count || !sound || this.#size.height === 0) return nothing;
    const [x, y] = toScreen(this.camera, this.#size, this.map.places![2 * this.at]!, this.map.places![2 * this.at + 1]!);
    const far = this.retrieval?.matches.find(({ id }) => id === this.at)?.distance ?? this.map.distances?.[this.at];
    const across = x > this.#size.width / 2 ? `right:${(this.#size.width - x + 14).toFixed(0)}px` : `left:${(x + 14).toFixed(0)}px`;
    const down = y > this.#size.height / 2 ? `bottom:${(this.#size.height - y + 14).toFixed(0)}px` : `top:${(y + 14).toFixed(0)}px`;
    return html`<div class="tip" style="${across};${down}">
      ${familySign(sound.family, 1)}
      <span><b><bdi>${headline(sound)}</bdi> ${sound.pitch}</b><small>${[capitalised(details(sound)), far === undefined ? "" : `distance ${distance(far)}`].filter(Boolean).join(" · ")}</small></span>
    </div>`;
  }

  #over(): unknown {
    const { progress, fault, places } = this.map;
    if (fault !== null && !places) return html`<div class="over"><p role="alert">${fault}</p><button @click=${() => emit(this, "simile-map", { kind: "anew" })}>Lay out again</button></div>`;
    if (places && this.#count > 0) return nothing;
    if (progress) return html`<div class="over">${this.#progress()}</div>`;
    return html`<div class="over muted"><p>${this.sounds.length === 0 ? "No sounds yet: open a folder or a preset, and they lie here beside their likes." : "The map is laid out once the sounds are there."}</p></div>`;
  }

  #progress(): unknown {
    const { progress } = this.map;
    if (!progress) return nothing;
    return html`<span role="status">${STAGES[progress.stage]} ${counted(this.sounds.length, "sound")}</span><progress max=${Math.max(1, progress.all)} value=${progress.done} aria-label=${STAGES[progress.stage]}></progress>`;
  }

  #legend(): unknown {
    if (this.#count === 0) return nothing;
    return html`<ul class="legend" part="legend" aria-label="Colours">
      ${this.#classes.classes.map(({ name, count }, index) =>
        count === 0
          ? nothing
          : html`<li>
              <button aria-pressed=${this.only === index} title="Only these" @click=${() => (this.only = this.only === index ? -1 : index)}>
                ${this.colouring === "family" ? familySign(FAMILIES[index]!, 0.875) : html`<span class="dot" style="color:${this.#styleOf(index)}"></span>`} <bdi>${name}</bdi> <span class="muted">${count.toLocaleString("en")}</span>
              </button>
            </li>`,
      )}
    </ul>`;
  }

  #styleOf(index: number): string {
    const hue = this.#hueOf(index);
    return hue.startsWith("near-") ? NEAR[index]! : `var(--_${hue})`;
  }

  #notes(): unknown {
    const { progress, fault, places, original } = this.map;
    if (!places) return nothing;
    const grown = this.#count > 2 * original;
    return html`${this.fallback === "" ? nothing : html`<p class="muted">${this.fallback}</p>`}
      ${fault === null ? nothing : html`<p role="alert">${fault}</p>`}
      ${progress && this.#count > 0 ? html`<div class="note">${this.#progress()}</div>` : nothing}
      ${grown && !progress ? html`<div class="note"><span>Most of these sounds came after the map was made.</span><button @click=${() => emit(this, "simile-map", { kind: "anew" })}>Lay out anew</button></div>` : nothing}`;
  }

  #selection(): unknown {
    return html`<form class="chosen" aria-label="What is chosen" @submit=${this.#onSave}>
      <b>${counted(this.chosen.length, "sound")} chosen</b>
      <button type="button" @click=${() => emit(this, "simile-map", { kind: "pads", ids: this.chosen })}>To the pads</button>
      <button type="button" aria-expanded=${this.saving} @click=${() => (this.saving = !this.saving)}>Save…</button>
      <button type="button" class="clear" aria-label="Choose none" title="Choose none (Escape)" @click=${() => (this.chosen = [])}>${icon("close", 0.875)}</button>
      ${this.saving
        ? html`<input type="text" name="title" aria-label="Title of the preset" placeholder="Title" maxlength="200" required value="From the map" />
            <label class="check"><input type="checkbox" name="audio" /> With audio</label>
            <button>Save as .simile</button>`
        : nothing}
    </form>`;
  }

  readonly #onSave = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    emit(this, "simile-preset", { kind: "export", wish: { title: String(form.get("title") ?? "").trim(), author: "", licence: "", audio: form.get("audio") !== null, ids: this.chosen } });
  };
}

/** Near to far: from the accent through ink to what is faint, and still stands out from the paper. */
const NEAR = ["var(--_accent)", "color-mix(in oklab, var(--_accent) 60%, var(--_ink))", "var(--_ink)", "var(--_muted)", "var(--_edge)"] as const;

define("simile-map", SimileMap);

declare global {
  interface HTMLElementTagNameMap {
    "simile-map": SimileMap;
  }
}
