// The features that few templates ask for: transitions, hooks, and events that do not pass through their element.

import { transitions } from "./dom/transitions.ts";
import { far } from "./events/far.ts";
import { hooks } from "./scripts/mounted.ts";

export const rare = { ...transitions, ...hooks, _far: far };

export type Rare = typeof rare;
