// Messages over server-sent events and POST: down in one endless response, up in requests beside it.

import { streamLock } from "./stream-lock.ts";
import type { Open } from "./transport.ts";

/** The most characters of one post, unless a single message is longer. */
const MOST = 16_000;
/** After this time without a post, in milliseconds, the page tells the server that it is still there. */
const ALIVE_AFTER = 25_000;
const OK = 200;

/** The request that opens the stream carries the first message in a header: unlike addresses, headers are not logged. */
export const overEvents =
  (place: () => URL): Open =>
  (listener) => {
    const url = place();
    const abort = new AbortController();
    const { signal } = abort;
    /** The messages that are not posted yet. */
    const waiting: string[] = [];
    let reading: Promise<void> | undefined;
    let key = "";
    let posts = 0;
    /** The body of the post that is under way. */
    let posted: string | undefined;
    let postedAt = 0;

    const end = (code: number): void => {
      if (signal.aborted) return;
      abort.abort();
      listener.onclose({ code });
    };

    const read = async (attach: string): Promise<void> => {
      await streamLock(signal, listener);
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
      listener._heard();
      const [, type, data] = /(?:event: (.*)\n)?data: ([^]*)/.exec(event) ?? [];
      if (type === "close") end(parseInt(data!));
      else if (type) {
        key = data!;
        post();
      } else if (data) listener.onmessage({ data });
      // Each event is an occasion to say that the page is there, and to notice a lost post. Comments are events too.
      if (Date.now() - postedAt > ALIVE_AFTER) posted === undefined ? post(true) : end(0);
    };

    /** Does not end with the stream: the server still takes a post that is under way. */
    const request = (number: number, body: string): Promise<number> => {
      const headers = { "tealight-connection": key, "tealight-post": number as any };
      const posting = fetch(url, { method: "POST", headers, body, keepalive: !number });
      return posting.then((answer) => answer.status, () => 0);
    };

    /** Sends one post at a time. Messages that come meanwhile share the next one. */
    const post = async (anyway?: boolean): Promise<void> => {
      if (posted !== undefined || !key || signal.aborted || !(anyway || waiting[0])) return;
      postedAt = Date.now();
      posted = waiting.shift() ?? "";
      while (waiting[0] && posted.length + waiting[0].length < MOST) posted += `\n${waiting.shift()}`;
      // After a failed post the page attaches again, and sends its events again.
      const status = await request(++posts, posted);
      if (status !== OK) return end(status);
      posted = undefined;
      post();
    };

    // A page that is left cannot wait for its post to be answered. It posts all messages again, those under way too,
    // since this post may overtake the other.
    const part = (): unknown => key && (posted || waiting[0]) && request(0, [posted, ...waiting].join("\n"));
    addEventListener("pagehide", part, { signal });
    setTimeout(listener.onopen);
    return {
      send(message) {
        waiting.push(message);
        reading ??= read(waiting.shift()!).catch(() => end(0));
        post();
      },
      close: () => abort.abort(),
    };
  };
