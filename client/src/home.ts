// The address of the page, and the session that shows it.

import type { Down } from "./wire.ts";

export interface Home {
  /** The address of the page, at which connections open. */
  _page: string;
  /** It is empty from the end of one view to the begin of the next. */
  _session?: string;
  /** Returns false if a form must not be left. It asks the person. */
  _mayLeave?(): boolean;
  /** The person has been asked, and the page is going to be loaded. */
  _isAsked?: boolean;
  /** Shows the change from one view to another as a transition. Returns a promise that ends with the change. */
  _animate?(change: () => unknown): Promise<unknown>;
  /** Takes a view that the page may show soon. Without one it forgets all, because they may be out of date. */
  _ahead?(view?: Down): void;
  /** The connection is there, or there again. */
  _live?(): void;
  /** Returns true if nothing is on its way to the server or from it. */
  _isIdle?(): boolean;
  /** Shows a view that was sent ahead: the last event is the link that leads there. Calls `load` if the server refuses the link. */
  _show?(message: Down, load: () => void): void;
  /** Returns the encoded text that is left for the page that comes next. */
  _flash?(): string | undefined;
  /** Goes to an address as a link does. Pages that hear routes have this, and `_go`. */
  _follow?(url: string): void;
  /** Changes the address: with a new entry in the history, or in place of the present one. */
  _go?(url: string, replaces?: boolean): void;
  /** The changes of the address that wait for the answer which has come with them: a link that has led here has its entry first. */
  _later: (() => void)[];
}

export const home: Home = { _page: "", _later: [] };
