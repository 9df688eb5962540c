/** Functions as values: which they are, and what they may be bound to. `bearer` is an expression that gives one. */

import ts from 'typescript';
import { type NamedCallees, resolveNamed } from '../flow/callees.ts';
import { mayBeFunction } from '../flow/contents.ts';
import type { FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import { isAccess, isFunctionNode, unwrap, wrapped } from '../names/syntax.ts';
import type { Region, RegionContext, RegionScope } from './region.ts';
import type { RootFinder } from './roots.ts';
import type { Root } from './trail.ts';

export class Bearers {
  readonly #context: RegionContext;
  readonly #region: Region;
  readonly #roots: RootFinder;

  constructor({ context, region, roots }: RegionScope) {
    this.#context = context;
    this.#region = region;
    this.#roots = roots;
  }

  /** What a function may be bound to. Of one that is handed in, who hands it in knows that. */
  behind(bearer: ts.Expression): Root[] {
    return this.#roots.inside(bearer).filter((root) => !isHandedIn(this.#context.index, this.#region, root));
  }

  /** `table.change()`, where the table holds `counter.up`: what that is bound to is in the table. */
  isHeld(entry: FunctionEntry, named: NamedCallees | undefined): boolean {
    if (named?.functions.includes(entry)) return false;
    return ts.isArrowFunction(entry.node) || this.#context.flow.valueUses(entry).length > 0;
  }

  /** `run(counter.up)`, where a constructor has put it there */
  listPut(bearers: readonly ts.Expression[]): FunctionEntry[] {
    const fields = bearers.filter((bearer) => isAccess(unwrap(bearer)) && !this.functionValue(bearer));
    return fields.flatMap((field) => [...this.#context.flow.valuesOf(field)]);
  }

  /** `list.forEach(counter.up)` */
  isFunctionByName(argument: ts.Expression): boolean {
    if (isFunctionNode(unwrap(argument))) return false;
    // What one that is named itself has around it is around that name.
    if (this.functionValue(argument)) return isAccess(unwrap(argument));
    return this.#context.flow.valuesOf(argument).length > 0;
  }

  /** `run(counter.up)`, where a getter gives it, too */
  functionsOf(argument: ts.Expression): readonly FunctionEntry[] {
    const named = this.functionValue(argument);
    if (!named || !ts.isAccessor(named.node)) return named ? [named] : [];
    return mayBeFunction(this.#context.index, argument) ? this.#context.flow.valuesOf(argument) : [];
  }

  /** The function that is written there, or whose name is. */
  functionValue(expression: ts.Expression): FunctionEntry | undefined {
    const value = unwrap(expression);
    if (isFunctionNode(value)) return this.#context.index.functionOf(value);
    const named =
      ts.isIdentifier(value) || ts.isPropertyAccessExpression(value)
        ? resolveNamed(this.#context.index, this.#context.hierarchy, value)
        : undefined;
    return named?.functions[0];
  }
}

/** Functions that are handed to one that has a name. */
function isHandedIn(index: ProgramIndex, { owner }: Region, root: Root): boolean {
  if (root.kind !== 'argument' || !owner) return false;
  const parameter = owner.node.parameters[root.index];
  const isInline = ts.isArrowFunction(owner.node) && ts.isCallExpression(wrapped(owner.node).parent);
  return parameter !== undefined && !isInline && mayBeFunction(index, parameter, false);
}
