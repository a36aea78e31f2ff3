export { rare as default } from "../rare.ts";
