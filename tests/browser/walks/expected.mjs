// What a tab of the example `views` must show: its history, the sessions of its server, and what only the page knows.

/** The entries of the history whose controls the page remembers. */
const MOST_KEPT = 20;

/** What only the page knows: what is in controls that no event tells of, and the position of a marked list. */
const NOTHING_OWN = { free: "", shell: "", list: 0 };

/** Returns the view of a path: one view has all notes, and the other one has all cards. */
export const viewOf = (path) => (path.startsWith("/cards") ? "cards" : "notes");

const parts = (path) => {
  const [, kind, id, mark] = /^\/(?:(\w+)\/(\d+)(?:\?mark=(\d+))?)?$/.exec(path);
  return { kind, id: Number(id ?? 0), mark: Number(mark ?? 0) };
};

function headingOf(path) {
  const { kind, id, mark } = parts(path);
  return kind === "cards" ? `Card ${id}` : kind ? `Note ${id}${mark ? ` at ${mark}` : ""}` : "Notes";
}

/** The state of a tab and its server. */
export class Expected {
  /** Each has a path, a session and a scroll position. */
  #entries = [];
  #at = -1;
  /** What only the page knows of entries that it has left, the oldest first. */
  #kept = new Map();
  #own = { ...NOTHING_OWN };
  /** The id of the element that has the focus. */
  #focus = "";

  constructor(path) {
    this.#enter(path, this.#mount());
  }

  #mount = () => ({ count: 0, draft: "" });

  get #entry() {
    return this.#entries[this.#at];
  }

  get path() {
    return this.#entry.path;
  }

  get view() {
    return viewOf(this.path);
  }

  #enter(path, session) {
    this.#entries.splice(++this.#at, Infinity, { path, session, scroll: 0 });
    this.#kept.delete(this.#at);
  }

  #leave() {
    this.#kept.delete(this.#at);
    this.#kept.set(this.#at, { ...this.#own });
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value);
    this.#focus = "";
  }

  /** A view that hears the route keeps its session. */
  #hears = (path) => viewOf(path) === "notes" && this.view === "notes";

  follow(path) {
    this.#leave();
    const hears = this.#hears(path);
    const session = hears ? this.#entry.session : this.#mount();
    // The page stays, with what is in its controls.
    if (!hears) this.#own = { ...NOTHING_OWN };
    if (path !== this.path) return this.#enter(path, session);
    // The browser goes to the present address in place.
    Object.assign(this.#entry, { session, scroll: 0 });
  }

  next() {
    this.follow(`/notes/${parts(this.path).id + 1}`);
  }

  /** Replaces the present entry, and changes neither the scroll position nor the focus. */
  mark() {
    const { id, mark } = parts(this.path);
    this.#entry.path = `/notes/${id}?mark=${mark + 1}`;
  }

  /** Returns true if the history has this entry. */
  hasStep = (by) => !!this.#entries[this.#at + by];

  step(by) {
    this.#leave();
    const { session } = this.#entry;
    const hears = this.#hears(this.#entries[this.#at + by].path);
    this.#at += by;
    if (hears) this.#entry.session = session;
    else if (session !== this.#entry.session) this.#own = { ...(this.#kept.get(this.#at) ?? NOTHING_OWN) };
  }

  /** Only the document knows what the server has not been told. */
  reload() {
    this.#kept.clear();
    this.#own = { ...NOTHING_OWN };
    this.#focus = "";
    this.#entry.session = this.#mount();
  }

  /** The page was loaded. The way back leads to another document, of which nothing is expected. */
  load() {
    this.#entries = [this.#entry];
    this.#at = 0;
    this.scroll(0);
    this.reload();
  }

  press() {
    this.#entry.session.count++;
  }

  enter(name, text) {
    if (name === "draft") this.#entry.session.draft = text;
    else this.#own[name] = text;
  }

  scroll(y) {
    this.#entry.scroll = y;
  }

  scrollList(y) {
    this.#own.list = y;
  }

  focus(id) {
    this.#focus = id;
  }

  /** What `look` returns. */
  get seen() {
    const { path, session, scroll } = this.#entry;
    const isNotes = this.view === "notes";
    return {
      path,
      title: headingOf(path),
      heading: headingOf(path),
      current: path,
      count: String(session.count),
      draft: session.draft,
      free: this.#own.free,
      shell: this.#own.shell,
      list: isNotes ? this.#own.list : 0,
      scroll: isNotes ? scroll : 0,
      focus: this.#focus,
    };
  }
}

/** Returns the page as a person sees it. */
export function look() {
  const path = location.pathname + location.search;
  const one = (selector) => document.querySelector(selector);
  return {
    path,
    title: document.title,
    heading: one("h1")?.textContent,
    // A page whose address no link has marks none.
    current: one("nav [aria-current]")?.textContent ?? path,
    count: one("#up")?.textContent,
    draft: one("#draft")?.value,
    free: one("#free")?.value,
    shell: one("#shell")?.value,
    list: Math.round(one("#list")?.scrollTop ?? 0),
    scroll: Math.round(scrollY),
    focus: document.activeElement === document.body ? "" : document.activeElement.id || document.activeElement.outerHTML,
  };
}

/** Compares the document with that of a full load, in which the session's own values are put. Returns both if they differ. */
export async function compare({ count, draft }) {
  const loaded = await new Promise((done) => {
    // Trusted types forbid to parse a text.
    const request = Object.assign(new XMLHttpRequest(), { responseType: "document", onloadend: () => done(request.response) });
    request.open("GET", location.href);
    request.send();
  });
  loaded.querySelector("#up").textContent = count;
  loaded.querySelector("#draft").setAttribute("value", draft);
  if (draft) loaded.querySelector("form")?.setAttribute("leave", "Leave the card?");
  const both = [document, loaded].map((document) => {
    const parts = ["header", "main"].map((name) => document.querySelector(name).cloneNode(true));
    for (const part of parts) {
      const walker = document.createTreeWalker(part, NodeFilter.SHOW_COMMENT);
      const comments = [];
      while (walker.nextNode()) comments.push(walker.currentNode);
      for (const comment of comments) comment.remove();
      part.normalize();
    }
    return [document.title, ...parts];
  });
  const [isTitle, ...areParts] = both[0].map((part, at) => part === both[1][at] || part.isEqualNode?.(both[1][at]));
  if (isTitle && areParts.every(Boolean)) return undefined;
  return both.map(([title, ...parts]) => [title, ...parts.map((part) => part.outerHTML)]);
}
