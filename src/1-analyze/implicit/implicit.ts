/**
 * Functions of the program that the language calls though no call is written: `toString` and the like where an object is
 * turned into a primitive value, `[Symbol.iterator]` and `next` where it is iterated, `toJSON`, accessors. What code outside
 * the program is given may be used in any of these ways.
 */

import ts from 'typescript';
import type { Hierarchy } from '../flow/callees.ts';
import { hasAllNames, mayBeOf } from '../flow/stand-ins.ts';
import { isPrimitiveType } from '../names/primitives.ts';
import type { ClassEntry, FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import { remember } from '../names/remember.ts';
import { isFunctionNode } from '../names/syntax.ts';
import { listMembers, type Member } from './members.ts';
import { type ImplicitUse, listOutside, listUses } from './uses.ts';

export interface Implicits {
  /** What a piece of syntax does to objects; calls are not looked at. */
  usesOf(node: ts.Node): ImplicitUse[];
  /** What a call that leads out of the program does to what it is given. */
  usesOutside(callee: ts.Expression, given: readonly ts.Expression[]): ImplicitUse[];
  /** What may run; what does nothing but look at its object is left out. The same answer for the same functions of the same type. */
  find(use: ImplicitUse): Implicit;
}

export interface Implicit {
  functions: readonly FunctionEntry[];
  /** Those that are instantiated. */
  classes: readonly ClassEntry[];
}

const NOTHING: Implicit = { functions: [], classes: [] };

export function findImplicits(index: ProgramIndex, hierarchy: Hierarchy): Implicits {
  const members = listMembers(index);
  const ways = new Set(members.map(({ way }) => way));
  if (ways.size === 0) return { usesOf: () => [], usesOutside: () => [], find: () => NOTHING };
  const reach = makeReach(index, hierarchy, members);
  const accessors = new Set(members.filter(({ way }) => way === 'get').map(({ name }) => name));
  const isWanted = (use: ImplicitUse) =>
    use.ways.some(
      (way) => ways.has(way) && (way !== 'get' || (use.names?.some((name) => accessors.has(name)) ?? true)),
    );
  const answersOf = remember((_: ReadonlySet<Member>) => new Map<string, Implicit>());
  return {
    usesOf: (node) => listUses(node).filter(isWanted),
    usesOutside: (callee, given) => listOutside(index, callee, given).filter(isWanted),
    find(use) {
      if (!isWanted(use) || isLiteral(use.node)) return NOTHING;
      const found = reach(index.checker.getTypeAtLocation(use.node), findDepth(use));
      const answers = answersOf(found);
      const key = `${use.ways.join()} ${use.names?.join() ?? '*'}`;
      const answer = answers.get(key) ?? chooseWanted(found, use);
      answers.set(key, answer);
      return answer;
    },
  };
}

function chooseWanted(found: ReadonlySet<Member>, { ways, names }: ImplicitUse): Implicit {
  const wanted = [...found].filter(
    ({ way, name }) => ways.includes(way) && (way !== 'get' || !names || names.includes(name)),
  );
  return {
    functions: wanted.flatMap(({ entry }) => entry ?? []),
    classes: wanted.flatMap(({ entry, cls }) => (entry ? [] : (cls ?? []))),
  };
}

function isOfKind(type: ts.Type, kind: ts.ObjectFlags): boolean {
  return ((type as ts.ObjectType).objectFlags & kind) !== 0;
}

function isLiteral(node: ts.Node): boolean {
  return ts.isLiteralExpression(node) || ts.isTemplateExpression(node) || isFunctionNode(node);
}

/**
 * How far a use goes: to the object alone, to what an object of the language is made of as well (`[a, b] + ''` asks `a`), or to
 * all that is inside.
 */
type Depth = 'object' | 'elements' | 'deep';

function findDepth({ isDeep, ways }: ImplicitUse): Depth {
  if (isDeep) return 'deep';
  return ways.every((way) => way === 'get') ? 'object' : 'elements';
}

type Reach = (type: ts.Type, depth: Depth) => ReadonlySet<Member>;

/** Which members may be of a value of a type, or, deeply, of what is inside it. */
function makeReach(index: ProgramIndex, hierarchy: Hierarchy, members: readonly Member[]): Reach {
  const { checker } = index;
  const known: Record<Depth, Map<ts.Type, Set<Member>>> = { object: new Map(), elements: new Map(), deep: new Map() };

  function reach(type: ts.Type, depth: Depth): ReadonlySet<Member> {
    const memory = known[depth];
    const found = memory.get(type) ?? new Set<Member>();
    if (memory.has(type)) return found;
    const seen = new Set<ts.Type>();
    const waiting = [type];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      const { own, parts } = look(next, depth);
      for (const member of own) found.add(member);
      waiting.push(...parts);
    }
    memory.set(type, found);
    return found;
  }

  /** The members of a value itself, and the types of what may be looked at next. */
  function look(type: ts.Type, depth: Depth): { own: readonly Member[]; parts: readonly ts.Type[] } {
    if (isPrimitiveType(type)) return { own: [], parts: [] };
    if (type.isUnionOrIntersection()) return { own: [], parts: type.types };
    const constraint = type.flags & ts.TypeFlags.Instantiable ? checker.getBaseConstraintOfType(type) : type;
    if (!constraint || !(constraint.flags & ts.TypeFlags.Object)) return { own: members, parts: [] };
    if (constraint !== type) return { own: [], parts: [constraint] };
    if (type.getCallSignatures().length > 0) return { own: [], parts: [] };
    if (isOfLibrary(type)) {
      return { own: ofClasses(type, hasAllNames), parts: depth === 'object' ? [] : listArguments(type) };
    }
    const own = [...ofClasses(type), ...members.filter(({ cls }) => cls === undefined)];
    const properties = depth === 'deep' ? type.getProperties() : [];
    return { own, parts: properties.map((property) => checker.getTypeOfSymbol(property)) };
  }

  function isOfLibrary(type: ts.Type): boolean {
    // `Readonly<Cart>` is one of the program.
    if (isOfKind(type, ts.ObjectFlags.Mapped)) return false;
    const [declaration] = type.symbol?.declarations ?? [];
    return checker.isTupleType(type) || (declaration !== undefined && !index.loaded.isOwn(declaration.getSourceFile()));
  }

  function listArguments(type: ts.Type): readonly ts.Type[] {
    return isOfKind(type, ts.ObjectFlags.Reference) ? checker.getTypeArguments(type as ts.TypeReference) : [];
  }

  /** Those of classes of which the value may be, or of a class above or below such a one. */
  function ofClasses(type: ts.Type, fits = mayBeOf): Member[] {
    const named = type.symbol?.declarations?.map((declaration) => index.classOf(declaration)).find(Boolean);
    return members.filter(
      ({ cls }) => cls !== undefined && (named ? isRelated(cls, named) : fits(index, hierarchy.heirs, cls, type)),
    );
  }

  function isRelated(cls: ClassEntry, named: ClassEntry): boolean {
    const { heirs } = hierarchy;
    return named === cls || heirs.of(named).includes(cls) || heirs.of(cls).includes(named);
  }

  return reach;
}
