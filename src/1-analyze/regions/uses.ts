/** What a region mentions: variables, accessors, and what lies outside the program. */

import ts from 'typescript';
import { overridesOf } from '../flow/callees.ts';
import { isRequire, listVariables } from '../names/holders.ts';
import { mayHang, variablesOfAccess } from '../names/members.ts';
import type { VariableEntry } from '../names/program-index.ts';
import { callOf } from '../names/references.ts';
import {
  assignedValue,
  brief,
  findAssignment,
  isAccess,
  isIdentity,
  isNameOnly,
  isTypeOnly,
  wrapped,
} from '../names/syntax.ts';
import { findAskedGlobal } from '../outside/asked-globals.ts';
import { isBuiltinGlobal } from '../outside/builtins.ts';
import { isOnlyRead } from '../outside/only-read.ts';
import { findOutsideUse, type OutsideUse, outsideFacts } from '../outside/outside.ts';
import { findAssetRead } from '../variables/assets.ts';
import type { CallRecorder } from './calls.ts';
import { noteEffects, type Region, type RegionContext, type RegionScope } from './region.ts';

export class UseRecorder {
  readonly #context: RegionContext;
  readonly #region: Region;
  readonly #calls: CallRecorder;

  constructor({ context, region }: RegionScope, calls: CallRecorder) {
    this.#context = context;
    this.#region = region;
    this.#calls = calls;
  }

  name(node: ts.Identifier): void {
    if (isNameOnly(node) || isTypeOnly(node)) return;
    if (node.text === 'arguments') this.#region.usesArguments = true;
    const symbol = this.#context.index.symbolAt(node);
    const variable = symbol && this.#context.index.variableOf(symbol);
    if (variable) this.#touch(variable, node);
    if (symbol && this.#isImportedPart(node, symbol)) {
      const subject = `${node.text}, a part of what its module exports as a whole: import that, and use its ${node.text}`;
      this.#region.effects.push({ kind: 'process', subject, node });
    }
    if (!isAccess(node.parent) || node.parent.expression !== node) this.#outside(node);
  }

