// Keeps one page in touch with its session: numbers its events, sends again what was lost, and answers calls.

import type { Settled } from "../events/settled.ts";
import type { Page, Server } from "../page.ts";
import { home } from "../home.ts";
import { fetchParts } from "../parts.ts";
import { refusal, takeAnswer } from "../scripts/call.ts";
import type { Answer } from "../scripts/call.ts";
import { encodeAttach, encodeEvent, encodePing, encodeRemount, encodeSeen, encodeUnreadable, encodeWent, PREFETCH } from "../wire.ts";
import type { Down, Fields } from "../wire.ts";
import { backoff } from "./backoff.ts";
import { lineOver } from "./line.ts";
import type { Way } from "./ways.ts";

/** After this many commands the page tells the server that they are done, if it has nothing else to send. */
const SAY_AFTER = 16;

/** The most events that wait for the server, and the length of their messages from which no more can. */
const MOST_WAITING = 5_000;
const LONGEST_WAITING = 1 << 20;
/** In milliseconds. An older event is not done when the page is back: the person may have forgotten it. */
const OLDEST_WAITING = 300_000;

/** For this time, in milliseconds, a request for a full render makes the next one wait. */
const REMEMBER = 60_000;

// Close codes.
const TAKEN_OVER = 4001;
/** All sessions of the page's owner were ended. */
const LOGGED_OUT = 4403;
const OUTDATED = 4406;
/** The server could not read a message. Sending it again would not help. */
const UNREADABLE = [413, 1009, 4400];

export interface Connection {
  /** Call this when the tab or the network is back. Connects at once, or checks that the server is still there. */
  _wake(): void;
  /** Changes to the transport of this name, and prefers it from now on. Returns the name of the present one. */
  transport(name?: string): string;
}

/** Connects the page that `open` makes to a session. Calls `reload` when another page is to be shown: at once, or, if the server
 * no longer speaks this script's version, when it may help. No event is longer than `limit` bytes. */
