/** What a region changes: names it assigns, and the objects behind what it writes to or hands on. */

import ts from 'typescript';
import type { EffectKind } from '../../types.ts';
import { isAsserted } from '../functions/waited-callbacks.ts';
import { variablesOfAccess } from '../names/members.ts';
import { isPrimitive, isPrimitiveType } from '../names/primitives.ts';
import type { VariableEntry } from '../names/program-index.ts';
import { assignedValue, brief, isAccess, isFunctionNode, unwrap } from '../names/syntax.ts';
import { isBuiltinModule } from '../outside/builtins.ts';
import { findOutsideUse, type OutsideUse } from '../outside/outside.ts';
import { isCode } from './code.ts';
import type { Changes, Region, RegionContext, RegionScope } from './region.ts';
import type { RootFinder } from './roots.ts';
import type { Root } from './trail.ts';

export class ChangeRecorder {
  readonly #context: RegionContext;
  readonly #region: Region;
  readonly #roots: RootFinder;

  constructor({ context, region, roots }: RegionScope) {
    this.#context = context;
    this.#region = region;
    this.#roots = roots;
  }

  write(target: ts.Expression, node: ts.Node): void {
    const { index } = this.#context;
    const variables = this.#findNamed(target);
    for (const variable of variables) {
      this.#region.touches.add(variable);
      this.#region.assigned.set(variable, node);
      const value = assignedValue(node);
      if (value) this.hold(variable, value);
    }
    if (isAccess(target) && variables.every(({ kind }) => kind === 'hung')) {
      const use = findOutsideUse(index, target);
      const changed = use && nameOfPlatform(use);
      if (changed !== undefined) this.#region.effects.push({ kind: 'global', subject: changed, node });
      else {
        const isHung = this.#isOfDeclaration(target) || isCode(this.#context, this.#roots, target.expression);
        if (isHung) this.#region.effects.push({ kind: 'global', subject: brief(target), node });
        if (!isHung || variables.length === 0) this.#store(target, node);
      }
    }
  }

