// Prints what `docs/golden/layout.json` must be: node test/reference/golden.mjs > ../docs/golden/layout.json

import { pathToFileURL } from "node:url";
import { cases } from "./cases.mjs";
import { tree } from "./layout.mjs";
import { Session } from "./session.mjs";

export function layout() {
  const shown = cases.map(({ name, view, template, models }) => ({
    name,
    view,
    tree: tree(template),
    models: models.map((model) => {
      const session = new Session(template, model);
      const { html, templates } = session.page();
      const maps = Object.fromEntries(Object.entries(templates).map(([number, { map }]) => [number, map]));
      const { mount } = JSON.parse(session.mount());
      return { values: mount.view.slice(1), html, maps, addresses: addresses(session) };
    }),
  }));
  const lines = shown.map(
    ({ models, ...shared }) =>
      ` ${JSON.stringify(shared).slice(0, -1)},"models":[\n  ${models.map((model) => JSON.stringify(model)).join(",\n  ")}]}`,
  );
  return `[\n${lines.join(",\n")}\n]\n`;
}

const addresses = (session) => session.elements().flatMap(({ handlers }) => handlers.map(({ address }) => address));

if (import.meta.url === pathToFileURL(process.argv[1]).href) process.stdout.write(layout());
