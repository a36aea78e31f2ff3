export { effects as default } from "../events/effects.ts";
