import type { ModuleFacts, ModuleId } from '../types.ts';

/** In which order a program asks for its modules. */
export interface LoadOrder {
  /** The number of modules asked for before this one. */
  placeOf(id: ModuleId): number;
  /** It imports itself, through others. Which of them is asked for first decides what is ready when they are loaded. */
  isInCycle(id: ModuleId): boolean;
  /** It is in no cycle itself, but what it imports, directly or not, is. */
  leadsToCycle(id: ModuleId): boolean;
}

/** From the entries on, and what else nothing imports, along the imports as they are written. */
export function findLoadOrder(modules: readonly ModuleFacts[]): LoadOrder {
  const byId = new Map(modules.map((module) => [module.id, module]));
  const places = new Map<ModuleId, number>();
  const cycles = new Set<ModuleId>();
  const open: ModuleId[] = [];
  const isOpen = new Set<ModuleId>();

  /** Tarjan's strongly connected components; returns the lowest place that can be reached. */
  function visit(module: ModuleFacts): number {
    const place = places.size;
    places.set(module.id, place);
    open.push(module.id);
    isOpen.add(module.id);
    let lowest = place;
    for (const id of listImported(module)) {
      const target = byId.get(id);
      if (target && !places.has(id)) lowest = Math.min(lowest, visit(target));
      else if (isOpen.has(id)) lowest = Math.min(lowest, places.get(id) ?? place);
    }
    if (lowest === place) close(module.id);
    return lowest;
  }

  function close(first: ModuleId): void {
    const members = open.splice(open.indexOf(first));
    for (const id of members) {
      isOpen.delete(id);
      if (members.length > 1) cycles.add(id);
    }
  }

  const imported = new Set(modules.flatMap(listImported));
  const roots = modules.filter(({ id }) => !imported.has(id));
  for (const module of [...roots.filter(({ isEntry }) => isEntry), ...roots, ...modules]) {
    if (!places.has(module.id)) visit(module);
  }
  const leading = new Map<ModuleId, boolean>();
  function leadsToCycle(id: ModuleId): boolean {
    const known = leading.get(id);
    if (known !== undefined) return known;
    const module = byId.get(id);
    const leads = !cycles.has(id) && module !== undefined;
    const result = leads && listImported(module).some((target) => cycles.has(target) || leadsToCycle(target));
    leading.set(id, result);
    return result;
  }

  return { leadsToCycle, placeOf: (id) => places.get(id) ?? places.size, isInCycle: (id) => cycles.has(id) };
}

/** A module that imports itself is ready for that when it is for others. */
function listImported({ id, statements }: ModuleFacts): ModuleId[] {
  return statements.flatMap(({ target, bindings = [] }) => {
    const isErased = bindings.length > 0 && bindings.every(({ typeOnly }) => typeOnly);
    return target === undefined || target === id || isErased ? [] : [target];
  });
}
