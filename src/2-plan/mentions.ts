import type { ModuleFacts, ModuleId, StatementFacts } from '../types.ts';
import { getClosure } from './collections.ts';

/** A name of a module's scope, as `lib/cart#Cart`. */
export type ScopeName = string;

/** Name → the names of the program that the statements behind it mention. */
export type Mentions = ReadonlyMap<ScopeName, ScopeName[]>;

/** For every name of every module. */
export function mapMentions(modules: ReadonlyMap<ModuleId, ModuleFacts>): Mentions {
  const mentions = new Map<ScopeName, ScopeName[]>();
  for (const module of modules.values()) addMentions(mentions, modules, module);
  return mentions;
}

/** Everything that the statements behind some names mention, directly or through others. */
export function findMentioned(mentions: Mentions, names: Iterable<ScopeName>): Set<ScopeName> {
  return getClosure(names, (name) => mentions.get(name) ?? []);
}

/** What the statements that declare a name or set it mention; imported names lead to where they are defined. */
function addMentions(
  mentions: Map<ScopeName, ScopeName[]>,
  modules: ReadonlyMap<ModuleId, ModuleFacts>,
  module: ModuleFacts,
): void {
  const add = (name: string, found: readonly ScopeName[]) => {
    const key = `${module.id}#${name}`;
    mentions.set(key, [...(mentions.get(key) ?? []), ...found]);
  };
  for (const statement of module.statements) {
    if (statement.kind === 'import') {
      const target = statement.target === undefined ? undefined : modules.get(statement.target);
      if (target) addImports(target, statement, add);
      continue;
    }
    const own = statement.mentions.map((name) => `${module.id}#${name}`);
    for (const name of [...statement.declares, ...getSetNames(module, statement)]) add(name, own);
  }
}

function getSetNames(module: ModuleFacts, statement: StatementFacts): string[] {
  const own = `${module.id}#`;
  return (statement.sets ?? []).flatMap((id) => (id.startsWith(own) ? id.slice(own.length).split('.', 1) : []));
}

function addImports(
  target: ModuleFacts,
  statement: StatementFacts,
  add: (name: string, found: readonly ScopeName[]) => void,
): void {
  for (const { name, local } of statement.bindings ?? []) {
    const exported = name === '*' ? Object.keys(target.exports) : [name];
    const found = exported.flatMap((one) => findDefinition(target, one) ?? []);
    add(local, found);
  }
}

function findDefinition(module: ModuleFacts, name: string): ScopeName | undefined {
  const target = module.exports[name];
  if (target?.kind === 'local') return `${module.id}#${target.name}`;
  return target?.kind === 'module' ? `${target.module}#${target.name}` : undefined;
}
