/** What classes of the language call by its name on objects of classes that extend them: `Array.prototype.toString` calls `join`. */

import type ts from 'typescript';
import type { ProgramIndex } from '../names/program-index.ts';
import type { Way } from './calls.ts';

/** Accessors of regular expressions that `flags` asks. */
const FLAGS = 'hasIndices global ignoreCase multiline dotAll unicode unicodeSets sticky'.split(' ');

/** Accessors of them as well, which then run when something else is asked for. */
const CALLED: readonly (readonly [base: RegExp, way: Way, names: readonly string[]])[] = [
  [/Error$/, 'convert', ['name', 'message']],
  [/^(?:Array|\w+Array)$/, 'convert', ['join']],
  [/^RegExp$/, 'convert', ['exec', 'flags', ...FLAGS]],
  [/^Date$/, 'json', ['toISOString', 'valueOf', 'toString', '[Symbol.toPrimitive]']],
  [/^(?:Weak)?Map$/, 'fill', ['set']],
  [/^(?:Weak)?Set$/, 'fill', ['add']],
  // Their methods make other instances, of the class that extends them.
  [
    /^(?:Array|Promise|RegExp|ArrayBuffer|SharedArrayBuffer|\w+Array)$/,
    'construct',
    ['constructor', '[Symbol.species]'],
  ],
];
const NAMES: ReadonlySet<string> = new Set(CALLED.flatMap(([, , names]) => names));

/** How a member of a class is used that has a name which a class of the language calls. */
export function waysOfBases(index: ProgramIndex, cls: ts.ClassLikeDeclaration, name: string): Way[] {
  if (!NAMES.has(name)) return [];
  const fitting = CALLED.filter(([, , names]) => names.includes(name));
  const bases = listOutside(index, cls);
  return fitting.filter(([base]) => bases.some((one) => base.test(one))).map(([, way]) => way);
}

/** The names of the classes that it extends, near or far, and that are not of the program. */
function listOutside({ checker, loaded }: ProgramIndex, cls: ts.ClassLikeDeclaration): string[] {
  const found: string[] = [];
  const visit = (type: ts.Type): void => {
    if (type.isUnionOrIntersection()) type.types.forEach(visit);
    const target = (type as ts.TypeReference).target ?? type;
    if (!target.isClassOrInterface()) return;
    const [declaration] = type.symbol.declarations ?? [];
    if (declaration && !loaded.isOwn(declaration.getSourceFile())) found.push(type.symbol.name);
    else checker.getBaseTypes(target).forEach(visit);
  };
  const { symbol } = checker.getTypeAtLocation(cls);
  if (symbol) visit(checker.getDeclaredTypeOfSymbol(symbol));
  return found;
}
