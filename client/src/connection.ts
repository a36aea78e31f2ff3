// Keeps one page in touch with its session, over one transport after another.

import { backoff } from "./backoff.ts";
import type { Page, Server } from "./page.ts";
import type { Open, Transport } from "./transport.ts";
import { decode, encodeAttach, encodeEvent, encodePing, encodeRemount } from "./wire.ts";
import type { Down } from "./wire.ts";

const ATTACH_WITHIN = 10_000;
const ANSWER_WITHIN = 5_000;
const STEADY_AFTER = 5_000;

const TAKEN_OVER = 4001;
const OUTDATED = 4406;
/** The server could not take what the page sent; sending it again would not help. */
const POISONED = [1009, 4400];

export interface Connection extends Server {
  /** The tab or the network is back: connects at once, or asks whether the server is still there. */
  wake(): void;
}

/** `outdated` is called when the server no longer speaks this script's version. */
export function connect(page: Page, session: string, open: Open, outdated: () => void): Connection {
  let transport: Transport | undefined;
  let live = false;
  let liveSince = 0;
  let heardAt = 0;
  let attempt = 0;
  let event = 0;
  let unacknowledged: { event: number; message: string }[] = [];
  let retry: number | undefined;
  let deadline: number | undefined;
  let pings = 0;

  const start = (): void => {
    clearTimeout(retry);
    const current = open({
      opened: () => current === transport && send(encodeAttach(session, page.patch, event)),
      received: (message) => current === transport && receive(decode(message)),
      closed: (code) => current === transport && lose(code),
    });
    transport = current;
    expect(ATTACH_WITHIN, drop);
  };

  const send = (message: string): void => transport?.send(message);

  /** Calls `otherwise` unless a message comes in time. */
  const expect = (within: number, otherwise: () => void): void => {
    deadline ??= setTimeout(() => {
      deadline = undefined;
      otherwise();
    }, within);
  };

  const probe = (): void => {
    send(encodePing(++pings));
    expect(ANSWER_WITHIN, drop);
  };

  const receive = ({ event: applied, patch, mount, resume }: Down): void => {
    heardAt = Date.now();
    clearTimeout(deadline);
    deadline = undefined;
    if (applied !== undefined) unacknowledged = unacknowledged.filter(({ event }) => event > applied);
    if (patch) page.apply(patch);
    if (mount) {
      if (mount.session !== session) {
        session = mount.session;
        event = applied!;
        unacknowledged = [];
      }
      page.mount(mount);
    }
    if (!live && (mount || resume)) goLive();
  };

  const goLive = (): void => {
    live = true;
    liveSince = Date.now();
    page.show("live");
    for (const { message } of unacknowledged) send(message);
    if (page.broken) send(encodeRemount(page.patch));
  };

  const drop = (): void => {
    transport?.close();
    lose(0);
  };

  const lose = (code: number): void => {
    if (live && Date.now() - liveSince > STEADY_AFTER) attempt = 0;
    live = false;
    transport = undefined;
    clearTimeout(deadline);
    deadline = undefined;
    page.show("lost");
    if (code === OUTDATED) return outdated();
    if (code === TAKEN_OVER) session = "";
    if (POISONED.includes(code)) {
      event -= unacknowledged.length;
      unacknowledged = [];
    }
    retry = setTimeout(start, backoff(attempt++, Math.random()));
  };

  start();
  return {
    fire(address, payload) {
      const message = encodeEvent(++event, page.patch, address, payload);
      unacknowledged.push({ event, message });
      if (!live) return;
      send(message);
      expect(ANSWER_WITHIN, probe);
    },
    remount(number) {
      if (live) send(encodeRemount(number));
    },
    wake() {
      if (!transport) start();
      else if (live && Date.now() - heardAt > ANSWER_WITHIN) probe();
    },
  };
}
