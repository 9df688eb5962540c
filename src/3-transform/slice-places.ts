import type { ClassId, FunctionId, ModuleId, VariableId } from '../types.ts';
import type { FactsIndex, ModuleParts } from './facts-index.ts';
import type { LinkedModule } from './links.ts';
import { type Modules, type Need, type Needs, resolveRelative } from './needs.ts';
import type { Shares } from './share.ts';
import { slicePath, takePath } from './slice-paths.ts';

/** What is said of one unit, for all modules of its slice. */
export interface UnitParts {
  unit: string;
  guarded: ReadonlySet<ClassId>;
  shares: Shares;
  given: ReadonlySet<VariableId>;
  nested: ReadonlySet<FunctionId>;
  /** Code sites that the unit can make. */
  made: ReadonlySet<FunctionId>;
  /** Functions that may go home. */
  leaving: ReadonlySet<FunctionId>;
  /** It has to see whether a function starts something. */
  watches: boolean;
}

/** Where the parts of modules are, for all units. */
export interface SlicePlaces {
  /** Part of a module with all that it leads to → its file. */
  paths: Map<string, string>;
  taken: Set<string>;
  /** First choices of other modules. */
  reserved: ReadonlySet<string>;
  /** Short names of what parts are made of. */
  numbers: Map<string, number>;
}

export function startPlaces(modules: Modules): SlicePlaces {
  const reserved = new Set([...modules.values()].map(({ file }) => slicePath(file)));
  return { paths: new Map(), taken: new Set(), reserved, numbers: new Map() };
}

interface Source {
  index: FactsIndex;
  places: SlicePlaces;
}

/**
 * The file for the unit's part of each module. Units share one if the part and everything it leads to are the same: the
 * specifiers of its imports are, too, then.
 */
export function placeSlice({ index, places }: Source, needs: Needs, parts: UnitParts): Map<ModuleId, string> {
  const own = new Map<ModuleId, number>();
  const next = new Map<ModuleId, ModuleId[]>();
  for (const [id, need] of needs.byModule) {
    const module = needs.modules.get(id);
    const facts = index.modules.get(id);
    if (!module || !facts) continue;
    own.set(id, numberOf(places, describePart(parts, facts, need)));
    next.set(id, listTargets(needs, module, need));
  }
  const paths = new Map<ModuleId, string>();
  for (const id of [...own.keys()].sort()) paths.set(id, findPlace(places, needs, id, describeReach(id, own, next)));
  return paths;
}

function numberOf({ numbers }: SlicePlaces, key: string): number {
  const known = numbers.get(key) ?? numbers.size;
  numbers.set(key, known);
  return known;
}

/** All that the text of a module's part depends on, besides where its imports lead. */
function describePart(own: UnitParts, parts: ModuleParts, need: Need): string {
  const { unit, guarded, shares, given, nested } = own;
  const idsIn = (facts: readonly { id: string }[], ids: ReadonlySet<string>) =>
    facts.flatMap(({ id }) => (ids.has(id) ? [id] : []));
  const leaving = idsIn(parts.functions, nested);
  return JSON.stringify([
    parts.facts.id,
    [...need.statements].sort((a, b) => a - b),
    [...need.bindings].map(([statement, names]) => [statement, ...[...names].sort()].join(' ')).sort(),
    [...need.exported].sort(),
    idsIn(parts.classes, guarded),
    idsIn(parts.variables, shares.variables),
    idsIn(parts.classes, shares.classes),
    idsIn(parts.functions, shares.functions),
    idsIn(parts.functions, own.made),
    idsIn(parts.functions, own.leaving),
    idsIn(parts.variables, given),
    own.watches ? parts.starts.length : 0,
    leaving,
    // Its stubs are the unit's own.
    leaving.length > 0 ? unit : '',
  ]);
}

function listTargets(needs: Needs, module: LinkedModule, need: Need): ModuleId[] {
  return module.statements
    .filter(({ index }) => need.statements.has(index))
    .flatMap(({ facts, dynamicImports }) => {
      const dynamic = dynamicImports.flatMap(({ text }) => resolveRelative(needs.modules, module, text)?.id ?? []);
      return facts.target === undefined ? dynamic : [facts.target, ...dynamic];
    });
}

/** A module's part, and the parts of all modules that can be reached from it. */
function describeReach(
  id: ModuleId,
  own: ReadonlyMap<ModuleId, number>,
  next: ReadonlyMap<ModuleId, ModuleId[]>,
): string {
  const reached = new Set([id]);
  for (const one of reached) for (const target of next.get(one) ?? []) reached.add(target);
  const numbers = [...reached].flatMap((one) => own.get(one) ?? []).sort((a, b) => a - b);
  return [own.get(id), ...numbers].join(' ');
}

function findPlace(places: SlicePlaces, { modules }: Needs, id: ModuleId, key: string): string {
  const known = places.paths.get(key) ?? takePath(modules.get(id)?.file ?? id, places);
  places.paths.set(key, known);
  return known;
}
