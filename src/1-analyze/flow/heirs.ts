/**
 * Of which classes a value may be whose type is a class: of those that extend it, also where what they extend is a value (`class extends
 * Base`, `extends Named(Point)`), and of those that have all that it has.
 */

import ts from 'typescript';
import type { ClassEntry, ProgramIndex } from '../names/program-index.ts';
import { remember } from '../names/remember.ts';
import { findDisguises } from './disguises.ts';
import { instanceOf, isSubset, namesOfClass, namesOfType } from './member-names.ts';

export interface Heirs {
  /** All below a class. */
  of(cls: ClassEntry): readonly ClassEntry[];
  /** Its base is a class that it is given, of which it knows no more than what that must have. */
  isOpen(cls: ClassEntry): boolean;
}

/** `children`: the classes that name their base; `unnamed`: what the others extend. */
export function findHeirs(
  index: ProgramIndex,
  children: ReadonlyMap<ClassEntry, readonly ClassEntry[]>,
  unnamed: ReadonlyMap<ClassEntry, ts.Expression>,
): Heirs {
  const open = new Set([...unnamed].filter(([, base]) => isGiven(index, base)).map(([cls]) => cls));

  function mayExtend(cls: ClassEntry, base: ClassEntry): boolean {
    const expression = unnamed.get(cls);
    if (!expression || cls === base) return false;
    const { all } = namesOfClass(index, base);
    if (open.has(cls)) return listRequired(index, expression).every((names) => isSubset(names, all));
    return isSubset(all, namesOfClass(index, cls).all);
  }

  function listHeirs(top: ClassEntry): readonly ClassEntry[] {
    const found = new Set<ClassEntry>();
    const waiting = [top];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const cls = next;
      const below = [
        ...(children.get(cls) ?? []),
        ...[...unnamed.keys()].filter((one) => mayExtend(one, cls)),
        ...index.classes.filter((one) => passesFor(index, one, cls)),
      ];
      const fresh = below.filter((one) => one !== top && !found.has(one));
      for (const one of fresh) found.add(one);
      waiting.push(...fresh);
    }
    return [...found];
  }

  return { of: remember(listHeirs), isOpen: (cls) => open.has(cls) };
}

/** `const shape: Circle = makeDisc()`: types are told by what is in them. */
function passesFor(index: ProgramIndex, one: ClassEntry, cls: ClassEntry): boolean {
  if (one === cls) return false;
  if (isSubset(namesOfClass(index, cls).required, namesOfClass(index, one).all)) return true;
  return findDisguises(index).has(one, instanceOf(index, cls.node));
}

/** A parameter, a variable or a field of the program, or anything at all; not a class of a package, nor what a call gives. */
function isGiven(index: ProgramIndex, base: ts.Expression): boolean {
  const { flags } = index.checker.getTypeAtLocation(base);
  if (flags & (ts.TypeFlags.TypeVariable | ts.TypeFlags.Any)) return true;
  if (!ts.isIdentifier(base) && !ts.isPropertyAccessExpression(base)) return false;
  const [declaration] = index.symbolAt(ts.isIdentifier(base) ? base : base.name)?.declarations ?? [];
  return declaration !== undefined && index.loaded.isOwn(declaration.getSourceFile()) && !ts.isClassLike(declaration);
}

/** What an instance of the base must have. */
function listRequired(index: ProgramIndex, base: ts.Expression): ReadonlySet<string>[] {
  const type = index.checker.getApparentType(index.checker.getTypeAtLocation(base));
  return type.getConstructSignatures().map((signature) => namesOfType(index, signature.getReturnType()).required);
}
