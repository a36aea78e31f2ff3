#!/usr/bin/env node
// Finds import circles: `.ci/circles.mjs FOLDER…` reads the Rust and TypeScript files of each folder, prints every
// circle, and fails if there is one.
//
// Files of one folder must not import each other in a circle, nor folders beside each other; a folder counts as one
// thing there. The door of a folder is exempt: `a.rs` or `a/mod.rs` for `a/` in Rust, `a/index.ts` in TypeScript, and
// `lib.rs` and `main.rs` for the whole crate. A door lists what is behind it, so it belongs to its folder.
//
// `.ci/circles.mjs --self-test` proves that circles are found.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";

const isFile = (path) => existsSync(path) && statSync(path).isFile();
const isFolder = (path) => existsSync(path) && statSync(path).isDirectory();

/** All source files below a folder. */
function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.(rs|ts)$/.test(entry.name) && !entry.name.endsWith(".d.ts") ? [path] : [];
  });
}

/** The folder whose door a file is, if it is one. */
function behind(file) {
  const name = basename(file);
  if (["lib.rs", "main.rs", "mod.rs", "index.ts"].includes(name)) return dirname(file);
  const folder = file.replace(/\.(rs|ts)$/, "");
  return file.endsWith(".rs") && isFolder(folder) ? folder : undefined;
}

// ---- TypeScript

function tsImports(file) {
  const text = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const found = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']*)["']/g);
  return [...found].flatMap(([, path]) => {
    const target = resolve(dirname(file), path);
    return [target, `${target}.ts`, target.replace(/\.js$/, ".ts"), join(target, "index.ts")].filter(isFile).slice(0, 1);
  });
}

// ---- Rust

/** The file of a crate's module, by its path, and the rest of the path that names things inside it. */
function rustFile(root, path) {
  let folder = root;
  let file = ["lib.rs", "main.rs"].map((name) => join(root, name)).find(isFile);
  for (let n = 0; n < path.length; n++) {
    const next = [join(folder, `${path[n]}.rs`), join(folder, path[n], "mod.rs")].find(isFile);
    if (!next) return { file, module: path.slice(0, n), rest: path.slice(n) };
    [file, folder] = [next, join(folder, path[n])];
  }
  return { file, module: path, rest: [] };
}

/** `a::{b, c::d as e}` as paths: [[a, b], [a, c, d]], each with the name that it has afterwards. */
function usePaths(tree, before = []) {
  const group = tree.match(/^([\s\S]*?)\{([\s\S]*)\}\s*$/);
  if (group) {
    const path = [...before, ...group[1].split("::").map((s) => s.trim()).filter(Boolean)];
    return splitTop(group[2]).flatMap((part) => usePaths(part, path));
  }
  const [path, name] = tree.trim().split(/\s+as\s+/);
  if (!path) return [];
  const segments = [...before, ...path.split("::").map((s) => s.trim()).filter(Boolean)];
  return [{ segments, name: name ?? segments.at(-1) }];
}

/** Splits at the commas outside of braces. */
function splitTop(text) {
  const parts = [""];
  let depth = 0;
  for (const c of text) {
    depth += c === "{" ? 1 : c === "}" ? -1 : 0;
    if (c === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += c;
  }
  return parts;
}

function rustText(file) {
  const text = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/.*$/gm, "");
  // Unit tests may import anything.
  return text.replace(/#\[cfg\(test\)\]\s*mod\s+\w+\s*\{[\s\S]*/, "");
}

/** The path of the module that a file is. */
function moduleOf(root, file) {
  const path = relative(root, file).replace(/\.rs$/, "").split("/");
  if (path.at(-1) === "mod" || (path.length === 1 && ["lib", "main"].includes(path[0]))) path.pop();
  return path;
}

/** Makes a path absolute, from the crate's root; undefined for another crate's. */
function absolute(root, module, segments) {
  const [first, ...rest] = segments;
  if (first === "crate") return rest;
  if (first === "self") return [...module, ...rest];
  if (first === "super") return absolute(root, module.slice(0, -1), rest[0] === "super" ? rest : ["self", ...rest]);
  const child = rustFile(root, [...module, first]);
  return child.rest.length === 0 ? [...module, ...segments] : undefined;
}

/** The file that defines what a path names: re-exports are followed. */
function definer(root, path, depth = 0) {
  const { file, module, rest } = rustFile(root, path);
  if (!file || rest.length === 0 || depth > 8) return file;
  for (const [, tree] of rustText(file).matchAll(/\bpub(?:\([^)]*\))?\s+use\s+([^;]+);/g)) {
    for (const { segments, name } of usePaths(tree)) {
      const target = absolute(root, module, segments);
      if (target && name === rest[0]) return definer(root, [...target, ...rest.slice(1)], depth + 1);
    }
  }
  return file;
}

