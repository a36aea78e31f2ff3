// Another script on the page, which changes whatever it finds, at random.

/** `childrenOf` returns the own children of a parent. */
export function stranger(root, seed, childrenOf, done) {
  let state = seed * 2654435761 + 1;
  const random = (below) => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return Math.floor((state / 2 ** 32) * below);
  };
  const pick = (all) => all[random(all.length)];

  /** The foreign nodes, each with the parent where the script has put it. Some go with the own node that they show. */
  const foreign = new Map();
  /** Own nodes that the script has replaced. */
  const replaced = new Set();
  /** The pieces of split texts. */
  const pieces = new Map();

  const own = () => {
    const all = new Set();
    const walk = (parent) => {
      for (const node of childrenOf(parent)) {
        if (!node.isConnected || all.has(node)) continue;
        all.add(node);
        walk(node);
      }
    };
    walk(root);
    return [...all];
  };
  /** Texts of which the script has removed a piece, with what was left, and all that they show when they are written again. */
  const torn = new Map();
  /** Returns a text with the pieces that were split from it. A piece may have been split again. */
  const textOf = (node) => {
    const [left, text] = torn.get(node) ?? [];
    return node.data === left ? text : whole(node);
  };
  const whole = (node) => node.data + (pieces.get(node) ?? []).map((piece) => (piece.parentNode ? whole(piece) : "")).join("");
  const isElement = (node) => node.nodeType === Node.ELEMENT_NODE;
  const isClosed = (node) => node.closest("textarea,select,style,script,title,noscript,iframe,[contenteditable]");
  const parents = () => [root, ...own().filter(isElement)].filter((node) => !isClosed(node));
  const movable = () => own().filter((node) => !isClosed(node.parentElement ?? root) && !hasChoice(node));
  /** A piece of a text beside it could be taken for its replacement. */
  const removable = () => {
    const all = new Set([...pieces.values()].flat());
    return movable().filter((node) => ![node.previousSibling, node.nextSibling].some((other) => fresh.has(other) && all.has(other)));
  };
  /** Radio buttons and details with a name influence each other, wherever they are. */
  const hasChoice = (node) =>
    isElement(node) && [node, ...node.querySelectorAll("*")].some((inner) => inner.matches("[type=radio],details[name],option,[contenteditable]"));

  /** What the script has put there since it last came to rest. */
  const fresh = new Set();
  const loose = new Set();

  /** Removes a node soon, which looks as if the new nodes beside it replaced it. Returns true if there are some. */
  const loosen = (node) => {
    const around = [node.previousSibling, node.nextSibling, node.parentNode].filter((other) => fresh.has(other));
    for (const other of around) loose.add(other);
    return around[0];
  };
  const has = (parent, nodes) => [...nodes].some((node) => parent.contains(node));

  const put = (parent, node, before) => {
    parent.insertBefore(node, before);
    foreign.set(node, parent);
    fresh.add(node);
    // A copy of a piece beside the text, too.
    const text = node.previousSibling;
    if (pieces.has(text) && textOf(text).includes(node.data)) loose.add(node);
  };
  const made = () => {
    const element = document.createElement("x-f");
    element.append("foreign");
    return [element, element, new Text("foreign"), new Comment(pick(["", "/", "*", "/*", "1", "x"]))][random(4)];
  };
  const anywhere = (parent) => pick([...parent.childNodes, null]);
  const wrapper = () => {
    const around = document.createElement("x-f");
    fresh.add(around);
    return around;
  };

  const changes = {
    insert: () => {
      const parent = pick(parents());
      put(parent, made(), anywhere(parent));
    },
    clone: () => {
      const node = pick(movable());
      const parent = pick(parents());
      if (node) put(parent, node.cloneNode(true), anywhere(parent));
    },
    cloneBeside: () => {
      const node = pick(movable());
      if (node) put(node.parentNode, node.cloneNode(true), pick([node, node.nextSibling]));
    },
    wrap: () => {
      const node = pick(movable());
      if (!node) return;
      const around = wrapper();
      // With a node that has come just now, it belongs to what that replaces.
      if (fresh.has(node)) loose.add(around);
      put(node.parentNode, around, node);
      around.append(node);
    },
    wrapAll: () => {
      const parent = pick(parents());
      if (parent === root || [...parent.childNodes].some(hasChoice)) return;
      const around = wrapper();
      around.append(...parent.childNodes);
      put(parent, around, null);
    },
    teleport: () => {
      const node = pick(movable().filter(isElement));
      if (node) document.body.append(node);
    },
    remove: () => {
      const node = pick(removable());
      if (!node) return;
      if (loosen(node) || pieces.has(node)) replaced.add(node);
      node.remove();
    },
    split: () => {
      const node = pick(movable().filter((node) => node.nodeType === Node.TEXT_NODE && node.data.length > 2));
      if (!node) return;
      // A copy of the text beside it could be taken for a piece.
      for (const beside of [node.previousSibling, node.nextSibling]) {
        if (fresh.has(beside) && node.data.includes(beside.data)) loose.add(beside);
      }
      const all = pieces.get(node)?.filter((piece) => piece.isConnected) ?? [];
      const piece = node.splitText(1 + random(node.data.length - 1));
      pieces.set(node, [piece, ...all]);
      fresh.add(piece);
      if (random(2)) return;
      const around = wrapper();
      piece.replaceWith(around);
      around.append(piece);
    },
    shuffle: () => {
      const parent = pick(parents());
      const all = [...parent.childNodes].filter((node) => !hasChoice(node));
      for (let count = random(4); count--; ) if (all.length) parent.insertBefore(pick(all), anywhere(parent));
    },
    adopt: () => {
      const node = pick(movable());
      const parent = pick(parents());
      if (node && !node.contains(parent)) parent.insertBefore(node, anywhere(parent));
    },
    translate: () => {
      const node = pick(removable());
      if (!node || pieces.has(node)) return;
      replaced.add(node);
      loosen(node);
      const around = wrapper();
      around.append("translated");
      if (random(2)) node.replaceWith(around);
      else {
        node.before(around);
        node.remove();
      }
    },
    rewrite: () => {
      const parent = pick(parents().filter((parent) => parent !== root && parent.localName !== "template" && !hasChoice(parent)));
      if (!parent || has(parent, pieces.keys())) return;
      for (const node of [...childrenOf(parent), ...parent.childNodes]) replaced.add(node);
      // It has come just now, and so belongs to what replaces its content.
      if (fresh.has(parent)) loose.add(parent);
      parent.innerHTML += "<x-f>more</x-f>";
      for (const node of parent.childNodes) fresh.add(node);
    },
    away: () => {
      const node = pick([...foreign.keys()]);
      for (const text of pieces.keys()) if (node?.contains(text)) replaced.add(text);
      node?.remove();
    },
  };
  const early = ["insert", "cloneBeside", "wrap", "teleport", "remove"];

  const run = (name) => {
    done.push(name);
    const texts = [...pieces.keys()].map((node) => [node, textOf(node)]);
    changes[name]();
    for (const [node, text] of texts) if (textOf(node) !== text) torn.set(node, [node.data, text]);
    // An element that holds nothing but a piece goes with it.
    for (const { parentNode } of [...pieces.values()].flat()) if (parentNode?.childNodes.length === 1) loose.add(parentNode);
    for (const node of foreign.keys()) {
      if (node.parentNode) foreign.set(node, node.parentNode);
      else foreign.delete(node);
    }
  };

  return {
    random,
    change: () => run(pick(Object.keys(changes))),
    /** The page has seen all changes. */
    rest: () => fresh.clear(),
    /** Makes a change before the page's script runs. */
    changeEarly: () => run(pick(early)),
    /** A full render has come. `isNew`: all nodes are new. Otherwise the replaced ones are back. */
    forget(isNew) {
      for (const map of isNew ? [foreign, replaced, pieces] : [replaced]) map.clear();
    },
    textOf,
    /** Checks where nodes are: own ones in the page, foreign ones where they were put. */
    fault(tried) {
      const all = new Set();
      const walk = (parent) => {
        let before;
        for (const node of childrenOf(parent)) {
          all.add(node);
          if (!node.isConnected && !isReplaced(node)) return { fault: `${text(node)} is missing` };
          if (node.parentNode === parent) {
            if (before && !(before.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING)) return { fault: `${text(node)} is in the wrong order` };
            before = node;
          } else if (node.isConnected && root.contains(node.parentNode) && isHere(node.parentNode)) {
            return { fault: `${text(node)} is in another own element` };
          }
          const found = walk(node);
          if (found) return found;
        }
      };
      const isReplaced = (node) => replaced.has(node) || (node.parentNode && node.parentNode !== document && isReplaced(node.parentNode));
      const isHere = (node) => node === root || all.has(node);
      const found = walk(root);
      if (found) return found;
      for (const [node, parent] of foreign) {
        if (node.parentNode === parent) tried.stayed++;
        else if (parent.isConnected && !loose.has(node)) return { fault: `${text(node)} is foreign, and has gone` };
        else foreign.delete(node);
      }
      return null;
    },
  };
}

const text = (node) => (node.outerHTML ?? node.data).slice(0, 80);
