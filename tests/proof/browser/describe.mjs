// Describes a page in lines: structure, namespaces, attributes and properties, without marks. Equal pages give equal lines.

/** Returns the properties of an element. */
const PROPERTIES = {
  input: ["value", "checked", "defaultValue", "defaultChecked", "disabled"],
  textarea: ["value", "defaultValue"],
  option: ["value", "defaultSelected"],
  details: ["open"],
  dialog: ["open"],
  audio: ["muted", "defaultMuted"],
  video: ["muted", "defaultMuted"],
};

/** `childrenOf` returns the children to describe, and `textOf` the text of a text node. */
export function describe(root, childrenOf = ({ childNodes }) => childNodes, textOf = ({ data }) => data) {
  const lines = [];
  describeChildren(root, "", lines, childrenOf, textOf);
  return lines.join("\n");
}

function describeChildren(parent, indent, lines, childrenOf, textOf) {
  let text = "";
  const flush = () => {
    if (text) lines.push(indent + JSON.stringify(text));
    text = "";
  };
  for (const node of childrenOf(parent)) {
    if (node.nodeType === Node.TEXT_NODE) text += textOf(node);
    if (node.nodeType !== Node.ELEMENT_NODE) continue;
    flush();
    lines.push(indent + describeElement(node));
    const holder = node instanceof HTMLTemplateElement ? node.content : node;
    describeChildren(holder, `${indent}  `, lines, childrenOf, textOf);
  }
  flush();
}

function describeElement(element) {
  const attributes = [...element.attributes].map(({ namespaceURI, name, value }) => {
    return `${namespaceURI ? `{${namespaceURI}}` : ""}${name}=${JSON.stringify(value)}`;
  });
  const properties = (element.namespaceURI.endsWith("xhtml") && PROPERTIES[element.localName]) || [];
  const shown = properties.map((name) => `.${name}=${JSON.stringify(element[name])}`);
  if (element.localName === "input") {
    // HTML has no such attribute. The page sets the property at adoption.
    const is = adopted ? element.indeterminate : element.hasAttribute("indeterminate");
    shown.push(`.indeterminate=${is}`);
  }
  if (element.localName === "option" && isChosenByServer(element)) shown.push(`.selected=${element.selected}`);
  const kind = element.constructor.name;
  return `<${element.namespaceURI} ${element.localName} ${kind} ${attributes.sort().join(" ")} ${shown.join(" ")}>`;
}

/** A person's choice stays unless the server selects an option; a single select has one selected option. */
function isChosenByServer(option) {
  const select = option.closest("select");
  const chosen = select?.querySelectorAll("option[selected]").length;
  return chosen && (select.multiple || chosen === 1);
}

let adopted = false;

/** Marks the page as adopted by the client. */
export const setAdopted = (is) => (adopted = is);
