/**
 * The runtime is bundled apart from the user's code: units that use the same of it get the same text, so that this is done
 * a few times and not once a unit.
 */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildOptions, BuildResult } from 'esbuild';
import { RUNTIME_GLOBALS } from './runtime-globals.ts';

/** A bundle as text, with its source map v3 as JSON text. */
export interface Linkable {
  code: string;
  map: string;
}

/** A bundle that still imports the runtime: `imports` are the paths of its import statements, as the bundler has printed them. */
export interface Unlinked extends Linkable {
  imports: readonly string[];
  /** It is not going to be in strict mode, which the runtime always is. */
  isSloppy: boolean;
}

export interface RuntimePlace {
  /** The folder that the runtime's folders are in. Nobody changes them while this process lives. */
  home: string;
  /** By path from there. */
  folders: readonly string[];
}

type Build = (options: BuildOptions & { write: false }) => Promise<BuildResult<{ write: false }>>;

/** One name that a program imports of the runtime. */
interface RuntimeImport {
  /** Path from `temp`. */
  file: string;
  name: string;
  local: string;
}

/** Nothing that a program could have in its text by chance. */
const GLOBALS = 'faasify_runtime_7c1e0b5d4f_globals';
const GLOBALS_FOLDER = 'globals';
/** Words of the runtime's files, by folder, and the bodies that `bundleRuntime` makes: they are made once. */
const words = new Map<string, string[]>();
const bodies = new Map<string, Promise<string>>();
const MENTION = new RegExp(`${GLOBALS}\\([^)]*\\)`, 'g');

/**
 * Writes a module that mentions every global that the runtime uses, for the bundler to `inject`: then it gives another name
 * to whatever the program declares as `Map` or imports as `setTimeout`. Returns its path; its folder is of no use afterwards. It has
 * a package.json, since one with `"sideEffects": false` around the output would have the bundler leave the module out.
 */
export function writeGlobals(temp: string, { home, folders }: RuntimePlace): string {
  const words = new Set(folders.flatMap((folder) => listWords(join(home, folder))));
  const names = [...words].filter((word) => RUNTIME_GLOBALS.has(word)).sort();
  const folder = join(temp, GLOBALS_FOLDER);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{}\n');
  const file = join(folder, 'globals.js');
  writeFileSync(file, `${GLOBALS}(${names.join(', ')});\n`);
  return file;
}

function listWords(folder: string): string[] {
  const found = words.get(folder) ?? readWords(folder);
  words.set(folder, found);
  return found;
}

function readWords(folder: string): string[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  return [...new Set(files.flatMap((name) => readFileSync(join(folder, name), 'utf8').match(/[A-Za-z_]\w*/g) ?? []))];
}

/**
 * Puts in front of each program, on a line of its own, what it imports of the runtime:
 *
 *     const{share:c,handle:h}=(()=>{const{types:t}=process.getBuiltinModule("node:util");… return{share:a,handle:b}})();
 *
 * The program keeps its lines, one further down, and its columns.
 */
export async function linkRuntime(
  build: Build,
  programs: readonly Unlinked[],
  { home, folders }: RuntimePlace,
): Promise<Linkable[]> {
  const found = programs.map((program) => findImports(program, folders));
  /** Of the runtime, what has certain names: the body of a function that returns an object with them. */
  const parts = new Map<string, string>();
  for (const { names } of found) {
    const key = emitEntry(names);
    if (!parts.has(key)) parts.set(key, await bundleOnce(build, key, home));
  }
  return programs.map(({ code, map, isSloppy }, index) => {
    const { names, pattern } = found[index] ?? { names: [], pattern: undefined };
    const part = parts.get(emitEntry(names));
    const program = { code: code.replace(MENTION, (mention) => '0'.padEnd(mention.length)), map };
    if (part === undefined || !pattern) return program;
    return putInFront(program, names, pattern, isSloppy ? `"use strict";${part}` : part);
  });
}

interface FoundImports {
  names: RuntimeImport[];
  /** Matches the statements; absent if there are none. */
  pattern: RegExp | undefined;
}

