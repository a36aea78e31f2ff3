// The interface between a connection and the transports that carry its messages.

export interface Transport {
  send(message: string): void;
  close(): void;
}

/** The first three are those of a websocket. */
export interface Listener {
  onopen(): void;
  onmessage(message: { data: string }): void;
  /** The last call, made once. The code is the websocket's close code, an HTTP status, or 0. */
  onclose(end: { code: number }): void;
  /** Something has come that is no message: the server is there. */
  _heard(): void;
  /** Another page waits for a stream: this one should close, and queue for a new one. */
  _asked(): void;
  /** It waits until other pages have left it a stream, or no longer: that may take long, and says nothing about the server. */
  _waits(forOthers?: true): void;
}

/** Opens a transport that calls `listener`. */
export type Open = (listener: Listener) => Transport;
