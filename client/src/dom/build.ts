// Builds nodes from trees and from trusted markup, in an inert document where nothing loads or runs.

import type { Attributes, Tree } from "../wire.ts";
import { setAttribute } from "./nodes.ts";
import type { Template } from "./template.ts";

interface Policy {
  createHTML(html: string): string;
}

let inertDocument: Document | undefined;
let policy: Policy | undefined;

const inert = (): Document => (inertDocument ??= document.implementation.createHTMLDocument());

/** Returns new nodes of the template's roots, which will be children of `parent`. */
export function build(template: Template, parent: Element): DocumentFragment {
  const namespace = namespaceIn(parent);
  if (template._namespace !== namespace) {
    template._namespace = namespace;
    grow((template._built = inert().createDocumentFragment()), template._tree!, namespace);
  }
  return document.importNode(template._built!, true);
}

/** Returns the namespace of an element's children. */
const namespaceIn = ({ localName, namespaceURI }: Element): string | null =>
  // The namespace of HTML.
  localName === "foreignObject" ? document.body.namespaceURI : namespaceURI;

function grow(parent: Element | DocumentFragment, content: (Attributes | Tree)[], namespace: string | null): void {
  const holder = (parent as HTMLTemplateElement).content ?? parent;
  for (const item of content) {
    if (typeof item === "string") holder.append(item);
    else if (typeof item === "number") holder.append(new Comment(item === 2 ? "/" : ""));
    else if (Array.isArray(item)) {
      const [tag, ...inner] = item;
      const element = inert().createElementNS(NAMESPACES[tag] ?? namespace, tag);
      grow(element, inner, namespaceIn(element));
      holder.append(element);
    } else for (const name in item) setAttribute(parent as Element, name, item[name]!);
  }
}

const NAMESPACES: { [tag: string]: string } = {
  svg: "http://www.w3.org/2000/svg",
  math: "http://www.w3.org/1998/Math/MathML",
};

/** Parses markup that the application vouches for, as the content of `parent`. */
export function parse(html: string, parent: Element): Iterable<Node> {
  policy ??= (window as any).trustedTypes?.createPolicy("tealight", { createHTML: (html: string) => html }) as Policy;
  const context = inert().createElementNS(parent.namespaceURI, parent.localName);
  context.innerHTML = policy?.createHTML(html) ?? html;
  return context.childNodes;
}
