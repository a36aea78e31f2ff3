// From trees and trusted markup to nodes. They grow in an inert document, where nothing loads or runs.

import { HTML, setAttribute } from "./nodes.ts";
import type { Template } from "./template.ts";
import type { Attributes, Seed } from "../wire.ts";

interface Policy {
  createHTML(html: string): string;
}

let inertDocument: Document | undefined;
let policy: Policy | undefined;

const inert = (): Document => (inertDocument ??= document.implementation.createHTMLDocument());

/** A new copy of the template's roots, to stand in `parent`. */
export function build(template: Template, parent: Element): DocumentFragment {
  const space = spaceIn(parent);
  if (template.space !== space) {
    template.space = space;
    grow((template.grown = inert().createDocumentFragment()), template.tree!, space);
  }
  return document.importNode(template.grown!, true);
}

/** The namespace of what stands in it. */
const spaceIn = ({ localName, namespaceURI }: Element): string | null =>
  localName === "foreignObject" ? HTML : namespaceURI;

function grow(parent: Element | DocumentFragment, content: (Attributes | Seed)[], space: string | null): void {
  const holder = (parent as HTMLTemplateElement).content ?? parent;
  for (const item of content) {
    if (typeof item === "string") holder.append(item);
    else if (typeof item === "number") holder.append(new Comment(item === 2 ? "/" : ""));
    else if (Array.isArray(item)) {
      const [tag, ...inner] = item;
      const element = inert().createElementNS(SPACES[tag] ?? space, tag);
      grow(element, inner, spaceIn(element));
      holder.append(element);
    } else for (const name in item) setAttribute(parent as Element, name, item[name]!);
  }
}

const SPACES: { [tag: string]: string } = {
  svg: "http://www.w3.org/2000/svg",
  math: "http://www.w3.org/1998/Math/MathML",
};

/** Markup that the application vouches for, parsed as the content of `parent`. */
export function parse(html: string, parent: Element): Iterable<Node> {
  policy ??= (window as any).trustedTypes?.createPolicy("tealight", { createHTML: (html: string) => html }) as Policy;
  const context = inert().createElementNS(parent.namespaceURI, parent.localName);
  context.innerHTML = policy?.createHTML(html) ?? html;
  return context.childNodes;
}
