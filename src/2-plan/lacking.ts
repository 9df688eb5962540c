/** What functions do that a provider does not have, or has in another way: they stay, with what it is. */
import type { Provider, ProviderLacks } from '../providers/provider.ts';
import type { FunctionFacts, FunctionId, ModuleFacts, ModuleId, Reason, Settings } from '../types.ts';
import { getClosure } from './collections.ts';
import { findMentioned, type Mentions, type ScopeName } from './mentions.ts';
import { getFact, type Program } from './program.ts';
import { findReached } from './reached.ts';
import { reasonUnsupported } from './reasons.ts';
import { listTargets } from './unit-settings.ts';

/** Functions that cannot be on one of the providers that they are for. */
export function findLacking(
  program: Program,
  settings: Settings,
  providers: readonly Provider[],
): Map<FunctionId, Reason> {
  const lacking = new Map<FunctionId, Reason>();
  for (const { name, title, lacks } of providers) {
    if (!lacks) continue;
    const find = createFinder(program, lacks);
    for (const fn of program.analysis.functions) {
      if (lacking.has(fn.id) || !listTargets(fn.annotation, settings).includes(name)) continue;
      const found = find(fn);
      if (found) lacking.set(fn.id, reasonUnsupported(title, found.what, found.at ?? fn.at));
    }
  }
  return lacking;
}

interface Found {
  what: string;
  at?: Reason['at'];
}

function createFinder(program: Program, lacks: ProviderLacks): (fn: FunctionFacts) => Found | undefined {
  const imports = lacks.imports ? findUsers(program, lacks.imports) : new Map<ScopeName, string>();
  const withAssets = new Set(program.analysis.modules.filter(({ assets }) => assets).map(({ id }) => id));
  return (fn) =>
    findEffect(fn, lacks) ??
    findLooseMode(program, fn, lacks) ??
    (imports.size > 0 ? findImport(program, fn, imports) : undefined) ??
    (lacks.files && withAssets.size > 0 ? findAsset(program, fn, withAssets, lacks.files) : undefined);
}

function findEffect(fn: FunctionFacts, { effects = [] }: ProviderLacks): Found | undefined {
  for (const { kind, subject, at } of fn.effects) {
    const lacked = effects.find(([pattern]) => pattern.test(subject === undefined ? kind : `${kind} ${subject}`));
    if (lacked) return { what: subject === undefined ? lacked[1] : `${lacked[1]} (${subject})`, at };
  }
  return undefined;
}

function findLooseMode({ modules }: Program, { module }: FunctionFacts, { sloppy }: ProviderLacks): Found | undefined {
  return sloppy !== undefined && getFact(modules, module).isSloppy ? { what: sloppy } : undefined;
}

/** Names of the program behind which something is used that the provider lacks, with what it is. */
function findUsers({ analysis, mentions }: Program, lacked: Record<string, string>): Map<ScopeName, string> {
  const users = new Map(analysis.modules.flatMap((module) => listImported(module, lacked)));
  const mentioning = reverse(mentions);
  for (const [name, what] of [...users]) {
    for (const user of getClosure([name], (one) => mentioning.get(one) ?? []))
      if (!users.has(user)) users.set(user, what);
  }
  return users;
}

/** `import v8 from 'node:v8'`, `import { parseArgs } from 'node:util'` */
function listImported({ id, statements }: ModuleFacts, lacked: Record<string, string>): [ScopeName, string][] {
  return statements.flatMap(({ kind, specifier = '', bindings = [] }) => {
    if (kind !== 'import') return [];
    const name = specifier.replace(/^node:/, '');
    return bindings.flatMap((binding): [ScopeName, string][] => {
      const what = lacked[name] ?? lacked[`${name}.${binding.name}`];
      return what === undefined || binding.typeOnly ? [] : [[`${id}#${binding.local}`, `uses node:${name}, ${what}`]];
    });
  });
}

function reverse(mentions: Mentions): Map<ScopeName, ScopeName[]> {
  const reversed = new Map<ScopeName, ScopeName[]>();
  for (const [name, mentioned] of mentions) {
    for (const one of mentioned) {
      const names = reversed.get(one) ?? [];
      names.push(name);
      reversed.set(one, names);
    }
  }
  return reversed;
}

function findImport(program: Program, fn: FunctionFacts, users: ReadonlyMap<ScopeName, string>): Found | undefined {
  for (const one of findReached(program, [fn])) {
    for (const name of listRoots(program, one)) {
      const what = users.get(name);
      if (what !== undefined) return { what };
    }
  }
  return undefined;
}

/** The names of its module's scope that stand for the text of a function. */
function listRoots(program: Program, { module, reach, site, parent }: FunctionFacts): ScopeName[] {
  if (reach.kind === 'local' || reach.kind === 'method') return [`${module}#${reach.root}`];
  if (site) return site.mentions.map((name) => `${module}#${name}`);
  if (parent === undefined) return listScope(getFact(program.modules, module));
  return listRoots(program, getFact(program.functions, parent));
}

/** Any of them, where nothing tells which. */
function listScope({ id, statements }: ModuleFacts): ScopeName[] {
  return statements.flatMap(({ bindings = [] }) => bindings.map(({ local }) => `${id}#${local}`));
}

function findAsset(
  program: Program,
  fn: FunctionFacts,
  withAssets: ReadonlySet<ModuleId>,
  what: string,
): Found | undefined {
  const reached = findReached(program, [fn]);
  const names = findMentioned(
    program.mentions,
    reached.flatMap((one) => listRoots(program, one)),
  );
  const modules = new Set([
    ...reached.map(({ module }) => module),
    ...[...names].map((name) => name.split('#', 1)[0] ?? ''),
  ]);
  return [...modules].some((id) => withAssets.has(id)) ? { what } : undefined;
}
