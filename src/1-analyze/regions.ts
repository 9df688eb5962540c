/**
 * What one piece of code does by itself: a function's body (functions written inside it included), the field
 * initialisers of a class, or a top-level statement. Calls are listed with their targets; the fix point adds what those do.
 */

import ts from 'typescript';
import type { EffectFact, EffectKind } from '../types.ts';
import type { ApiFacts } from './api-facts.ts';
import { findAskedGlobal } from './asked-globals.ts';
import { type AssetRead, findAssetRead } from './assets.ts';
import { isBuiltinGlobal, isBuiltinModule } from './builtins.ts';
import { findCalled } from './called-outside.ts';
import { findClassesOf, findLoose, findReflected, membersOf, resolveNamed } from './callees.ts';
import { keepsState } from './closures.ts';
import { isReadOfArgv, READ_ARGV } from './command-line.ts';
import { givesAnything, leavesRunning } from './concurrency.ts';
import type { FunctionFlow } from './flow.ts';
import type { Implicits } from './implicit.ts';
import type { ImplicitUse } from './implicit-uses.ts';
import type { ImportedClasses } from './imported-classes.ts';
import { findOutsideUse, type OutsideUse, outsideFacts } from './outside.ts';
import type { ClassEntry, FunctionEntry, ProgramIndex, VariableEntry } from './program-index.ts';
import { argumentsOf, calleeOf, callOf, type References } from './references.ts';
import { describeReplacement, type Replacements } from './replaced.ts';
import { isPrimitiveType, makeRootFinder, type Root, type RootContext, type RootFinder } from './roots.ts';
import {
  assignedTargets,
  findFunctionAround,
  isAccess,
  isConstant,
  isFunctionNode,
  isNameOnly,
  isTypeOnly,
  unwrap,
  wrapped,
} from './syntax.ts';
import { isAsserted } from './waited-callbacks.ts';

export type CallNode = ts.CallExpression | ts.NewExpression | ts.TaggedTemplateExpression;

export interface DirectEffect {
  kind: EffectKind;
  subject?: string;
  node: ts.Node;
  /** It reads a file, maybe one that goes along with the code. */
  asset?: AssetRead;
  seen?: NonNullable<EffectFact['seen']>;
}

export interface RegionCall {
  node: ts.Node;
  kind: 'call' | 'new' | 'tag' | 'implicit' | 'callback';
  functions: readonly FunctionEntry[];
  classes: readonly ClassEntry[];
  direct: boolean;
  closed: boolean;
  /** Roots of what the callee gets as parameter `index`, with what is inside it; asked only if the callee changes it. */
  argument(index: number): Root[];
  /** Roots of the parameter's value alone, and whether that is a parameter or `this` of the caller itself. */
  argumentItself(index: number): { roots: Root[]; isPlain: boolean };
  receiverItself(): { roots: Root[]; isPlain: boolean };
  /** Roots of everything it gets. */
  everything(): Root[];
  receiver(): Root[];
}

/**
 * What is changed of what a function gets. A parameter in `args` but not in `deep` is changed itself (`list.push(x)`), and
 * nothing inside it is; likewise `self` and `deepSelf`.
 */
export interface Changes {
  args: Set<number>;
  deep: Set<number>;
  self: boolean;
  deepSelf: boolean;
  all: boolean;
  /** Objects that variables of functions around it hold. */
  captured: boolean;
}

export interface Region {
  node: ts.Node;
  owner: FunctionEntry | undefined;
  effects: DirectEffect[];
  calls: RegionCall[];
  touches: Set<VariableEntry>;
  assigned: Map<VariableEntry, ts.Node>;
  mutated: Map<VariableEntry, ts.Node>;
  /** Those of `mutated` that are changed in another way than by `name.key = …`. */
  reached: Set<VariableEntry>;
  /** Used as a value, so that others may hold on to it. */
  leaked: Set<VariableEntry>;
  changes: Changes;
  usesThis: boolean;
  usesArguments: boolean;
  hasAwait: boolean;
  /** Calls that return an object which a package keeps. */
  kept: { subject: string; node: ts.Node }[];
  /** Classes whose instances go to code outside the program. */
  handedOut: Set<ts.Symbol>;
}

export interface RegionContext extends RootContext {
  flow: FunctionFlow;
  references: References;
  replacements: Replacements;
  /** Names of accessors of the program; only these property accesses are looked up. */
  accessors: Set<string>;
  importedClasses: ImportedClasses;
  implicits: Implicits;
}

