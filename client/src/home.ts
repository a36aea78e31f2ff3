// The address of the page.

/** The address of the page, at which connections open. `_go` changes it, if the page hears routes: with a new entry in the history, or
 * in place of the present one. */
export const home: { _page: string; _go?(url: string, replaces?: boolean): void } = { _page: "" };
