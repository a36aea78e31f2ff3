// The parts of this script that not every page needs. Each is a file of its own.

/** The version of all files. They share the short names of properties, so a part fits no other version of the script. */
declare const VERSION: string;

/** In milliseconds. A part that comes later is used by the next attempt. */
const FETCH_WITHIN = 10_000;

/** The parts that are here: each is what its file in `parts/` exports. */
const here: { [name: string]: any } = {};

/** The functions of this script that parts use. */
let shared: unknown;

/** The attempts so far. Browsers never ask again for a file that they could not load, so each attempt has its own address. */
let attempt = 0;

export function share(functions: unknown): void {
  shared = functions;
}

/** Returns a part, if it is here. */
export const part = <Part>(name: string): Part | undefined =>
  (here[name] ??= (self as any)[VERSION]?.[name]?.(shared));

/** Fetches the parts that are not here. Returns undefined if all are here, and a promise that fails if they do not come. */
export function fetchParts(names: string[] = []): Promise<unknown> | undefined {
  const missing = names.filter((name) => !part(name));
  if (!missing[0]) return;
  const late = new Promise((_, fail) => setTimeout(fail, FETCH_WITHIN));
  return Promise.race([late, Promise.all(missing.map(fetchPart))]);
}

async function fetchPart(name: string): Promise<void> {
  const file = `./${VERSION}-${name}.js?${attempt++}`;
  await import(file);
  // A server of another version has answered.
  if (!part(name)) throw new Error(`tealight: no ${name}`);
}
