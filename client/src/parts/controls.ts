export { controls as default } from "../events/controls.ts";
