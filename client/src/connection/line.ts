// A line to the server: one transport after another, chosen from the ways that both ends know.

import { home } from "../home.ts";
import { decode, LEAVE } from "../wire.ts";
import type { Down } from "../wire.ts";
import { backoff } from "./backoff.ts";
import { travel } from "./latency.ts";
import type { Transport } from "./transport.ts";
import type { Way } from "./ways.ts";

// In milliseconds.
const ATTACH_WITHIN = 10_000;
/** The time limit if another way can be tried. */
const ATTACH_SOON = 4_000;
const ANSWER_WITHIN = 5_000;
const STEADY_AFTER = 5_000;
/** After this time without a message, the page checks that the server is still there. */
const SILENT_AFTER = 25_000;
/** The interval at which it looks. */
const LOOK_EVERY = 5_000;
/** The interval at which a page tries the best way again. */
const RETURN_EVERY = 60_000;

export interface Line {
  _send(message: string): void;
  /** Expects an answer to a message that was sent. If none comes, checks that the server is still there. */
  _expect(): void;
  _isLive(): unknown;
  /** Call this when the session has answered the attach. Returns true if the line was not live, and is now. */
  _goLive(): unknown;
  /** Connects at once, or checks that the server is still there. */
  _wake(): void;
  /** Ends the transport, and tries again later. */
  _drop(): void;
  /** Changes to the transport of this name, and prefers it from now on. Returns the name of the present one. */
  _transport(name?: string): string;
}

/**
 * Opens one transport after another.
 * `attach` returns the first message on a transport. It gets the code that the transport before ended with.
 * `ping` returns a message that the server answers at once.
 * `receive` gets each message.
 * `lost` is called with the code of the last transport, when it has ended and no other one is open. It returns true if
 * the line should try again.
 */
export function lineOver(
  ways: Way[],
  attach: (endedWith: number) => string,
  ping: () => string,
  receive: (message: Down) => void,
  lost: (code: number) => boolean,
): Line {
  /** The index of the way in use, and of the preferred one. */
  let way = 0;
  let best = 0;
  let transport: Transport | undefined;
  /** Takes over from `transport`, at `nextWay`, when the server has sent everything there. */
  let next: Transport | undefined;
  let nextWay = 0;
  /** The address at which it was opened. */
  let nextAt: string;
  /** When the session answered, or 0. */
  let live = 0;
  /** The time after which the server wants the page back, if the last message said so. */
  let back: number | undefined;
  /** Attempts since the last steady connection. */
  let attempt = 0;
  /** The code of the last transport that ended. */
  let endedWith = 0;
  let deadline: number | undefined;
  /** When anything has last arrived. */
  let heard = 0;

  const start = (): void => {
    forget();
    use(dial(way));
  };

  /** Opens a transport. Its messages count once it is in use. */
  const dial = (to: number): Transport => {
    const current = ways[to]![1]({
      onopen() {
        if (current === transport) send(attach(endedWith));
        else if (current === next) leave();
      },
      onmessage: ({ data }) => travel(() => current === transport && hear(decode(data))),
      onclose({ code }) {
        if (current === transport) lose(code);
        else if (current === next) next = undefined;
      },
      _heard: () => (heard = Date.now()),
      _asked: () => current === transport && change(way),
      _waits(forOthers) {
        if (current !== transport) return;
        forget();
        if (!forOthers) use(current);
      },
    });
    return current;
  };

  const hear = (message: Down): void => {
    heard = Date.now();
    back = message.back;
    // Other messages come from a server that may have heard nothing. A page that leaves waits for the end.
    if ((message.event ?? message.pong)! >= 0 && (live || !next)) forget();
    receive(message);
  };

  const use = (current: Transport): void => {
    transport = current;
    expect(ways[1] ? ATTACH_SOON : ATTACH_WITHIN, drop);
  };

  const send = (message: string): void => {
    const to = transport;
    travel(() => to?.send(message));
  };

  /** Calls `otherwise` unless an answer comes within this time. */
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

  /** Checks that the server is still there. */
  const probe = (): void => {
    expect(ANSWER_WITHIN, drop);
    send(ping());
  };

  /** Changes to this way, as soon as it is open. */
  const change = (to: number): void => {
    if (!live || next) return;
    nextWay = to;
    nextAt = home._page;
    const current = (next = dial(to));
    setTimeout(() => {
      if (current !== next || !live) return;
      current.close();
      next = undefined;
    }, ATTACH_SOON);
  };

  /** Returns to the preferred way. */
  const improve = (): void => {
    if (way !== best) change(best);
  };

  const prefer = (to: number): void => {
    best = to;
    improve();
    // A page that is attaching changes later. Otherwise it would lose the messages that the server sends meanwhile.
    setTimeout(improve, ATTACH_SOON);
    if (!transport) {
      way = to;
      start();
    }
  };

  /** Asks the server to send everything that it has left for this transport, and to close it. */
  const leave = (): void => {
    live = 0;
    send(LEAVE);
    forget();
    expect(ANSWER_WITHIN, drop);
  };

  /** Gives up a transport. */
  const drop = (): void => {
    transport?.close();
    lose(0);
  };

  /** Continues after the end of a transport: with the next one at once, or with another attempt later. */
  const lose = (code: number): void => {
    forget();
    endedWith = code;
    const other = next;
    next = undefined;
    if (other && !live) {
      way = nextWay;
      // A session attaches only at an address of its view, and a link may have led to another one meanwhile.
      if (nextAt !== home._page) {
        other.close();
        return start();
      }
      use(other);
      return send(attach(code));
    }
    other?.close();
    let wait = true;
    if (live && Date.now() - live > STEADY_AFTER) attempt = 0;
    else if (!live || attempt > 1) {
      way = (way + 1) % ways.length;
      wait = way === best;
    }
    live = 0;
    transport = undefined;
    const pause = back ?? (wait ? backoff(attempt++, Math.random()) : 0);
    back = undefined;
    if (lost(code)) expect(pause, start);
  };

  start();
  setInterval(improve, RETURN_EVERY);
  setInterval(() => live && !deadline && Date.now() - heard >= SILENT_AFTER && probe(), LOOK_EVERY);
  return {
    _send: send,
    _drop: drop,
    _expect: () => expect(ANSWER_WITHIN, probe),
    _isLive: () => live,
    _goLive: () => !live && !next && (live = heard = Date.now()),
    _wake() {
      if (!transport) start();
      else if (live) probe();
    },
    _transport(name) {
      const to = ways.findIndex(([known]) => known === name);
      if (to >= 0) prefer(to);
      return ways[way]![0];
    },
  };
}
