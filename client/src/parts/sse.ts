export { overEvents as default } from "../connection/sse.ts";