export function describeRegion(context: RegionContext, node: ts.Node, owner: FunctionEntry | undefined): Region {
  const region: Region = {
    node,
    owner,
    effects: [],
    calls: [],
    touches: new Set(),
    assigned: new Map(),
    mutated: new Map(),
    reached: new Set(),
    leaked: new Set(),
    changes: { args: new Set(), deep: new Set(), self: false, deepSelf: false, all: false, captured: false },
    usesThis: false,
    usesArguments: false,
    hasAwait: false,
    kept: [],
    handedOut: new Set(),
  };
  const replaced = owner && context.replacements.byFunction.get(owner);
  if (replaced) region.effects.push({ kind: 'replaced', subject: describeReplacement(replaced), node: replaced });
  const roots = makeRootFinder(context, node, owner);
  const visitor = new RegionVisitor(context, region, roots);
  if (owner && ts.isExpression(owner.node.body)) visitor.visitResult(owner.node.body);
  ts.forEachChild(node, (child) => visitor.visit(child));
  return region;
}

class RegionVisitor {
  readonly #context: RegionContext;
  readonly #region: Region;
  readonly #roots: RootFinder;

  constructor(context: RegionContext, region: Region, roots: RootFinder) {
    this.#context = context;
    this.#region = region;
    this.#roots = roots;
  }

  visit(node: ts.Node): void {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    if (this.#isDeferred(node) || this.#isAssetPath(node)) return;
    this.#visitNode(node);
    ts.forEachChild(node, (child) => this.visit(child));
  }

  /** At the top level a function that is only defined does nothing yet; one that is handed to a call may run. */
  #isDeferred(node: ts.Node): boolean {
    if (this.#region.owner) return false;
    if (ts.isClassLike(node) && node === this.#region.node) return false;
    if (!isFunctionNode(node)) return false;
    const { parent } = wrapped(node as ts.Expression);
    return !(ts.isCallExpression(parent) || ts.isNewExpression(parent));
  }

  /** Where the file of a read lies is not asked for its own sake. */
  #isAssetPath(node: ts.Node): boolean {
    const { parent } = node;
    if (ts.isVariableDeclaration(parent) && parent.initializer === node) return this.#holdsAssetPath(parent);
    if (!ts.isCallExpression(parent) || parent.arguments[0] !== node) return false;
    return findAssetRead(this.#context, parent)?.path !== undefined;
  }

  /** `const file = join(__dirname, 'x.txt')` in a function, for nothing but reads. */
  #holdsAssetPath({ name }: ts.VariableDeclaration): boolean {
    if (!this.#region.owner || !ts.isIdentifier(name)) return false;
    const symbol = this.#context.index.symbolAt(name);
    const uses = symbol ? this.#context.references.to(symbol) : [];
    return uses.length > 0 && uses.every((use) => this.#isInAssetPath(use));
  }

  #isInAssetPath(use: ts.Node): boolean {
    for (let at = use; !ts.isStatement(at) && !isFunctionNode(at); at = at.parent) {
      if (this.#isAssetPath(at)) return true;
    }
    return false;
  }

  visitResult(value: ts.Expression): void {
    this.#result(value);
  }

  #visitNode(node: ts.Node): void {
    const targets = assignedTargets(node);
    for (const target of targets) this.#write(target, node);
    if (ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node)) this.#call(node);
    else if (ts.isIdentifier(node)) this.#name(node);
    else if (isAccess(node)) this.#access(node);
    else if (node.kind === ts.SyntaxKind.ThisKeyword) this.#region.usesThis ||= this.#isOwnThis(node);
    else if (node.kind === ts.SyntaxKind.SuperKeyword) this.#region.usesThis ||= this.#isOwnThis(node);
    else if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) this.#await(node);
    else if (ts.isThrowStatement(node)) this.#throw(node);
    else if (ts.isMetaProperty(node)) this.#meta(node);
    else if (ts.isReturnStatement(node) && node.expression) this.#result(node.expression);
    else if (ts.isArrowFunction(node) && ts.isExpression(node.body)) this.#result(node.body);
    else if (ts.isBinaryExpression(node) && isIdentity(node))
      for (const at of [node.left, node.right]) this.#result(at);
    for (const use of this.#context.implicits.usesOf(node)) this.#implicit(use);
  }

  /** The subject is the class of the program, or of somebody else, that is thrown. */
  #throw(node: ts.ThrowStatement): void {
    const { index } = this.#context;
    const { symbol } = index.checker.getTypeAtLocation(node.expression);
    const own = symbol?.declarations?.flatMap((declaration) => index.classOf(declaration)?.id ?? [])[0];
    this.#region.effects.push({ kind: 'throws', ...(own !== undefined && { subject: own }), node });
  }

