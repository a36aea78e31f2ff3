// The address of the page, and the session that shows it.

/** The address of the page, at which connections open, and its session. Pages that hear routes have the functions: `_follow` goes to an
 * address as a link does, and `_go` changes the address, with a new entry in the history or in place of the present one. */
export const home: { _page: string; _session?: string; _follow?(url: string): void; _go?(url: string, replaces?: boolean): void } = { _page: "" };
