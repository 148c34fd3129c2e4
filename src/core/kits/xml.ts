/** Writes XML, and reads it without document types, so that no entity can be defined, expanded or fetched. */

import { SaxesParser } from "saxes";
import { FormatError } from "../errors.ts";

/** An element to write: text goes between the tags; an empty list of children writes `<name />`. */
export interface XmlNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly content: string | readonly XmlNode[];
}

export function element(name: string, attributes: XmlNode["attributes"], content: string | readonly XmlNode[] = []): XmlNode {
  return { name, attributes, content };
}

/** The document's text, indented, with its declaration. Characters that XML 1.0 has no place for are written as U+FFFD. */
export function writeXml(root: XmlNode): string {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>'];
  writeNode(root, "", lines);
  return `${lines.join("\n")}\n`;
}

function writeNode({ name, attributes, content }: XmlNode, indent: string, lines: string[]): void {
  const head = `${indent}<${name}${Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`).join("")}`;
  if (typeof content === "string") lines.push(`${head}>${escapeXml(content)}</${name}>`);
  else if (content.length === 0) lines.push(`${head} />`);
  else {
    lines.push(`${head}>`);
    for (const child of content) writeNode(child, `${indent}  `, lines);
    lines.push(`${indent}</${name}>`);
  }
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** Text for attributes and content alike. Line breaks and tabs are written as references: an attribute would lose them. */
export function escapeXml(text: string): string {
  const valid = text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd");
  return valid.replace(/[&<>"'\t\n\r]/g, (character) => ENTITIES[character] ?? `&#${character.charCodeAt(0)};`);
}

export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The element's own text, without that of its children. */
  readonly text: string;
}

const MAX_DEPTH = 64;
const MAX_ELEMENTS = 1_000_000;

/** Parses a document. `place` names it in the FormatError that text which is not well formed, has a document type or nests too deep gives. */
export function parseXml(text: string, place: string): XmlElement {
  interface Open {
    readonly name: string;
    readonly attributes: ReadonlyMap<string, string>;
    readonly children: XmlElement[];
    text: string;
  }
  const fault = (expected: string, got: string) => new FormatError(`${place}: expected ${expected}, got ${got}; export it again.`);
  const stack: Open[] = [];
  const root: { element?: XmlElement } = {};
  let count = 0;
  const parser = new SaxesParser();
  parser.on("doctype", () => {
    throw fault("XML without a document type", "one");
  });
  parser.on("error", (cause) => {
    throw fault("well-formed XML", cause.message.slice(0, 120));
  });
  parser.on("opentag", ({ name, attributes }) => {
    if (stack.length >= MAX_DEPTH) throw fault(`at most ${MAX_DEPTH} elements within each other`, "more");
    if (++count > MAX_ELEMENTS) throw fault(`at most ${MAX_ELEMENTS} elements`, "more");
    stack.push({ name, attributes: new Map(Object.entries(attributes)), children: [], text: "" });
  });
  const take = (part: string) => {
    const open = stack.at(-1);
    if (open) open.text += part;
  };
  parser.on("text", take);
  parser.on("cdata", take);
  parser.on("closetag", () => {
    const closed = stack.pop();
    const parent = stack.at(-1);
    if (closed && parent) parent.children.push(closed);
    else if (closed) root.element = closed;
  });
  parser.write(text).close();
  if (!root.element) throw fault("an XML document", "no element");
  return root.element;
}

/** The first child of that name. */
export function childOf(parent: XmlElement, name: string): XmlElement | undefined {
  return parent.children.find((child) => child.name === name);
}

export function childrenOf(parent: XmlElement, name: string): readonly XmlElement[] {
  return parent.children.filter((child) => child.name === name);
}

/** The trimmed text of the first child of that name; undefined where there is none. */
export function textOf(parent: XmlElement, name: string): string | undefined {
  return childOf(parent, name)?.text.trim();
}
