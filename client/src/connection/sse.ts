// Messages over server-sent events and POST: down one response that does not end, up by requests beside it.

import { place } from "./stream-lock.ts";
import type { Open } from "./transport.ts";

/** So many characters go into one post, unless one message alone has more. */
const MOST = 16_000;
const ALIVE_AFTER = 25_000;
const OK = 200;

/** The first message travels in the request that opens the stream: in a header, which nobody logs. */
export const overEvents =
  (url: URL): Open =>
  (listener) => {
    const abort = new AbortController();
    const { signal } = abort;
    const waiting: string[] = [];
    let reading: Promise<void> | undefined;
    let key = "";
    let posts = 0;
    /** What is in the post that is on its way. */
    let posted: string | undefined;
    let postedAt = 0;

    const end = (code: number): void => {
      if (signal.aborted) return;
      abort.abort();
      listener.closed(code);
    };

    const read = async (attach: string): Promise<void> => {
      await place(signal, listener.asked);
      const headers = { accept: "text/event-stream", "tealight-attach": attach };
      const { body } = await fetch(url, { headers, signal, cache: "no-store" });
      const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
      postedAt = Date.now();
      for (let rest = ""; ; ) {
        const { value, done } = await reader.read();
        if (done) return end(0);
        const events = (rest + value).split("\n\n");
        rest = events.pop()!;
        events.forEach(hear);
      }
    };

    const hear = (event: string): void => {
      const [, type, data] = /(?:event: (.*)\n)?data: ([^]*)/.exec(event) ?? [];
      if (type === "close") end(parseInt(data!));
      else if (type) {
        key = data!;
        post();
      } else if (data) listener.received(data);
      // Whatever comes, a comment too, asks whether anybody is there; and whether a post has been lost on its way.
      if (Date.now() - postedAt > ALIVE_AFTER) posted === undefined ? post(true) : end(0);
    };

    /** Not ended with the stream: what has been posted is to arrive. */
    const request = (number: number, body: string): Promise<number> => {
      const headers = { "tealight-connection": key, "tealight-post": number as any };
      const posting = fetch(url, { method: "POST", headers, body, keepalive: !number });
      return posting.then((answer) => answer.status, () => 0);
    };

    /** One post at a time; what is said meanwhile goes into the next one. */
    const post = async (anyway?: boolean): Promise<void> => {
      if (posted !== undefined || !key || signal.aborted || !(anyway || waiting[0])) return;
      postedAt = Date.now();
      posted = waiting.shift() ?? "";
      while (waiting[0] && posted.length + waiting[0].length < MOST) posted += `\n${waiting.shift()}`;
      // What was in a post that failed is said again on a new connection.
      const status = await request(++posts, posted);
      if (status !== OK) return end(status);
      posted = undefined;
      post();
    };

    // What waits for a post to come back cannot wait when its page goes. It does not overtake that post either,
    // since it brings the same once more.
    const part = (): unknown => key && (posted || waiting[0]) && request(0, [posted, ...waiting].join("\n"));
    addEventListener("pagehide", part, { signal });
    setTimeout(listener.opened);
    return {
      send(message) {
        waiting.push(message);
        reading ??= read(waiting.shift()!).catch(() => end(0));
        post();
      },
      close: () => abort.abort(),
    };
  };
