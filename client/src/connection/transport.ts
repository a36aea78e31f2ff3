// How messages travel: a connection needs no more than this of whatever carries them.

export interface Transport {
  send(message: string): void;
  close(): void;
}

export interface Listener {
  opened(): void;
  received(message: string): void;
  /** Once, and the last call. The code is the websocket's, HTTP's or 0. */
  closed(code: number): void;
  /** Another page waits for what carries this one's messages: a transport that is opened anew takes its turn. */
  asked(): void;
}

export type Open = (listener: Listener) => Transport;