  /** `import { rate } from './config'`, of `export = { rate: 1 }`: it stands for what the object has now. */
  #isImportedPart(node: ts.Identifier, symbol: ts.Symbol): boolean {
    const { index } = this.#context;
    const own = index.isExportedPart(symbol) && index.checker.getSymbolAtLocation(node);
    return own !== undefined && own !== false && (own.flags & ts.SymbolFlags.Alias) !== 0;
  }

  /** What is named through a module or a namespace, or reached through one, or through a class, that is handed on as a whole. */
  through(node: ts.Expression): void {
    const { index, references } = this.#context;
    const { named, handed } = references.holders;
    const member = named.get(node);
    const variable = member && index.variableOf(member);
    if (variable) this.#touch(variable, node);
    const holder = handed.get(node);
    if (holder) this.#handOn(holder, node);
  }

  #handOn(holder: ts.Symbol, node: ts.Expression): void {
    const { index, references } = this.#context;
    const isModule = (holder.flags & ts.SymbolFlags.ValueModule) !== 0;
    // What is called there is not followed, and a module does not cross.
    if (isModule && references.holders.whole.get(holder)?.isTyped)
      this.#region.effects.push({ kind: 'process', subject: `${brief(node)} as a whole`, node });
    for (const variable of listVariables(index, holder)) {
      // Classes are handed on everywhere: what changes their fields is found where it does so.
      if (variable.kind === 'static' || variable.kind === 'hung') this.#region.touches.add(variable);
      else this.#touch(variable, node);
    }
  }

  #touch(variable: VariableEntry, node: ts.Expression): void {
    this.#region.touches.add(variable);
    if (isLeak(node) && !isOnlyRead(this.#context.index, node)) this.#region.leaked.add(variable);
  }

  access(node: ts.PropertyAccessExpression | ts.ElementAccessExpression): void {
    const { parent } = node;
    const { index, accessors } = this.#context;
    if (mayHang(index, node)) for (const variable of variablesOfAccess(index, node)) this.#touch(variable, node);
    if (ts.isPropertyAccessExpression(node) && accessors.has(node.name.text)) {
      const symbol = index.symbolAt(node.name);
      if (symbol) this.#accessor(node, symbol);
    }
    if (!(isAccess(parent) && parent.expression === node)) this.#outside(node);
  }

  #accessor(node: ts.PropertyAccessExpression, symbol: ts.Symbol): void {
    const entries = (symbol.declarations ?? [])
      .filter(ts.isAccessor)
      .flatMap((at) => this.#context.index.functionOf(at) ?? []);
    if (entries.length === 0) return;
    const { index, hierarchy } = this.#context;
    const overriding = entries.flatMap((entry) => overridesOf(index, hierarchy, entry));
    this.#calls.push(
      { node, kind: 'implicit', functions: [...entries, ...overriding], classes: [], direct: false, closed: true },
      node.expression,
      givenTo(node),
    );
  }

  /** Effects of merely mentioning something outside the program: `process.argv`, `Math.random`, `fetch`. */
  #outside(node: ts.Expression): void {
    const call = callOf(node);
    const use = findOutsideUse(this.#context.index, node);
    if (!use) return;
    if (!call && this.#isForeignFunction(node, use)) this.#region.namesForeign = true;
    if (this.#isTested(node)) return;
    if (call && isRequire(call)) {
      this.#region.effects.push({ kind: 'loads', subject: brief(call, true), node });
      return;
    }
    const asked = findAskedGlobal(this.#context.index, node);
    if (asked) this.#region.effects.push({ kind: 'ambient', subject: asked, node });
    if (asked !== undefined) return;
    const facts = outsideFacts(this.#context.index, node, call);
    if (facts) noteEffects(this.#region, facts, node);
    if (!call && node.getText() === 'String') this.#region.effects.push({ kind: 'texts', node });
    const asset = facts && findAssetRead(this.#context, call);
    if (asset) for (const effect of this.#region.effects) if (effect.node === node) effect.asset = asset;
  }

  /** `basename`, `Buffer.from`; those of the language can be told wherever they are: `Math.max`. */
  #isForeignFunction(node: ts.Expression, { from, path }: OutsideUse): boolean {
    if (from.kind === 'global' && (path.length === 1 || isBuiltinGlobal(path[0] ?? ''))) return false;
    const type = this.#context.index.checker.getTypeAtLocation(node);
    return (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) !== 0 || type.getCallSignatures().length > 0;
  }

  /** `x instanceof Money`, `prototype === Object.prototype`: nothing runs, and the other side has one that means the same. */
  #isTested(node: ts.Expression): boolean {
    const { parent } = node;
    if (!ts.isBinaryExpression(parent)) return false;
    if (isIdentity(parent)) return this.#isBuiltinPrototype(node);
    const isTest = parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword;
    return isTest && parent.right === node && (this.#isImportedClass(node) || this.#isBuiltinClass(node));
  }

  #isImportedClass(node: ts.Expression): boolean {
    const symbol = this.#context.index.symbolAt(node);
    return symbol !== undefined && this.#context.importedClasses.found.has(symbol);
  }

  /** `Function`, `Promise` */
  #isBuiltinClass(node: ts.Expression): boolean {
    const { from, path = [] } = findOutsideUse(this.#context.index, node) ?? {};
    return from?.kind === 'global' && path.length === 1 && isBuiltinGlobal(path[0] ?? '');
  }

  #isBuiltinPrototype(node: ts.Expression): boolean {
    const { from, path = [] } = findOutsideUse(this.#context.index, node) ?? {};
    const [name = '', ...members] = path;
    return from?.kind === 'global' && isBuiltinGlobal(name) && members.join() === 'prototype';
  }
}

/** True unless the use only looks inside: `x.y`, `x[i]`, `x.m()`, `x === y`, `...x`, `of x`, `typeof x`. */
function isLeak(node: ts.Expression): boolean {
  const outer = wrapped(node);
  const { parent } = outer;
  if (isAccess(parent)) return false;
  if (ts.isBinaryExpression(parent)) {
    const kind = parent.operatorToken.kind;
    if (kind === ts.SyntaxKind.EqualsToken) return parent.right === outer;
    return (
      kind === ts.SyntaxKind.BarBarToken ||
      kind === ts.SyntaxKind.QuestionQuestionToken ||
      kind === ts.SyntaxKind.CommaToken
    );
  }
  if (ts.isSpreadElement(parent) || ts.isSpreadAssignment(parent) || ts.isTypeOfExpression(parent)) return false;
  if (ts.isForOfStatement(parent) || ts.isForInStatement(parent)) return parent.expression !== outer;
  if (ts.isExpressionStatement(parent) || ts.isIfStatement(parent) || ts.isPrefixUnaryExpression(parent)) return false;
  if (ts.isPostfixUnaryExpression(parent) || ts.isTemplateSpan(parent) || ts.isExportSpecifier(parent)) return false;
  return !(ts.isCallExpression(parent) && parent.expression === outer);
}

/** `timer.tick = f`, `[timer.tick] = [f]`: what setters are called with, or is inside of it. */
function givenTo(accessor: ts.Expression): ts.Expression[] {
  const assignment = findAssignment(accessor);
  const value = assignment && assignedValue(assignment);
  return value ? [value] : [];
}
