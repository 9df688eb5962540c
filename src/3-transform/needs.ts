import { posix } from 'node:path';
import ts from 'typescript';
import type { ModuleId, StatementFacts, VariableId } from '../types.ts';
import { type ImportLink, isInSlice, type LinkedModule, type LinkedStatement } from './links.ts';
import { spanOf, walk } from './syntax.ts';

/** What a slice keeps of one module. */
export interface Need {
  /** Statements by index. */
  statements: Set<number>;
  /** Of the import and export statements: the bindings that stay, as named in this module (imports) or outside (exports). */
  bindings: Map<number, Set<string>>;
  /** Local names that have to be exported though the module does not. */
  exported: Set<string>;
}

export type Modules = ReadonlyMap<ModuleId, LinkedModule>;

/** The needs of one unit, growing until nothing is missing. */
export interface Needs {
  modules: Modules;
  byModule: Map<ModuleId, Need>;
  /** Names already looked at, `module#name`, which are also ids of the variables among them. */
  names: Set<string>;
}

export function startNeeds(modules: Modules): Needs {
  return { modules, byModule: new Map(), names: new Set() };
}

/** Keeps what a name of module scope stands for. `user` is the statement or function that mentions it. */
export function needName(needs: Needs, module: LinkedModule, name: string, user?: ts.Node): void {
  const link = module.imports.get(name);
  const key = `${module.id}#${name}`;
  if (link) {
    needs.names.add(key);
    needImport(needs, module, name, link, user);
    return;
  }
  if (needs.names.has(key)) return;
  needs.names.add(key);
  for (const statement of module.declared.get(name) ?? []) needStatement(needs, module, statement);
}

/** Keeps what the module exports as `name`, along chains of re-exports. False if it exports no such thing. */
export function needExport(needs: Needs, module: LinkedModule, name: string, seen = new Set<string>()): boolean {
  if (seen.has(module.id)) return false;
  seen.add(module.id);
  touch(needs, module);
  const link = module.exports.get(name) ?? module.exports.get('=');
  if (!link) return name !== 'default' && needFromStars(needs, module, name, seen);
  if (link.local === undefined && link.from === undefined) {
    needStatement(needs, module, link.statement);
    return true;
  }
  if (link.from !== undefined || link.statement.facts.kind === 'export-list')
    keepBinding(needs, module, link.statement, name);
  if (link.local !== undefined) needName(needs, module, link.local);
  else if (link.from !== undefined) needFromTarget(needs, link.statement, link.from);
  return true;
}

/** Keeps all that a module exports: somebody holds its namespace. */
export function needAllExports(needs: Needs, module: LinkedModule): void {
  const key = `${module.id}#*`;
  if (needs.names.has(key)) return;
  needs.names.add(key);
  touch(needs, module);
  for (const name of module.exports.keys()) needExport(needs, module, name);
  for (const star of module.stars) {
    keepStatement(needs, module, star);
    const target = findTarget(needs, star);
    if (target) needAllExports(needs, target);
  }
}

/**
 * Adds statements that set what is needed, unless they belong to the entry, until nothing more comes. What is `sent` with
 * every call is needed only where the slice reads it while it is loaded.
 */
export function needEffects(needs: Needs, sent: ReadonlySet<VariableId>): void {
  let before = -1;
  while (before !== countNeeds(needs)) {
    before = countNeeds(needs);
    const read = findReadAtLoad(needs);
    const isWanted = (id: VariableId) => isNeeded(needs, id) && (!sent.has(id) || read.has(id));
    for (const module of needs.modules.values()) {
      for (const statement of module.statements) {
        const { kind, entry, sets = [] } = statement.facts;
        const runs = kind === 'effect' || kind === 'declaration';
        if (runs && !entry && sets.some(isWanted)) needStatement(needs, module, statement);
      }
    }
  }
}

function countNeeds({ names, byModule }: Needs): number {
  return [...byModule.values()].reduce((sum, { statements }) => sum + statements.size, names.size);
}

/** Variables that the statements of the slice touch by themselves, not when a function of theirs is called. */
function findReadAtLoad({ modules, byModule }: Needs): Set<VariableId> {
  const read = new Set<VariableId>();
  for (const [id, { statements }] of byModule) {
    for (const { index, facts } of modules.get(id)?.statements ?? []) {
      if (statements.has(index) && makesValues(facts)) for (const variable of facts.touches ?? []) read.add(variable);
    }
  }
  return read;
}

/** Functions in what travels touch nothing while they are loaded. */
function makesValues({ unstable, given, declares }: StatementFacts): boolean {
  return !unstable && given?.parts.flatMap(({ names }) => names).length !== declares.length;
}

/** `m#Cart.count` is needed where `Cart` is. */
function isNeeded(needs: Needs, id: VariableId): boolean {
  const [module = '', name = ''] = id.split('#');
  return needs.names.has(`${module}#${name.split('.')[0]}`);
}