function rustImports(root, file) {
  const module = moduleOf(root, file);
  const text = rustText(file);
  const uses = [...text.matchAll(/\buse\s+([^;]+);/g)].flatMap(([, tree]) => usePaths(tree));
  const inline = [...text.matchAll(/\b(?:crate|super|self)(?:::\w+)+/g)].map(([path]) => ({ segments: path.split("::") }));
  return [...uses, ...inline].flatMap(({ segments }) => {
    const path = absolute(root, module, segments.at(-1) === "self" ? segments.slice(0, -1) : segments);
    const target = path && definer(root, path);
    return target ? [target] : [];
  });
}

// ---- circles

/** The entries of two files in the nearest folder that contains both; undefined if one of the files is a door. */
function parted(root, from, to) {
  const way = (file) => relative(root, behind(file) ?? file).split("/").filter(Boolean);
  const [a, b] = [way(from), way(to)];
  let n = 0;
  while (n < a.length && n < b.length && a[n] === b[n]) n++;
  return n < a.length && n < b.length ? [a, b].map((path) => path.slice(0, n + 1).join("/")) : undefined;
}

/** The circles of a graph: sets of nodes that reach each other (Tarjan). */
function circlesOf(graph) {
  const [index, low, stack, found] = [new Map(), new Map(), [], []];
  const visit = (node) => {
    index.set(node, index.size);
    low.set(node, index.get(node));
    stack.push(node);
    for (const next of graph.get(node)?.keys() ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node), low.get(next)));
    }
    if (low.get(node) !== index.get(node)) return;
    const circle = stack.splice(stack.indexOf(node));
    if (circle.length > 1) found.push(circle);
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return found;
}

/** A sentence for each circle below a folder. */
export function circles(root) {
  const graph = new Map();
  for (const file of sources(root)) {
    for (const target of file.endsWith(".rs") ? rustImports(root, file) : tsImports(file)) {
      const ends = relative(root, target).startsWith("..") ? undefined : parted(root, file, target);
      if (!ends) continue;
      const arrows = graph.get(ends[0]) ?? graph.set(ends[0], new Map()).get(ends[0]);
      if (!arrows.has(ends[1])) arrows.set(ends[1], `${relative(root, file)} imports ${relative(root, target)}`);
    }
  }
  return circlesOf(graph).map((circle) => {
    const ties = circle.flatMap((a) => circle.map((b) => graph.get(a)?.get(b)).filter(Boolean));
    return `${[...circle].sort().join(", ")}\n${ties.map((tie) => `  ${tie}\n`).join("")}`;
  });
}

// ---- self-test

const CASES = [
  ["no circle", { "lib.rs": "mod a; mod b; pub use b::B;", "a.rs": "use crate::b::B;", "b.rs": "use serde::A;" }, 0],
  ["files", { "lib.rs": "mod a; mod b;", "a.rs": "use crate::b::{x, B};", "b.rs": "fn f() { crate::a::g() }" }, 1],
  ["a re-export", { "lib.rs": "mod a; mod b; pub use b::B;", "a.rs": "use crate::B;", "b.rs": "use super::a;" }, 1],
  ["folders", { "lib.rs": "", "a.rs": "mod c;", "a/c.rs": "use crate::b;", "b.rs": "mod d;", "b/d.rs": "use crate::a::A;" }, 1],
  ["a door", { "lib.rs": "", "a.rs": "mod c; use c::C;", "a/c.rs": "use super::A;" }, 0],
  ["within a folder", { "lib.rs": "", "a.rs": "", "a/c.rs": "use super::d::D;", "a/d.rs": "use super::c::C;" }, 1],
  ["unit tests", { "lib.rs": "", "a.rs": "use crate::b;", "b.rs": "#[cfg(test)]\nmod tests { use crate::a; }" }, 0],
  ["TypeScript", { "a.ts": 'import { b } from "./b/c.ts";', "b/c.ts": 'import type { A } from "../a.ts";' }, 1],
  ["no TypeScript circle", { "a.ts": 'import { b } from "./b.ts";', "b.ts": '// import "./a.ts";' }, 0],
];

function selfTest() {
  for (const [name, files, expected] of CASES) {
    const root = mkdtempSync(join(tmpdir(), "circles-"));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const found = circles(root);
    rmSync(root, { recursive: true });
    if (found.length !== expected) throw new Error(`${name}: found ${found.length} circles, not ${expected}\n${found.join("")}`);
  }
}

const folders = process.argv.slice(2);
if (folders[0] === "--self-test") selfTest();
else {
  const found = folders.flatMap((folder) => circles(resolve(folder)).map((circle) => `${folder}: ${circle}`));
  process.stdout.write(found.join(""));
  process.exitCode = found.length ? 1 : 0;
}
