export { routes as default } from "../events/routes.ts";