/** Imports for their effects alone stay where they lead to packages, or to modules that are needed anyway. */
export function needBareImports(needs: Needs): void {
  for (const [id, need] of needs.byModule) {
    for (const statement of needs.modules.get(id)?.statements ?? []) {
      if (!ts.isImportDeclaration(statement.node) || statement.node.importClause) continue;
      const { target } = statement.facts;
      if (target === undefined || needs.byModule.has(target)) need.statements.add(statement.index);
    }
  }
}

/** Makes the module part of the slice, with nothing in it so far. */
export function touch(needs: Needs, module: LinkedModule): Need {
  const known = needs.byModule.get(module.id);
  if (known) return known;
  const need: Need = { statements: new Set(), bindings: new Map(), exported: new Set() };
  needs.byModule.set(module.id, need);
  return need;
}

function keepStatement(needs: Needs, module: LinkedModule, statement: LinkedStatement): boolean {
  const { statements } = touch(needs, module);
  if (statements.has(statement.index)) return false;
  statements.add(statement.index);
  return true;
}

function keepBinding(needs: Needs, module: LinkedModule, statement: LinkedStatement, name: string): void {
  keepStatement(needs, module, statement);
  const { bindings } = touch(needs, module);
  bindings.set(statement.index, (bindings.get(statement.index) ?? new Set()).add(name));
}

function needStatement(needs: Needs, module: LinkedModule, statement: LinkedStatement): void {
  if (!keepStatement(needs, module, statement)) return;
  for (const name of statement.facts.declares) needName(needs, module, name);
  const { unstable, given, mentions } = statement.facts;
  if (unstable) return;
  for (const name of given?.mentions ?? mentions) needName(needs, module, name, statement.node);
  for (const specifier of statement.dynamicImports) {
    if (!isInSlice(statement, spanOf(specifier))) continue;
    const target = resolveRelative(needs.modules, module, specifier.text);
    if (target) needAllExports(needs, target);
  }
}

function needImport(needs: Needs, module: LinkedModule, local: string, link: ImportLink, user?: ts.Node): void {
  keepBinding(needs, module, link.statement, local);
  const target = findTarget(needs, link.statement);
  if (!target) return;
  touch(needs, target);
  const isNamespace = link.name === '*' || (link.name === '=' && !target.exports.has('='));
  if (!isNamespace) {
    needExport(needs, target, link.name);
    return;
  }
  const members = user && findMembers(user, local);
  if (members) for (const name of members) needExport(needs, target, name);
  else needAllExports(needs, target);
}

function needFromTarget(needs: Needs, statement: LinkedStatement, name: string): void {
  const target = findTarget(needs, statement);
  if (!target) return;
  if (name === '*') needAllExports(needs, target);
  else needExport(needs, target, name);
}

/** `export * from …`: the first module that has the name, else every package, since one of them must have it. */
function needFromStars(needs: Needs, module: LinkedModule, name: string, seen: Set<string>): boolean {
  for (const star of module.stars) {
    const target = findTarget(needs, star);
    if (target && hasExport(needs, target, name, new Set()) && needExport(needs, target, name, seen)) {
      keepStatement(needs, module, star);
      return true;
    }
  }
  const packages = module.stars.filter((star) => findTarget(needs, star) === undefined);
  for (const star of packages) keepStatement(needs, module, star);
  return packages.length > 0;
}

function hasExport(needs: Needs, module: LinkedModule, name: string, seen: Set<string>): boolean {
  if (seen.has(module.id)) return false;
  seen.add(module.id);
  if (module.exports.has(name) || module.exports.has('=')) return true;
  return module.stars.some((star) => {
    const target = findTarget(needs, star);
    return target === undefined || hasExport(needs, target, name, seen);
  });
}

function findTarget(needs: Needs, statement: LinkedStatement): LinkedModule | undefined {
  return statement.facts.target === undefined ? undefined : needs.modules.get(statement.facts.target);
}

/** The members that `ns.x` and `ns.T` name; undefined if the namespace itself is used. */
function findMembers(user: ts.Node, local: string): Set<string> | undefined {
  const members = new Set<string>();
  for (const node of walk(user)) {
    if (!ts.isIdentifier(node) || node.text !== local) continue;
    const { parent } = node;
    if (ts.isPropertyAccessExpression(parent) && parent.name === node) continue;
    if (ts.isPropertyAccessExpression(parent)) members.add(parent.name.text);
    else if (ts.isQualifiedName(parent) && parent.left === node) members.add(parent.right.text);
    else return undefined;
  }
  return members;
}

/** The program module that a relative specifier in an expression leads to. */
export function resolveRelative(modules: Modules, from: LinkedModule, specifier: string): LinkedModule | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const path = posix.join(posix.dirname(from.file), specifier);
  const bare = path.replace(/\.([cm]?)[jt]sx?$/, '');
  return [path, bare, posix.join(path, 'index')].flatMap((id) => modules.get(id) ?? [])[0];
}
