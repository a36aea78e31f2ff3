// Keeps one page in touch with its session, over one transport after another.

import { backoff } from "./backoff.ts";
import { claim, refusal } from "../scripts/call.ts";
import type { Answer } from "../scripts/call.ts";
import { travel } from "./latency.ts";
import type { Settled } from "../events/settled.ts";
import type { Page, Server } from "../page.ts";
import type { Transport } from "./transport.ts";
import type { Way } from "./ways.ts";
import { decode, encode, encodeAttach, encodeEvent, encodePing, encodeRemount, encodeSeen, LEAVE, spoil } from "../wire.ts";
import type { Down, Fields } from "../wire.ts";

const ATTACH_WITHIN = 10_000;
/** While there is another way to try. */
const ATTACH_SOON = 4_000;
const ANSWER_WITHIN = 5_000;
const STEADY_AFTER = 5_000;
/** A page that has a worse transport looks so often whether a better one works again. */
const RETURN_EVERY = 60_000;

/** A page that has done so many commands and says nothing else says that. */
const SAY_AFTER = 16;

const TAKEN_OVER = 4001;
const OUTDATED = 4406;
/** The server could not take what the page sent; sending it again would not help. */
const POISONED = [413, 1009, 4400];

export interface Connection extends Server {
  /** The tab or the network is back: connects at once, or asks whether the server is still there. */
  wake(): void;
  /** Goes on over the transport of this name, which is the best one from now on; without a name: which is it? */
  transport(name?: string): string;
}

/** `outdated` is called when the server no longer speaks this script's version. */
export function connect(page: Page, session: string, ways: Way[], outdated: () => void): Connection {
  /** Which way is taken, and which is the best. */
  let way = 0;
  let best = 0;
  let transport: Transport | undefined;
  /** Takes over from `transport`, at `way`, when that has said all it had to say. */
  let next: Transport | undefined;
  let nextWay = 0;
  /** Since when; 0 if it is not. */
  let live = 0;
  let attempt = 0;
  let event = 0;
  /** The last events, up to number `event`. */
  const unsettled: { message: unknown; settled: Settled }[] = [];
  let deadline: number | undefined;
  let unsaid = 0;
  let isPoisoned = false;
  /** By the event that asks. */
  const calls = new Map<number, Answer>();

  const start = (): void => {
    forget();
    use(dial(way));
  };

  const dial = (to: number): Transport => {
    const current = ways[to]![1]({
      opened() {
        if (current === transport) attach();
        else if (current === next) leave();
      },
      received: (message) => travel(() => current === transport && receive(decode(message))),
      closed: (code) => {
        if (current === transport) lose(code);
        else if (current === next) next = undefined;
      },
      asked: () => current === transport && change(way),
    });
    return current;
  };

  const use = (current: Transport): void => {
    transport = current;
    expect(ways[1] ? ATTACH_SOON : ATTACH_WITHIN, drop);
  };

  const attach = (): void => send(encodeAttach(session, page.patch, event));

  const send = (message: unknown): void => {
    const to = transport;
    travel(() => to?.send(encode(message)));
  };

  /** Calls `otherwise` unless a message comes in time. */
  const expect = (within: number, otherwise: () => void): void => {
    deadline ??= setTimeout(() => {
      deadline = undefined;
      otherwise();
    }, within);
  };

  const forget = (): void => {
    clearTimeout(deadline);
    deadline = undefined;
  };

  const probe = (): void => {
    send(encodePing(event));
    expect(ANSWER_WITHIN, drop);
  };

  const receive = ({ event: applied, patch, mount, resume, refused, fields, error }: Down): void => {
    // Who leaves waits for the end, whatever is still said.
    const isLeaving = next && !live;
    if (!isLeaving) forget();
    if (refused) reply(applied!, refusal(refused));
    if (patch) page.apply(patch);
    if (mount) {
      const isNew = session !== (session = mount.session);
      if (isNew) {
        abandon(applied!);
        for (const asked of calls.keys()) reply(asked, refusal("no session"));
      } else settle(applied);
      page.mount(mount, isNew);
    }
    settle(applied, fields);
    unsaid += (patch ?? mount)?.commands?.length ?? 0;
    if (unsaid >= SAY_AFTER) {
      unsaid = 0;
      send(encodeSeen(page.patch));
    }
    if (!live && !isLeaving && (mount || resume)) goLive();
    if (error) console.error(error);
  };

  const settle = (applied: number | undefined, fields?: Fields): void => {
    while (unsettled[0] && event - unsettled.length < applied!) {
      const { settled } = unsettled.shift()!;
      const refused = event - unsettled.length === applied ? fields : undefined;
      for (const done of settled) done(refused);
    }
  };

  /** Of what was not applied nothing will be; the last that was. */
  const abandon = (applied: number): void => {
    settle(Infinity);
    event = applied;
  };

  const goLive = (): void => {
    live = Date.now();
    page.show("live");
    // The first one that was not applied is the one that cannot be taken.
    if (isPoisoned) spoil(unsettled[0]?.message);
    for (const { message } of unsettled) send(message);
    remount();
  };

  /** Goes over to this way, once that is open. */
  const change = (to: number): void => {
    if (!live || next) return;
    nextWay = to;
    const current = (next = dial(to));
    setTimeout(() => {
      if (current !== next || !live) return;
      current.close();
      next = undefined;
    }, ATTACH_SOON);
  };

  const remount = (): void => {
    if (live && page.broken) send(encodeRemount(page.patch));
  };

  const reply = (asked: number, value: unknown): void => {
    calls.get(asked)?.(value);
    calls.delete(asked);
  };

  const improve = (): void => {
    if (way !== best) change(best);
  };

  /** Asks the server for all that it has to say here, and for the end. */
  const leave = (): void => {
    live = 0;
    send(LEAVE);
    forget();
    expect(ANSWER_WITHIN, drop);
  };

  const drop = (): void => {
    transport?.close();
    lose(0);
  };

  const lose = (code: number): void => {
    forget();
    isPoisoned = POISONED.includes(code);
    const other = next;
    next = undefined;
    if (other && !live) {
      way = nextWay;
      use(other);
      return attach();
    }
    other?.close();
    const isSteady = live && Date.now() - live > STEADY_AFTER;
    let wait = true;
    if (isSteady) attempt = 0;
    else if (!live || attempt > 1) {
      way = (way + 1) % ways.length;
      wait = way === best;
    }
    live = 0;
    transport = undefined;
    page.show("lost");
    if (code === OUTDATED) return outdated();
    if (code === TAKEN_OVER) session = "";
    expect(wait ? backoff(attempt++, Math.random()) : 0, start);
  };

  start();
  setInterval(improve, RETURN_EVERY);
  return {
    fire(address, payload) {
      const { patch } = page;
      const from = session;
      const answer = claim();
      return () => {
        const settled: Settled = [];
        const message = encodeEvent(++event, from === session ? patch : 0, address, payload);
        unsettled.push({ message, settled });
        if (answer) calls.set(event, answer);
        if (live) {
          unsaid = 0;
          send(message);
          expect(ANSWER_WITHIN, probe);
        }
        return settled;
      };
    },
    remount,
    reply,
    wake() {
      if (!transport) start();
      else if (live) probe();
    },
    transport(name) {
      const to = ways.findIndex(([known]) => known === name);
      if (to >= 0) {
        best = to;
        improve();
        // Or, while it attaches, when that is done: what the server says meanwhile is not to be lost.
        setTimeout(improve, ATTACH_SOON);
        if (!transport) {
          way = best;
          start();
        }
      }
      return ways[way]![0];
    },
  };
}
