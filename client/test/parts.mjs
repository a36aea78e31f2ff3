// Brings all parts of the script, for tests that run its modules in a page.

import controls from "../src/parts/controls.ts";
import effects from "../src/parts/effects.ts";
import rare from "../src/parts/rare.ts";

self[VERSION] = { controls: () => controls, effects: () => effects, rare: () => rare };