export function connect(open: (server: Server) => Page, session: string, ways: Way[], reload: (now: boolean) => void, limit: number): Connection {
  /** The number of the last event. */
  let last = 0;
  /** The events up to `last` that the server has not applied, in order. */
  const unsettled: [message: string, settled: Settled, made: number][] = [];
  /** The calls that wait for a reply, by their event. */
  const calls = new Map<number, Answer>();
  /** The number of commands that the page has carried out and not acknowledged yet. */
  let unsaid = 0;
  /** The full renders that the page has asked for lately. */
  let remounts = 0;
  /** Messages that wait for parts of the script, in order. */
  let waiting: Down[] = [];
  let fetching: Promise<unknown> | undefined;
  /** The link that leads to the view which comes now. */
  let gone: number | undefined;
  /** The link to the view that the page shows ahead of the server. Until the server is there too, its messages are for the view before. */
  let ahead: number | undefined;
  /** Loads the page instead, if the server refuses that link. */
  let load: () => void;
  /** The same link, until the page knows which session it has led to. */
  let led: number | undefined;
  /** The server could not read the first unsettled event. */
  let isUnreadable = false;

  home._session = session;
  // The page calls these only later, when everything below exists.
  const page = open({
    _fire(address, payload, event) {
      const { _patch } = page;
      const from = session;
      // The event may change what the next view shows.
      if (address[0] !== PREFETCH) home._ahead?.();
      const answer = takeAnswer(event);
      return () => {
        const settled: Settled = [];
        // A page that is offline for long tells the person that no more can wait. Nothing is for a view that has gone.
        if (gone || unsettled.length >= MOST_WAITING || unsettled.reduce((length, event) => length + event[0].length, 0) >= LONGEST_WAITING) {
          setTimeout(() => settled.forEach((done) => done([])), 0);
          answer?.(refusal("too many events wait"));
          return settled;
        }
        // If the session has been replaced since, the event must not name a patch of the new one.
        const message = encodeEvent(++last, from === session ? _patch : 0, address, payload, limit);
        unsettled.push([message, settled, Date.now()]);
        if (answer) calls.set(last, answer);
        if (line._isLive()) {
          unsaid = 0;
          line._send(message);
          line._expect();
        }
        return settled;
      };
    },
    _remount: () => remount(),
    _reply: (event, value) => reply(event, value),
  });

  /** Removes the events up to `applied`, and runs their callbacks. `fields`: `applied` was refused, or all are lost. */
  const settle = (applied: number | undefined, fields?: Fields | null): void => {
    while (unsettled[0] && last - unsettled.length < applied!) {
      const [, settled] = unsettled.shift()!;
      const isLast = applied! > last || last - unsettled.length === applied;
      for (const done of settled.splice(0)) done(isLast ? fields : undefined);
    }
  };

  /** Gives up all events and calls of the old session. The new one counts from `applied`. */
  const abandon = (applied: number): void => {
    settle(Infinity, gone ? null : []);
    last = applied;
    for (const event of calls.keys()) reply(event, refusal("no session"));
  };

  const reply = (event: number, value: unknown): void => {
    calls.get(event)?.(value);
    calls.delete(event);
  };

  /** Asks for a full render; again and again only slowly. */
  const remount = (): void => {
    const canAsk = (): unknown => line._isLive() && page._isBroken;
    if (!canAsk()) return;
    setTimeout(() => canAsk() && line._send(encodeRemount(page._patch)), remounts && backoff(remounts, 1));
    setTimeout(() => remounts--, REMEMBER);
    if (++remounts === 4) console.warn("tealight: full renders again and again");
  };

  /** Returns the attach. The transport before ended with the code `endedWith`. */
  const attach = (endedWith: number): string => {
    isUnreadable = UNREADABLE.includes(endedWith);
    // They count as not received.
    waiting = [];
    fetching = gone = ahead = led = undefined;
    // Its start names this page: another page of the session counts its own events.
    return encodeAttach(session, page._patch, last, performance.timeOrigin | 0);
  };

  const ping = (): string => encodePing(last);

  const receive = (message: Down): void => {
    if (message.ahead) return home._ahead?.(message);
    if (ahead) {
      if (message.refused && message.event === ahead) {
        // It may not be shown yet.
        waiting = [];
        load();
      }
      if (message.went) {
        led = ahead;
        ahead = undefined;
      }
      return;
    }
    waiting.push(message);
    if (!fetching) next();
  };

  home._isIdle = () => !!line._isLive() && !unsettled[0] && !fetching && !waiting[0] && !gone && !ahead && !led && !page._isBroken;
  home._show = (message, otherwise) => {
    ahead = gone = last;
    load = otherwise;
    session = home._session = "";
    waiting.push(message);
    next();
  };

  /** Applies messages, up to one that needs a part which is not here. If that does not come, attaches again. */
  const next = (): void => {
    const from = waiting;
    while (from[0]) {
      fetching = fetchParts(from[0].needs);
      fetching?.then(next, () => from === waiting && line._drop());
      if (fetching) return;
      const message = from.shift()!;
      if (gone && message.mount && home._animate) {
        fetching = home._animate(() => from === waiting && take(message));
        const then = (): void => {
          if (from !== waiting) return;
          fetching = undefined;
          next();
        };
        fetching.then(then, then);
        return;
      }
      take(message);
    }
  };

  const take = ({ event: applied, patch, mount, resume, went, refused, fields, error }: Down): void => {
    if (went) {
      // Before the events are another session's.
      page._flush();
      line._send(encodeWent(went));
      gone = went;
      session = home._session = "";
    }
    if (refused) reply(applied!, refusal(refused));
    if (patch) page._apply(patch);
    if (mount || resume) {
      const isNew = !!mount && session !== mount.session;
      // Before the addresses change, and before the events of the old session are given up.
      if (mount) page._flush();
      // The view that was sent ahead is shown, and this is the server's.
      if (led && !gone) {
        // If it is of another session, no later event is for the one that was sent ahead.
        if (mount) line._send(encodeWent(led));
        led = undefined;
      }
      settle(gone);
      // Another page has used this session too, or the server was killed and has an older state of it.
      const isOdd = applied! > last || applied! < last - unsettled.length;
      if (isNew || isOdd) abandon(applied!);
      else settle(applied);
      if (mount) {
        session = home._session = mount.session;
        const isElsewhere = !!gone;
        gone = undefined;
        page._mount(mount, isNew, isElsewhere);
      } else if (isOdd) line._send(encodeRemount(page._patch));
    }
    settle(applied, refused ? (fields ?? []) : undefined);
    for (const change of home._later.splice(0)) change();
    unsaid += (patch ?? mount)?.commands?.length ?? 0;
    if (unsaid >= SAY_AFTER) {
      unsaid = 0;
      line._send(encodeSeen(page._patch));
    }
    if ((mount || resume) && line._goLive()) {
      page._show("live");
      home._live?.();
      unsettled.forEach((event, at) => {
        // The server may have applied it. If not, it refuses this one.
        if ((isUnreadable && !at) || Date.now() - event[2] > OLDEST_WAITING) event[0] = encodeUnreadable(last - unsettled.length + 1 + at);
        line._send(event[0]);
      });
      remount();
    }
    // All earlier events have been sent: the server may forget what the page showed before.
    if (mount && line._isLive()) line._send(encodeSeen(page._patch));
    if (unsettled[0] && line._isLive()) line._expect();
    if (error) console.error(error);
  };

  /** Returns true if the line should try again. */
  const lost = (code: number): boolean => {
    page._show("lost");
    // It was the session that the page has left.
    if (code === TAKEN_OVER && !ahead) session = "";
    if (code !== OUTDATED && code !== LOGGED_OUT) return true;
    reload(code === LOGGED_OUT);
    return false;
  };

  const line = lineOver(ways, attach, ping, receive, lost);

  return { _wake: line._wake, transport: line._transport };
}
