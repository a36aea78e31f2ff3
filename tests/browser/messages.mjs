// Listens to the messages between a page and its server, over either transport.

/** Calls `noteFrame`, a function of the page, with each message: as `up` when the page sends it, or as `down` just before the
 * page handles it. Call this before the page loads. */
export const listen = (page) => page.addInitScript(tap);

/** Runs in pages. */
function tap() {
  const noteAll = (name, messages) => {
    for (const message of messages) window.noteFrame?.({ [name]: JSON.parse(message) });
  };
  window.WebSocket = class extends WebSocket {
    constructor(address) {
      super(address);
      this.addEventListener("message", ({ data }) => noteAll("down", [data]));
    }

    send(message) {
      noteAll("up", [message]);
      super.send(message);
    }
  };
  const { fetch } = window;
  window.fetch = (url, options) => {
    noteAll("up", (options.headers["tealight-attach"] ?? options.body).split("\n").filter(Boolean));
    return fetch(url, options);
  };
  const { read } = ReadableStreamDefaultReader.prototype;
  ReadableStreamDefaultReader.prototype.read = async function () {
    const result = await read.call(this);
    const events = ((this.rest ?? "") + (result.value ?? "")).split("\n\n");
    this.rest = events.pop();
    // Messages have no name, but patches have a number.
    const messages = events.filter((event) => !event.startsWith("event: ")).flatMap((event) => /^data: (.*)/m.exec(event)?.[1] ?? []);
    noteAll("down", messages);
    return result;
  };
}