  /** `import.meta.url`; not `new.target`. */
  #meta(node: ts.MetaProperty): void {
    if (node.keywordToken !== ts.SyntaxKind.ImportKeyword) return;
    this.#region.effects.push({ kind: 'place', subject: node.parent.getText().slice(0, 60), node });
  }

  #await(node: ts.Node): void {
    let at = node.parent;
    while (!isFunctionNode(at) && !ts.isSourceFile(at)) at = at.parent;
    if (!this.#region.owner || at === this.#region.owner.node) this.#region.hasAwait = true;
  }

  /** `this` of the region's function: not that of a function or class written inside it. */
  #isOwnThis(node: ts.Node): boolean {
    for (let at = node.parent; at && at !== this.#region.node; at = at.parent) {
      if (ts.isClassLike(at) || (ts.isFunctionLike(at) && !ts.isArrowFunction(at))) return false;
    }
    return true;
  }

  #name(node: ts.Identifier): void {
    if (isNameOnly(node) || isTypeOnly(node)) return;
    if (node.text === 'arguments') this.#region.usesArguments = true;
    const symbol = this.#context.index.symbolAt(node);
    const variable = symbol && this.#context.index.variableOf(symbol);
    if (variable) this.#touch(variable, node);
    if (!isAccess(node.parent) || node.parent.expression !== node) this.#outside(node);
  }

  #touch(variable: VariableEntry, node: ts.Expression): void {
    this.#region.touches.add(variable);
    if (isLeak(node) && !this.#isOnlyRead(node)) this.#region.leaked.add(variable);
  }

  /** `Object.keys(x)`, `JSON.stringify(x)`: nothing of it stays behind. */
  #isOnlyRead(node: ts.Expression): boolean {
    const outer = wrapped(node);
    const call = outer.parent;
    if (!ts.isCallExpression(call) || call.expression === outer) return false;
    const facts = outsideFacts(this.#context.index, calleeOf(call), call);
    if (!facts?.known || facts.callsBack === 'later') return false;
    return (
      facts.returns === 'deep' ||
      isPrimitiveType(this.#context.index.checker.getTypeAtLocation(call)) ||
      /^Object\.(keys|entries|values)$/.test(call.expression.getText())
    );
  }

  #access(node: ts.PropertyAccessExpression | ts.ElementAccessExpression): void {
    const { parent } = node;
    if (ts.isPropertyAccessExpression(node)) {
      const symbol =
        this.#context.accessors.has(node.name.text) || this.#mayBeStatic(node)
          ? this.#context.index.symbolAt(node.name)
          : undefined;
      const variable = symbol && this.#context.index.variableOf(symbol);
      if (variable) this.#touch(variable, node);
      if (symbol) this.#accessor(node, symbol);
    }
    if (!(isAccess(parent) && parent.expression === node)) this.#outside(node);
  }

  /** Static fields, enum members and members of namespaces hang on a name with a capital or an import. */
  #mayBeStatic(node: ts.PropertyAccessExpression): boolean {
    const base = unwrap(node.expression);
    if (base.kind === ts.SyntaxKind.ThisKeyword) return true;
    if (!ts.isIdentifier(base)) return false;
    const symbol = this.#context.index.symbolAt(base);
    return (
      symbol !== undefined &&
      (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Module | ts.SymbolFlags.ValueModule)) !== 0
    );
  }

  #accessor(node: ts.PropertyAccessExpression, symbol: ts.Symbol): void {
    const entries = (symbol.declarations ?? [])
      .filter(ts.isAccessor)
      .flatMap((at) => this.#context.index.functionOf(at) ?? []);
    if (entries.length === 0) return;
    const overriding = entries.flatMap((entry) =>
      (entry.cls ? this.#context.hierarchy.subclasses(entry.cls) : []).flatMap((cls) =>
        membersOf(this.#context.index, cls, node.name.text),
      ),
    );
    this.#pushCall(
      { node, kind: 'implicit', functions: [...entries, ...overriding], classes: [], direct: false, closed: true },
      node.expression,
      [],
    );
  }

  /** Effects of merely mentioning something outside the program: `process.argv`, `Math.random`, `fetch`. */
  #outside(node: ts.Expression): void {
    const call = callOf(node);
    if (!findOutsideUse(this.#context.index, node) || this.#isTested(node)) return;
    const asked = findAskedGlobal(this.#context.index, node);
    if (asked) this.#region.effects.push({ kind: 'ambient', subject: asked, node });
    if (asked !== undefined) return;
    const facts = outsideFacts(this.#context.index, node, call);
    if (facts) this.#addEffects(facts, node);
    const asset = facts && findAssetRead(this.#context, call);
    if (asset) for (const effect of this.#region.effects) if (effect.node === node) effect.asset = asset;
  }

  /** `x instanceof Money`, `prototype === Object.prototype`: nothing runs, and the other side has one that means the same. */
  #isTested(node: ts.Expression): boolean {
    const { parent } = node;
    if (!ts.isBinaryExpression(parent)) return false;
    if (isIdentity(parent)) return this.#isBuiltinPrototype(node);
    const isTest = parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword;
    const symbol = isTest && parent.right === node ? this.#context.index.symbolAt(node) : undefined;
    return symbol !== undefined && this.#context.importedClasses.found.has(symbol);
  }

  #isBuiltinPrototype(node: ts.Expression): boolean {
    const { from, path = [] } = findOutsideUse(this.#context.index, node) ?? {};
    const [name = '', ...members] = path;
    return from?.kind === 'global' && isBuiltinGlobal(name) && members.join() === 'prototype';
  }

  #addEffects(facts: ApiFacts, node: ts.Node): void {
    for (const effect of facts.effects) {
      const isRead = effect.kind === 'argv' && ts.isExpression(node) && isReadOfArgv(node);
      this.#region.effects.push({ ...effect, ...(isRead && { subject: READ_ARGV }), node });
    }
  }

  #write(target: ts.Expression, node: ts.Node): void {
    const { index } = this.#context;
    const name = ts.isPropertyAccessExpression(target) ? target.name : target;
    const symbol = ts.isIdentifier(name) ? index.symbolAt(name) : undefined;
    const variable = symbol && index.variableOf(symbol);
    if (variable) {
      this.#region.touches.add(variable);
      this.#region.assigned.set(variable, node);
    } else if (isAccess(target)) {
      const use = findOutsideUse(index, target);
      const changed = use && nameOfPlatform(use);
      if (changed !== undefined) this.#region.effects.push({ kind: 'global', subject: changed, node });
      else if (this.#isDeclaration(target))
        this.#region.effects.push({ kind: 'global', subject: target.getText(), node });
      else this.#store(target, node);
    }
  }

  /** `a.b = x` changes `a`; from then on `x` can be changed through `a`, which counts as a change of `x` here. */
  #store(target: ts.PropertyAccessExpression | ts.ElementAccessExpression, node: ts.Node): void {
    const holders = this.#roots.of(target.expression);
    const symbol = this.#context.index.symbolAt(unwrap(target.expression));
    const named = symbol && this.#context.index.variableOf(symbol);
    this.#change(holders, node, !isPlainName(target.expression), named);
    const value = ts.isBinaryExpression(node) && unwrap(node.left) === target ? node.right : undefined;
    if (value && holders.length > 0) this.#keep(value, node, named);
  }

  #keep(value: ts.Expression, node: ts.Node, named?: VariableEntry): void {
    if (isPrimitiveType(this.#context.index.checker.getTypeAtLocation(value))) return;
    this.#change(this.#roots.inside(value), node, true, named);
  }

  /** `f.cache = …`, `C.prototype.m = …`: state that hangs on a declaration. */
  #isDeclaration(target: ts.Expression): boolean {
    let base = unwrap(target);
    while (isAccess(base)) base = unwrap(base.expression);
    const symbol = ts.isIdentifier(base) ? this.#context.index.symbolAt(base) : undefined;
    return symbol !== undefined && (symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class)) !== 0;
  }

  /** `named`: the variable that is written there. */
  #change(roots: Root[], node: ts.Node, isDeep: boolean, named?: VariableEntry): void {
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
  #result(value: ts.Expression): void {
    const roots = this.#roots.of(value);
    if (roots.some(({ kind }) => kind === 'package')) this.#touchPackage(roots, value);
  }

  #call(node: CallNode): void {
    const { index, hierarchy, flow } = this.#context;
    const callee = calleeOf(node);
    const named = resolveNamed(index, hierarchy, callee);
    const flowing = flow.targetsOf(node);
    const kind = ts.isNewExpression(node) ? 'new' : ts.isTaggedTemplateExpression(node) ? 'tag' : 'call';
    const loose = named ? [] : findLoose(index, hierarchy, callee);
    const functions = [...new Set([...(named?.functions ?? []), ...flowing, ...loose])];
    const classes = [...(named?.classes ?? this.#classesOf(node)), ...findReflected(index, node)];
    const receiver = isAccess(callee) ? callee.expression : undefined;
    const isOutside = named ? named.outside : outsideFacts(index, callee, node) !== undefined;
    if (functions.length > 0 || classes.length > 0) {
      const direct = (named?.direct ?? false) && flowing.length === 0;
      this.#pushCall({ node, kind, functions, classes, direct, closed: direct }, receiver, argumentsOf(node));
    }
    this.#noteStart(node, functions, isInChain(node) ? undefined : givesAnything(index, node) ? 'maybe' : 'surely');
    this.#noteHiddenState(callee, flowing, node);
    // `bank.deposit(5)`: what changes is inside the closure that the object holds.
    const keeps = functions.some((entry) => keepsState(index, entry));
    if (keeps && receiver) this.#change(this.#roots.of(receiver), node, true);
    if (isOutside) this.#callOutside(node, callee, receiver);
    else if (!named) this.#callValue(node, callee, functions.length > 0);
    this.#callbacks(node, receiver, isOutside ? findCalled(this.#context, node) : []);
  }

  /** `seen`: what the call gives would be the promise. A function that is written inside may be called, or not. */
  #noteStart(node: CallNode, functions: readonly FunctionEntry[], seen?: DirectEffect['seen']): void {
    const { owner, effects } = this.#region;
    if (!owner || !leavesRunning(this.#context.index, node, functions)) return;
    const isInside = findFunctionAround(node) !== owner.node;
    const subject = calleeOf(node).getText().slice(0, 60);
    effects.push({ kind: 'starts', subject, node, ...(seen && { seen: isInside ? 'maybe' : seen }) });
  }

  /** `new Kind(…)`, where `Kind` is a value: by the type of what is made. */
  #classesOf(node: CallNode): ClassEntry[] {
    const { index, hierarchy } = this.#context;
    return ts.isNewExpression(node) ? findClassesOf(index, hierarchy, index.checker.getTypeAtLocation(node)) : [];
  }

  /** `rand()` where `const rand = makeGenerator()`: the state is inside the closure that the variable holds. */
  #noteHiddenState(callee: ts.Expression, flowing: readonly FunctionEntry[], node: ts.Node): void {
    const { index } = this.#context;
    const symbol = ts.isIdentifier(callee) ? index.symbolAt(callee) : undefined;
    const variable = symbol && index.variableOf(symbol);
    if (!variable || outsideFacts(index, callee, node)) return;
    const [signature] = index.checker.getTypeOfSymbol(variable.symbol).getCallSignatures();
    const isOwn = signature?.declaration && index.loaded.isOwn(signature.declaration.getSourceFile());
    if (!isOwn) return;
    if (flowing.length === 0 || flowing.some((entry) => keepsState(index, entry)))
      this.#region.mutated.set(variable, node);
  }

  #callOutside(node: CallNode, callee: ts.Expression, receiver: ts.Expression | undefined): void {
    const facts = outsideFacts(this.#context.index, callee, node);
    if (!facts) return;
    for (const use of this.#context.implicits.usesOutside(callee, argumentsOf(node))) this.#implicit(use);
    if (facts.returns === 'own' && !isPrimitiveType(this.#context.index.checker.getTypeAtLocation(node))) {
      this.#region.kept.push({ subject: callee.getText(), node });
    }
    if (!findOutsideUse(this.#context.index, callee)) this.#addEffects(facts, node);
    if (facts.changesReceiver && receiver && !isPlainRegExp(this.#context.index, receiver)) {
      const holders = this.#roots.of(receiver);
      this.#change(holders, node, !isPlainName(receiver));
      if (holders.length > 0) for (const argument of argumentsOf(node)) this.#keepArgument(argument, node);
    }
    const given = argumentsOf(node);
    for (const position of facts.changes) {
      const target = given[position];
      const use = target && findOutsideUse(this.#context.index, target);
      const patched = use && nameOfPlatform(use);
      if (patched !== undefined) this.#patch(patched, given[position + 1], node);
      if (target) this.#change(this.#roots.of(target), node, !isPlainName(target));
    }
    if (facts.known) return;
    for (const argument of given) {
      this.#changeInside(argument, node);
      this.#handOut(argument);
    }
  }

  /** `Object.defineProperty(Array.prototype, 'last', …)`, `Object.assign(Math, …)` */
  #patch(holder: string, key: ts.Expression | undefined, node: ts.Node): void {
    const name = key && ts.isStringLiteralLike(key) ? key.text : '*';
    this.#region.effects.push({ kind: 'global', subject: `${holder}.${name}`, node });
  }

  /** Code that is not understood may call any method of an instance it gets; an assertion only looks at it. */
  #handOut(argument: ts.Expression): void {
    if (isAsserted(this.#context.index, argument)) return;
    const type = this.#context.index.checker.getTypeAtLocation(argument);
    for (const part of type.isUnion() ? type.types : [type]) {
      if (part.symbol && part.symbol.flags & ts.SymbolFlags.Class) this.#region.handedOut.add(part.symbol);
    }
  }

  #keepArgument(argument: ts.Expression, node: ts.Node): void {
    if (!isFunctionNode(unwrap(argument))) this.#keep(argument, node);
  }

  /** An object handed to code that is not understood: anything in it may change. */
  #changeInside(argument: ts.Expression, node: ts.Node): void {
    const value = unwrap(argument);
    if (isFunctionNode(value) || ts.isLiteralExpression(value)) return;
    if (isPrimitiveType(this.#context.index.checker.getTypeAtLocation(value))) return;
    this.#change(this.#roots.inside(value), node, true);
  }

  /** A call of a parameter, a field, an element …: the program's functions that flow there, and maybe others. */
  #callValue(node: CallNode, callee: ts.Expression, isKnown: boolean): void {
    if (callee.kind === ts.SyntaxKind.SuperKeyword || isFunctionNode(callee)) return;
    if (callee.kind === ts.SyntaxKind.ImportKeyword) {
      if (!importsBuiltin(node)) this.#region.effects.push({ kind: 'package', subject: 'import()', node });
      return;
    }
    this.#region.effects.push({ kind: 'callback', subject: callee.getText().slice(0, 60), node });
    if (isKnown) return;
    for (const argument of argumentsOf(node)) this.#changeInside(argument, node);
  }

  /** Functions handed to a call may be called by it, with anything that the call was given. `called`: those that hide behind names. */
  #callbacks(node: CallNode, receiver: ts.Expression | undefined, called: readonly FunctionEntry[]): void {
    const given = argumentsOf(node);
    const functions = [...new Set([...given.flatMap((argument) => this.#functionValue(argument) ?? []), ...called])];
    if (functions.length === 0) return;
    const parts = [...given, ...(receiver ? [receiver] : [])].filter((part) => !this.#functionValue(part));
    this.#noteStart(node, functions);
    const everything = () => parts.flatMap((part) => this.#roots.inside(part));
    this.#region.calls.push({
      node,
      kind: 'callback',
      functions,
      classes: [],
      direct: false,
      closed: true,
      argument: everything,
      everything,
      receiver: () => [],
      argumentItself: () => ({ roots: everything(), isPlain: false }),
      receiverItself: () => ({ roots: [], isPlain: true }),
    });
  }

  #functionValue(expression: ts.Expression): FunctionEntry | undefined {
    const value = unwrap(expression);
    if (isFunctionNode(value)) return this.#context.index.functionOf(value);
    const named =
      ts.isIdentifier(value) || ts.isPropertyAccessExpression(value)
        ? resolveNamed(this.#context.index, this.#context.hierarchy, value)
        : undefined;
    return named?.functions[0];
  }

  #pushCall(
    call: Omit<RegionCall, 'argument' | 'everything' | 'receiver' | 'argumentItself' | 'receiverItself'>,
    receiver: ts.Expression | undefined,
    given: readonly ts.Expression[],
  ): void {
    const roots = this.#roots;
    const spread = given.findIndex((argument) => ts.isSpreadElement(argument));
    const inside = (part: ts.Expression) => roots.inside(part);
    this.#region.calls.push({
      ...call,
      argument: (position) => {
        if (spread >= 0 && position >= spread) return given.slice(spread).flatMap(inside);
        const argument = given[position];
        return argument ? inside(argument) : [];
      },
      argumentItself: (position) => {
        const argument = given[position];
        if (!argument || (spread >= 0 && position >= spread)) return { roots: given.flatMap(inside), isPlain: false };
        return { roots: roots.of(argument), isPlain: isPlainName(argument) };
      },
      receiverItself: () => {
        if (!receiver) return { roots: call.kind === 'call' ? [{ kind: 'self' }] : [], isPlain: true };
        return { roots: roots.of(receiver), isPlain: isPlainName(receiver) };
      },
      everything: () => [...given, ...(receiver ? [receiver] : [])].flatMap(inside),
      receiver: () => (receiver ? inside(receiver) : call.kind === 'call' ? [{ kind: 'self' }] : []),
    });
  }

  /** What the language calls may change the object, or what is inside it. */
  #implicit(use: ImplicitUse): void {
    const { operand, node, isDeep } = use;
    const functions = this.#context.implicits.find(use);
    if (functions.length === 0) return;
    const unknown: Root[] = [{ kind: 'unknown' }];
    const inside = () => (operand ? this.#roots.inside(operand) : unknown);
    const itself = () => (operand && !isDeep ? this.#roots.of(operand) : inside());
    const isPlain = operand !== undefined && !isDeep && isPlainName(operand);
    this.#region.calls.push({
      ...{ node, kind: 'implicit', functions, classes: [], direct: false, closed: true },
      argument: () => [],
      argumentItself: () => ({ roots: [], isPlain: true }),
      receiverItself: () => ({ roots: itself(), isPlain }),
      everything: inside,
      receiver: inside,
    });
  }
}

/** `Math.random`, `process.env.X` of `import { env } from 'node:process'`, `node:path.join`; undefined for what is of a package. */
function nameOfPlatform({ from, path }: OutsideUse): string | undefined {
  if (from.kind === 'global') return path.join('.');
  if (!isBuiltinModule(from.specifier)) return undefined;
  const module = from.specifier.replace(/^node:/, '');
  const names = path[0] === 'default' ? path.slice(1) : path;
  return [module === 'process' || module === 'console' ? module : `node:${module}`, ...names].join('.');
}

/** `a?.b()` of `a?.b().c`: nothing can be put around it alone. */
function isInChain(node: ts.Node): boolean {
  const outer = wrapped(node as ts.Expression);
  const { parent } = outer;
  return ts.isOptionalChain(node) && (isAccess(parent) || ts.isCallExpression(parent)) && parent.expression === outer;
}

/** `import('node:path')`: loading a module of Node does nothing by itself. */
function importsBuiltin(call: CallNode): boolean {
  const [specifier] = argumentsOf(call);
  return specifier !== undefined && ts.isStringLiteralLike(specifier) && isBuiltinModule(specifier.text);
}

/** A regular expression without `g` and `y` has no position to remember. */
function isPlainRegExp(index: ProgramIndex, expression: ts.Expression): boolean {
  const value = unwrap(expression);
  const symbol = ts.isIdentifier(value) ? index.symbolAt(value) : undefined;
  const declaration = symbol?.valueDeclaration;
  const held = declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  const literal = held && declaration && isConstant(declaration) ? unwrap(held) : value;
  return (
    ts.isRegularExpressionLiteral(literal) && !/[gy][a-z]*$/.test(literal.text.slice(literal.text.lastIndexOf('/')))
  );
}

const RETURNS_OWN = ', which returns an object of its own';

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
function isPlainName(expression: ts.Expression): boolean {
  const value = unwrap(expression);
  return ts.isIdentifier(value) || value.kind === ts.SyntaxKind.ThisKeyword;
}

function isIdentity({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return (
    kind === ts.SyntaxKind.EqualsEqualsEqualsToken ||
    kind === ts.SyntaxKind.ExclamationEqualsEqualsToken ||
    kind === ts.SyntaxKind.EqualsEqualsToken ||
    kind === ts.SyntaxKind.ExclamationEqualsToken
  );
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
