// Reads how large the window is, whether it is seen, how far an element is scrolled, and how a medium plays.

import { pick } from "./payload.ts";
import type { Readers } from "./payload.ts";

const NAMES = /^(scroll(Left|Top)|(scroll|client)(Width|Height)|currentTime|duration|paused|muted|volume|playbackRate)$/;

const read = ({ target }: any): unknown => pick(target.scrollingElement ?? target, NAMES);

export const readings: Readers = {
  visibilitychange: () => !document.hidden,
  resize: () => ({ innerWidth, innerHeight }),
};

for (const type of "scroll scrollend play pause ended seeked timeupdate volumechange ratechange loadedmetadata".split(" ")) readings[type] = read;