  #findNamed(target: ts.Expression): VariableEntry[] {
    const { index } = this.#context;
    if (isAccess(target)) return variablesOfAccess(index, target);
    const symbol = ts.isIdentifier(target) ? index.symbolAt(target) : undefined;
    const variable = symbol && index.variableOf(symbol);
    return variable ? [variable] : [];
  }

  /** `a.b = x` changes `a`; from then on `x` can be changed through `a`, which counts as a change of `x` here. */
  #store(target: ts.PropertyAccessExpression | ts.ElementAccessExpression, node: ts.Node): void {
    const holders = this.#roots.of(target.expression);
    const symbol = this.#context.index.symbolAt(unwrap(target.expression));
    const named = symbol && this.#context.index.variableOf(symbol);
    this.change(holders, node, !isPlainName(target.expression), named);
    const value = assignedValue(node);
    if (value && holders.length > 0 && !this.#isPrimitive(target))
      this.#keep(value, node, { holders, ...(named && { named }) });
  }

  /** `current = list[0]`, `const first = list[0]` at the top level: what the variable holds is others' as well. */
  hold(variable: VariableEntry, value: ts.Expression): void {
    const { index } = this.#context;
    if (isPrimitiveType(index.checker.getTypeOfSymbol(variable.symbol))) return;
    const roots = this.#roots.inside(value);
    const given = roots.filter(({ kind }) => kind === 'argument' || kind === 'self' || kind === 'captured');
    for (const root of roots) {
      if (root.kind === 'variable' && root.entry !== variable) this.#region.shared.push([variable, root.entry]);
    }
    noteChanges(this.#region.changes, given, true);
  }

  /** `class { box = list[0]; }`: every instance may change what it is given. */
  holdInField(value: ts.Expression): void {
    if (this.#isPrimitive(value)) return;
    for (const root of this.#roots.inside(value)) {
      if (root.kind !== 'variable') continue;
      this.#region.leaked.add(root.entry);
      this.#region.reached.add(root.entry);
    }
  }

  #isPrimitive(expression: ts.Expression): boolean {
    return isPrimitive(this.#context.index.checker, expression);
  }

  /** What holds it and what it is a part of are changed together, also where both are only made. */
  #keep(
    value: ts.Expression,
    node: ts.Node,
    { holders, named }: { holders: readonly Root[]; named?: VariableEntry },
  ): void {
    if (this.#isPrimitive(value)) return;
    const roots = this.#roots.inside(value);
    for (const root of roots) {
      for (const holder of holders) {
        const areVariables = root.kind === 'variable' && holder.kind === 'variable';
        if (areVariables && root.entry !== holder.entry) this.#region.shared.push([holder.entry, root.entry]);
      }
    }
    this.change(roots, node, true, named);
  }

  /** `f.cache = …`, `C.prototype.m = …`: state that hangs on a declaration; not what a static field holds. */
  #isOfDeclaration(target: ts.PropertyAccessExpression | ts.ElementAccessExpression): boolean {
    if (this.#roots.of(target.expression).some((root) => root.kind === 'variable' && root.entry.kind !== 'hung'))
      return false;
    let base = unwrap(target);
    while (isAccess(base)) base = unwrap(base.expression);
    const symbol = ts.isIdentifier(base) ? this.#context.index.symbolAt(base) : undefined;
    return symbol !== undefined && (symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class)) !== 0;
  }

  /** `named`: the variable that is written there. */
  change(roots: Root[], node: ts.Node, isDeep: boolean, named?: VariableEntry): void {
    const { changes, mutated, reached } = this.#region;
    for (const root of roots) {
      if (root.kind !== 'variable') continue;
      mutated.set(root.entry, node);
      if (root.entry !== named) reached.add(root.entry);
    }
    this.#touchPackage(roots, node);
    noteChanges(changes, roots, isDeep);
  }

  /** What a package keeps is changed, or given to others who may. */
  #touchPackage(roots: Root[], node: ts.Node): void {
    for (const root of roots) if (root.kind === 'package') this.#region.effects.push({ ...packageEffect(root), node });
  }

  /** `return registry()`, `x === registry()`: on the other side it would be a copy. */
  result(value: ts.Expression): void {
    const roots = this.#roots.of(value);
    if (roots.some(({ kind }) => kind === 'package')) this.#touchPackage(roots, value);
  }

  /** `Object.defineProperty(Array.prototype, 'last', …)`, `Object.assign(Math, …)` */
  patch(holder: string, key: ts.Expression | undefined, node: ts.Node): void {
    const name = key && ts.isStringLiteralLike(key) ? key.text : '*';
    this.#region.effects.push({ kind: 'global', subject: `${holder}.${name}`, node });
  }

  /** Code that is not understood may call any method of an instance it gets; an assertion only looks at it. */
  handOut(argument: ts.Expression): void {
    if (isAsserted(this.#context.index, argument)) return;
    const type = this.#context.index.checker.getTypeAtLocation(argument);
    for (const part of type.isUnion() ? type.types : [type]) {
      if (part.symbol && part.symbol.flags & ts.SymbolFlags.Class) this.#region.handedOut.add(part.symbol);
    }
  }

  /** `Object.assign(made.prototype, …)`, `Object.freeze(handler)`: a unit would do so to what it has in its place. */
  changeCode(target: ts.Expression, node: ts.Node): void {
    if (!isCode(this.#context, this.#roots, target)) return;
    this.#region.effects.push({ kind: 'global', subject: brief(target), node });
  }

  keepArgument(argument: ts.Expression, node: ts.Node, holders: readonly Root[]): void {
    this.#keep(argument, node, { holders });
  }

  /** An object handed to code that is not understood: anything in it may change. */
  changeInside(argument: ts.Expression, node: ts.Node): void {
    const value = unwrap(argument);
    if (isFunctionNode(value) || ts.isLiteralExpression(value)) return;
    if (this.#isPrimitive(value)) return;
    this.change(this.#roots.inside(value), node, true);
  }
}

/** `Math.random`, `process.env.X` of `import { env } from 'node:process'`, `node:path.join`; undefined for what is of a package. */
export function nameOfPlatform({ from, path }: OutsideUse): string | undefined {
  if (from.kind === 'global') return path.join('.');
  if (!isBuiltinModule(from.specifier)) return undefined;
  const module = from.specifier.replace(/^node:/, '');
  const names = path[0] === 'default' ? path.slice(1) : path;
  return [module === 'process' || module === 'console' ? module : `node:${module}`, ...names].join('.');
}

const RETURNS_OWN = ' (what it gives belongs to the package)';

/** Of a function that changes an object which a package keeps. */
export function packageEffect({ subject }: { subject: string }): { kind: 'package'; subject: string } {
  return { kind: 'package', subject: subject + RETURNS_OWN };
}

export function isPackageEffect({ kind, subject }: { kind: EffectKind; subject?: string }): boolean {
  return kind === 'package' && (subject?.endsWith(RETURNS_OWN) ?? false);
}

/** Adds the roots of something that is changed; `isDeep`: it is not the parameter or `this` itself but something inside. */
export function noteChanges(changes: Changes, roots: readonly Root[], isDeep: boolean): void {
  for (const root of roots) {
    if (root.kind === 'argument') {
      changes.args.add(root.index);
      if (isDeep) changes.deep.add(root.index);
    } else if (root.kind === 'self') {
      changes.self = true;
      changes.deepSelf ||= isDeep;
    } else if (root.kind === 'unknown') changes.all = true;
    else if (root.kind === 'captured') changes.captured = true;
  }
}

/** A name or `this`: what is changed is then the very object. Local names may stand for something inside another. */
export function isPlainName(expression: ts.Expression): boolean {
  const value = unwrap(expression);
  return ts.isIdentifier(value) || value.kind === ts.SyntaxKind.ThisKeyword;
}
