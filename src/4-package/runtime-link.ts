/**
 * The runtime is bundled apart from the user's code: units that use the same of it get the same text, so that this is done
 * a few times and not once a unit.
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { BuildOptions, BuildResult, Plugin } from 'esbuild';

/** A bundle as text, with its source map v3 as JSON text. */
export interface Linkable {
  code: string;
  map: string;
}

export interface RuntimePlace {
  /** The folder that the runtime's folders are in. */
  temp: string;
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

/** The part of the runtime that has certain names: what it imports of Node, and an expression for an object that holds them. */
interface RuntimeText {
  imports: string;
  expression: string;
}

/** What imports of the runtime lead to until they are linked: nothing that a program could have in its text by chance. */
const MARK = 'faasify-runtime-7c1e0b5d4f';
const GLOBALS = `${MARK.replaceAll('-', '_')}_globals`;
const GLOBALS_FILE = 'globals.js';
const MENTION = new RegExp(`${GLOBALS}\\([^)]*\\)`, 'g');
const IMPORT = new RegExp(`import\\s*\\{([^}]*)\\}\\s*from\\s*"${MARK}:([^"]*)";?`, 'g');

/** Leaves imports of the runtime in a bundle, for `linkRuntime` to find. */
export function markRuntime({ temp, folders }: RuntimePlace): Plugin {
  return {
    name: 'runtime',
    setup(build) {
      const filter = new RegExp(`^\\.[./]*/(?:${folders.map(escapePattern).join('|')})/[\\w.-]+\\.ts$`);
      build.onResolve({ filter }, ({ path, resolveDir }) => {
        const file = relative(temp, join(resolveDir, path)).replaceAll(sep, '/');
        const isRuntime = folders.some((folder) => file.startsWith(`${folder}/`));
        return isRuntime ? { path: `${MARK}:${file}`, external: true, sideEffects: false } : undefined;
      });
    },
  };
}

/**
 * Writes a module that mentions every global that the runtime uses, for the bundler to `inject`: then it gives another name
 * to whatever the program declares as `Map` or imports as `setTimeout`. Returns its path; it is of no use afterwards.
 */
export function writeGlobals({ temp, folders }: RuntimePlace): string {
  const known = new Set(Object.getOwnPropertyNames(globalThis));
  const words = folders.flatMap((folder) =>
    readdirSync(join(temp, folder))
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => readFileSync(join(temp, folder, name), 'utf8').match(/[A-Za-z_]\w*/g) ?? []),
  );
  const names = [...new Set(words)].filter((word) => known.has(word)).sort();
  const file = join(temp, GLOBALS_FILE);
  writeFileSync(file, `${GLOBALS}(${names.join(', ')});\n`);
  return file;
}

function escapePattern(text: string): string {
  return text.replace(/[^\w]/g, '\\$&');
}

/**
 * Puts in front of each program, on a line of its own, what it imports of the runtime:
 *
 *     import*as $faas0 from"node:util";const{share:c,handle:h}=(()=>{const{types:t}=$faas0;… return{share:a,handle:b}})();
 *
 * The program keeps its lines, one further down, and its columns.
 */
export async function linkRuntime(build: Build, programs: readonly Linkable[], temp: string): Promise<Linkable[]> {
  const imports = programs.map(({ code }) => [...code.matchAll(IMPORT)].flatMap(readImport));
  const parts = new Map<string, RuntimeText>();
  for (const found of imports) {
    const key = emitEntry(found);
    if (!parts.has(key)) parts.set(key, await bundleRuntime(build, key, temp));
  }
  return programs.map(({ code, map }, index) => {
    const found = imports[index] ?? [];
    const part = parts.get(emitEntry(found));
    const program = { code: code.replace(MENTION, (mention) => '0'.padEnd(mention.length)), map };
    return part && found.length > 0 ? putInFront(program, found, part) : program;
  });
}

/** `share as c,privates` */
function readImport([, names = '', file = '']: RegExpExecArray): RuntimeImport[] {
  const parts = names.split(',').filter((part) => part.trim() !== '');
  return parts.map((part) => {
    const [name = '', local = name] = part.trim().split(/\s+as\s+/);
    return { file, name, local };
  });
}

/** A module that has all the names, each once and in order. */
function emitEntry(imports: readonly RuntimeImport[]): string {
  const lines = imports.map(({ file, name }) => `export { ${name} } from './${file}';`);
  return [...new Set(lines)].sort().join('\n');
}

async function bundleRuntime(build: Build, entry: string, temp: string): Promise<RuntimeText> {
  const { outputFiles } = await build({
    absWorkingDir: temp,
    stdin: { contents: entry, resolveDir: temp, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    charset: 'utf8',
    logLevel: 'silent',
  });
  return wrapRuntime(outputFiles[0]?.text ?? '');
}

/** `import{types as t}from"node:util";…;export{a as share,b as handle};` */
function wrapRuntime(text: string): RuntimeText {
  const imports: string[] = [];
  const body = text.replace(/import\{([^}]*)\}from"(node:[^"]+)";/g, (_, names: string, specifier: string) => {
    const local = `$faas${imports.length}`;
    imports.push(`import*as ${local} from"${specifier}";`);
    return `const{${names.replaceAll(' as ', ':')}}=${local};`;
  });
  const returned = body.replace(/export\{([^}]*)\};?\s*$/, (_, names: string) => `return{${turnAround(names)}}`);
  return { imports: imports.join(''), expression: `(()=>{${returned}})()` };
}

/** `a as share,b` → `share:a,b` */
function turnAround(names: string): string {
  return names
    .split(',')
    .map((part) => part.split(' as '))
    .map(([local = '', name]) => (name === undefined ? local : `${name}:${local}`))
    .join(',');
}

function putInFront({ code, map }: Linkable, imports: readonly RuntimeImport[], part: RuntimeText): Linkable {
  const names = imports.map(({ name, local }) => (name === local ? name : `${name}:${local}`));
  const line = `${part.imports}const{${names.join(',')}}=${part.expression};`;
  const program = code.replace(IMPORT, (statement) => ' '.repeat(statement.length));
  return { code: `${line}\n${program}`, map: moveDown(map, 1) };
}

/** The map of a text that has `lines` more in front of it. */
export function moveDown(map: string, lines: number): string {
  const { mappings, ...rest } = JSON.parse(map) as { mappings: string };
  return JSON.stringify({ ...rest, mappings: ';'.repeat(lines) + mappings });
}
