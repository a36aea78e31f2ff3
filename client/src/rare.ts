// The features that few templates ask for: transitions, elements that persist, hooks, events that do not pass through their element, and events
// about positions and media.

import { persist } from "./dom/persist.ts";
import { transitions } from "./dom/transitions.ts";
import { far } from "./events/far.ts";
import { readings } from "./events/readings.ts";
import { hooks } from "./scripts/mounted.ts";

export const rare = { ...transitions, ...hooks, _far: far, _readers: readings, _persist: persist };

export type Rare = typeof rare;
