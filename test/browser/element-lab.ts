/** Puts one element on the page for a test: its events, its parts, its controls, and whether it is accessible. */

import axe from "axe-core";
import { afterEach, expect } from "vitest";
import type { SimileEvents } from "../../src/app/ui/events.ts";

type Tag = Extract<keyof HTMLElementTagNameMap, `simile-${string}`>;

const undo: (() => void)[] = [];
afterEach(() => {
  for (const stop of undo.splice(0)) stop();
  document.body.replaceChildren();
  document.documentElement.removeAttribute("style");
});

/** An element on the page with these properties, rendered. */
export async function show<Name extends Tag>(tag: Name, properties: Partial<HTMLElementTagNameMap[Name]> = {}): Promise<HTMLElementTagNameMap[Name] & { updateComplete: Promise<boolean> }> {
  const element = document.createElement(tag) as HTMLElementTagNameMap[Name] & { updateComplete: Promise<boolean> };
  Object.assign(element, properties);
  document.body.append(element);
  await element.updateComplete;
  return element;
}

/** Details of every event of one name that reaches the page. */
export function hear<Name extends keyof SimileEvents>(name: Name): SimileEvents[Name][] {
  const heard: SimileEvents[Name][] = [];
  const listener = (event: Event): void => void heard.push((event as CustomEvent<SimileEvents[Name]>).detail);
  document.body.addEventListener(name, listener);
  undo.push(() => document.body.removeEventListener(name, listener));
  return heard;
}

/** The one part that matches. */
export function inside<Part extends HTMLElement = HTMLElement>(element: Element, selector: string): Part {
  const found = element.shadowRoot!.querySelector<Part>(selector);
  if (!found) throw new Error(`${element.localName}: expected ${selector}, found none`);
  return found;
}

/** Every part that matches. */
export function all<Part extends HTMLElement = HTMLElement>(element: Element, selector: string): Part[] {
  return [...element.shadowRoot!.querySelectorAll<Part>(selector)];
}

/** The button with that text or label. */
export function button(element: Element, text: string): HTMLButtonElement {
  const found = all(element, "button").find((candidate) => candidate.textContent!.includes(text) || candidate.getAttribute("aria-label")?.includes(text));
  if (!found) throw new Error(`${element.localName}: expected a button "${text}", found none`);
  return found as HTMLButtonElement;
}

/** Chooses an option as a user does. */
export function choose(select: Element, value: string): void {
  (select as HTMLSelectElement).value = value;
  select.dispatchEvent(new Event("change"));
}

/** Moves a slider as a user does. */
export function slide(input: Element, value: number): void {
  (input as HTMLInputElement).value = String(value);
  input.dispatchEvent(new Event("input"));
}

/** No rule of axe is broken by what is on the page, in light or dark. */
export async function expectAccessible(): Promise<void> {
  for (const scheme of ["light", "dark"]) {
    document.documentElement.style.colorScheme = scheme;
    document.documentElement.style.background = "light-dark(#f5f1e7, #131210)";
    const { violations } = await axe.run(document.body, { rules: { region: { enabled: false }, "page-has-heading-one": { enabled: false }, "landmark-one-main": { enabled: false } } });
    expect(violations.map(({ id, nodes }) => `${scheme}: ${id} at ${nodes.map((node) => node.target.join(" ")).join(", ")}`)).toEqual([]);
  }
}