/** `import{share as c,privates}from"../runtime/registry.ts";`. Throws if something else in the text looks like it. */
function findImports({ code, imports }: Unlinked, folders: readonly string[]): FoundImports {
  const own = imports.filter((path) => folders.some((folder) => toFile(path).startsWith(`${folder}/`)));
  if (own.length === 0) return { names: [], pattern: undefined };
  const paths = [...new Set(own)].map((path) => path.replace(/[^\w]/g, '\\$&')).join('|');
  const pattern = new RegExp(`import\\s*\\{([^}]*)\\}\\s*from\\s*"(${paths})";?`, 'g');
  const matches = [...code.matchAll(pattern)];
  if (matches.length !== own.length) throw createFailure('a text of the program looks like an import of the runtime');
  return { names: matches.flatMap(readImport), pattern };
}

/** An error as the bundler throws it. */
function createFailure(text: string): Error {
  return Object.assign(new Error(text), { errors: [{ text, location: null }] });
}

/** `../runtime/registry.ts` → `runtime/registry.ts` */
function toFile(path: string): string {
  return path.replace(/^(?:\.\.?\/)+/, '');
}

/** `share as c,privates` */
function readImport([, names = '', path = '']: RegExpExecArray): RuntimeImport[] {
  const parts = names.split(',').filter((part) => part.trim() !== '');
  return parts.map((part) => {
    const [name = '', local = name] = part.trim().split(/\s+as\s+/);
    return { file: toFile(path), name, local };
  });
}

/** A module that has all the names, each once and in order. */
function emitEntry(imports: readonly RuntimeImport[]): string {
  const lines = imports.map(({ file, name }) => `export { ${name} } from './${file}';`);
  return [...new Set(lines)].sort().join('\n');
}

function bundleOnce(build: Build, entry: string, home: string): Promise<string> {
  const key = `${home}\n${entry}`;
  const body = bodies.get(key) ?? bundleRuntime(build, entry, home);
  bodies.set(key, body);
  body.catch(() => bodies.delete(key));
  return body;
}

/** No tsconfig that lies around the folder has a say in it. */
async function bundleRuntime(build: Build, entry: string, home: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: home,
    stdin: { contents: entry, resolveDir: home, loader: 'ts' },
    tsconfigRaw: {},
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    charset: 'utf8',
    logLevel: 'silent',
  });
  // The only breaks are those in template texts, as which '\n' is written: the program's lines are counted from one line of runtime.
  const text = (outputFiles[0]?.text ?? '').trim().replaceAll('\n', '\\n');
  return wrapRuntime(text);
}

/**
 * `import{types as t}from"node:util";…;export{a as share,b as handle};` → the body of a function. What comes of an import statement has
 * all that the module exports, for which Node loads what nobody needs: half of the start of a unit that makes requests.
 */
function wrapRuntime(text: string): string {
  const body = text.replace(
    /import\{([^}]*)\}from"(node:[^"]+)";/g,
    (_, names: string, specifier: string) =>
      `const{${names.replaceAll(' as ', ':')}}=process.getBuiltinModule("${specifier}");`,
  );
  return body.replace(/export\{([^}]*)\};?\s*$/, (_, names: string) => `return{${turnAround(names)}}`);
}

/** `a as share,b` → `share:a,b` */
function turnAround(names: string): string {
  return names
    .split(',')
    .map((part) => part.split(' as '))
    .map(([local = '', name]) => (name === undefined ? local : `${name}:${local}`))
    .join(',');
}

function putInFront(
  { code, map }: Linkable,
  imports: readonly RuntimeImport[],
  statements: RegExp,
  part: string,
): Linkable {
  const names = imports.map(({ name, local }) => (name === local ? name : `${name}:${local}`));
  const line = `const{${names.join(',')}}=(()=>{${part}})();`;
  const program = code.replace(statements, (statement) => ' '.repeat(statement.length));
  return { code: `${line}\n${program}`, map: moveDown(map, 1) };
}

/** The map of a text that has `lines` more in front of it. */
export function moveDown(map: string, lines: number): string {
  const { mappings, ...rest } = JSON.parse(map) as { mappings: string };
  return JSON.stringify({ ...rest, mappings: ';'.repeat(lines) + mappings });
}
