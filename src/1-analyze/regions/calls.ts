/** The calls of a region with what they may reach, and what code outside the program does with what it gets. */

import ts from 'typescript';
import { findCalled } from '../flow/called-outside.ts';
import { findClassesOf, findLoose, findOutsideBases, findReflected, resolveNamed } from '../flow/callees.ts';
import { givesAnything, leavesRunning } from '../functions/concurrency.ts';
import { keepsTexts } from '../functions/template-texts.ts';
import { localOfUnknown, turnsDatesGiven } from '../implicit/date-texts.ts';
import type { ImplicitUse } from '../implicit/uses.ts';
import { isPrimitive } from '../names/primitives.ts';
import type { ClassEntry, FunctionEntry } from '../names/program-index.ts';
import { argumentsOf, calleeOf } from '../names/references.ts';
import { accessedName, brief, findFunctionAround, isAccess, isFunctionNode, wrapped } from '../names/syntax.ts';
import { isBuiltinModule, judgeByName } from '../outside/builtins.ts';
import { findOutsideUse, outsideFacts } from '../outside/outside.ts';
import { keepsState } from '../variables/closures.ts';
import { moduleOfSpecifier } from '../variables/statements.ts';
import { Bearers } from './bearers.ts';
import { type BorrowedCall, findBorrowedCall } from './borrowed-calls.ts';
import { type ChangeRecorder, isPlainName, nameOfPlatform } from './changes.ts';
import { isNamedCode } from './code.ts';
import { findMovedPattern, isPlainRegExp } from './patterns.ts';
import {
  type CallNode,
  type DirectEffect,
  noteEffects,
  type Region,
  type RegionCall,
  type RegionContext,
  type RegionScope,
} from './region.ts';
import type { RootFinder } from './roots.ts';
import type { Root } from './trail.ts';

/** `bearers`: what the functions may be bound to is behind these. */
type PushedCall = Omit<RegionCall, 'argument' | 'everything' | 'receiver' | 'argumentItself' | 'receiverItself'> & {
  bearers?: readonly ts.Expression[];
};

export class CallRecorder {
  readonly #context: RegionContext;
  readonly #region: Region;
  readonly #roots: RootFinder;
  readonly #changes: ChangeRecorder;
  readonly #bearers: Bearers;

  constructor(scope: RegionScope, changes: ChangeRecorder) {
    const { context, region, roots } = scope;
    this.#context = context;
    this.#region = region;
    this.#roots = roots;
    this.#changes = changes;
    this.#bearers = new Bearers(scope);
  }

  call(node: CallNode): void {
    const { index, hierarchy, flow } = this.#context;
    const callee = calleeOf(node);
    const named = resolveNamed(index, hierarchy, callee);
    const flowing = flow.targetsOf(node);
    const kind = ts.isNewExpression(node) ? 'new' : ts.isTaggedTemplateExpression(node) ? 'tag' : 'call';
    const loose = named ? [] : findLoose(index, hierarchy, callee);
    const borrowed = findBorrowedCall(index, node);
    const target = borrowed?.target ?? callee;
    const lent = borrowed ? (resolveNamed(index, hierarchy, borrowed.target)?.functions ?? []) : [];
    const functions = [...new Set([...(named?.functions ?? []), ...flowing, ...loose, ...lent])];
    const classes = [...(named?.classes ?? this.#classesOf(node)), ...findReflected(index, node)];
    const receiver = isAccess(callee) ? callee.expression : undefined;
    const isOutside = named ? named.outside : outsideFacts(index, callee, node) !== undefined;
    if (functions.length > 0 || classes.length > 0) {
      const direct = (named?.direct ?? false) && flowing.length === 0;
      // `const up = counter.up; up()`: it may be bound to the object that it comes from.
      const isMember =
        receiver !== undefined && !borrowed && !flowing.some((entry) => this.#bearers.isHeld(entry, named));
      const bearers = direct || isMember ? [] : [target];
      const call = { node, kind, functions, classes, direct, closed: direct, bearers } as const;
      if (borrowed) this.push(call, borrowed.self, borrowed.given, borrowed.isList);
      else this.push(call, receiver, argumentsOf(node));
    }
    if (borrowed) this.#borrow(node, borrowed, functions.length > 0);
    this.#noteStart(node, functions, isInChain(node) ? undefined : givesAnything(index, node) ? 'maybe' : 'surely');
    this.#noteHiddenState(callee, flowing, node);
    if (ts.isTaggedTemplateExpression(node)) this.#noteTexts(node, functions);
    // `bank.deposit(5)`: what changes is inside the closure that the object holds.
    const keeps = functions.some((entry) => keepsState(index, entry));
    const changed = () => (receiver && !borrowed ? this.#roots.inside(receiver) : this.#bearers.behind(target));
    if (keeps) this.#changes.change(changed(), node, true);
    for (const base of findOutsideBases(index, hierarchy, callee, classes)) this.#handOn(base, node);
    if (isOutside) this.#callOutside(node, callee, receiver);
    else if (!named) this.#callValue(node, callee, functions.length > 0);
    this.#callbacks(node, receiver, isOutside ? findCalled(this.#context, node) : []);
  }

  /** `seen`: what the call gives would be the promise. A function that is written inside may be called, or not. */
  #noteStart(node: CallNode, functions: readonly FunctionEntry[], seen?: DirectEffect['seen']): void {
    const { owner, effects } = this.#region;
    if (!owner || !leavesRunning(this.#context.index, node, functions)) return;
    const isInside = findFunctionAround(node) !== owner.node;
    const subject = brief(calleeOf(node));
    effects.push({ kind: 'starts', subject, node, ...(seen && { seen: isInside ? 'maybe' : seen }) });
  }

  /** A tag of somebody else that gives a text has no reason to keep what it was given. */
  #noteTexts(node: ts.TaggedTemplateExpression, functions: readonly FunctionEntry[]): void {
    const { index, references } = this.#context;
    const isOwn = functions.length > 0;
    const keeps = isOwn
      ? functions.some((tag) => keepsTexts(index, references, tag))
      : !isPrimitive(index.checker, node);
    const subject = `the texts of a template, which ${brief(node.tag)} may keep or compare`;
    if (keeps) this.#region.effects.push({ kind: 'process', subject, node });
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

  /** `push.call(list, item)`: what a function of somebody else does to what it is given. */
  #borrow(node: CallNode, { target, self, given }: BorrowedCall, isKnown: boolean): void {
    const facts = outsideFacts(this.#context.index, target);
    if (!facts && isKnown) return;
    if (facts?.changesReceiver && self) this.#changeReceiver(self, node, given);
    for (const position of facts?.changes ?? []) this.#changeArgument(given, position, node);
    if (self) this.#movePattern(target, self, given, node);
    if (facts?.known) return;
    for (const part of [...given, ...(self ? [self] : [])]) this.#changes.changeInside(part, node);
  }

  #callOutside(node: CallNode, callee: ts.Expression, receiver: ts.Expression | undefined): void {
    const { index, implicits } = this.#context;
    const facts = outsideFacts(index, callee, node);
    if (!facts) return;
    const given = argumentsOf(node);
    for (const use of implicits.usesOutside(callee, given)) this.implicit(use);
    if (turnsDatesGiven(index, callee, given)) this.#region.effects.push({ kind: 'texts', node });
    if (facts.returns === 'own' && !isPrimitive(index.checker, node)) {
      this.#region.kept.push({ subject: facts.called ?? brief(callee), node });
    }
    if (!findOutsideUse(index, callee)) noteEffects(this.#region, facts, node);
    if (facts.changesReceiver && receiver) this.#changeReceiver(receiver, node, given);
    for (const position of facts.changes) this.#changeArgument(given, position, node);
    if (receiver) this.#movePattern(callee, receiver, given, node);
    if (facts.known) return;
    for (const argument of given) {
      this.#changes.changeInside(argument, node);
      this.#changes.handOut(argument);
    }
  }

  /** `class Tags extends Set<string> {}`: the set iterates what `new Tags(names)` is given. */
  #handOn(base: ts.Expression, node: CallNode): void {
    const { implicits } = this.#context;
    for (const use of implicits.usesOutside(base, argumentsOf(node))) this.implicit(use);
  }

  /** `list.push(item)`: from then on the list holds the item, too. */
  #changeReceiver(receiver: ts.Expression, node: CallNode, given: readonly ts.Expression[]): void {
    if (isPlainRegExp(this.#context.index, receiver)) return;
    const holders = this.#roots.of(receiver);
    this.#changes.change(holders, node, !isPlainName(receiver));
    if (holders.length > 0) for (const argument of given) this.#changes.keepArgument(argument, node, holders);
  }

  /** `Object.assign(target, …)`, where the target may be something of the platform. */
  #changeArgument(given: readonly ts.Expression[], position: number, node: CallNode): void {
    const target = given[position];
    if (!target) return;
    const use = findOutsideUse(this.#context.index, target);
    const patched = use && nameOfPlatform(use);
    if (patched !== undefined) this.#changes.patch(patched, given[position + 1], node);
    else this.#changes.changeCode(target, node);
    const holders = this.#roots.of(target);
    this.#changes.change(holders, node, !isPlainName(target));
    if (holders.length === 0) return;
    for (const other of given) if (other !== target) this.#changes.keepArgument(other, node, holders);
  }

  #movePattern(method: ts.Expression, text: ts.Expression, given: readonly ts.Expression[], node: CallNode): void {
    const pattern = findMovedPattern(this.#context, method, text, given);
    if (pattern) this.#changes.change(this.#roots.of(pattern), node, !isPlainName(pattern));
  }

  /** A call of a parameter, a field, an element …: the program's functions that flow there, and maybe others. */
  #callValue(node: CallNode, callee: ts.Expression, isKnown: boolean): void {
    if (callee.kind === ts.SyntaxKind.SuperKeyword || isFunctionNode(callee)) return;
    if (callee.kind === ts.SyntaxKind.ImportKeyword) {
      this.#import(node);
      return;
    }
    const subject = brief(callee);
    this.#region.effects.push({ kind: 'callback', subject, node });
    for (const kind of localOfUnknown(this.#context.index, callee)) this.#region.effects.push({ kind, subject, node });
    if (isAccess(callee)) this.#changeUnknown(callee, node, isKnown);
    if (isKnown) return;
    // `table.at(0)()`, of `any`
    if (!isAccess(callee) && this.#isAny(callee)) this.#changes.change(this.#bearers.behind(callee), node, true);
    for (const argument of argumentsOf(node)) this.#changes.changeInside(argument, node);
  }

  /** `(given as any).push(8)`, where functions of the program may be meant, or only they are known to have such a name. */
  #changeUnknown(
    callee: ts.PropertyAccessExpression | ts.ElementAccessExpression,
    node: CallNode,
    isKnown: boolean,
  ): void {
    if (!this.#isAny(callee.expression)) return;
    const judgement = judgeByName(accessedName(callee));
    if (judgement === 'changes' || (judgement === 'unknown' && !isKnown)) {
      this.#changes.changeInside(callee.expression, node);
    }
  }

  #isAny(value: ts.Expression): boolean {
    return (this.#context.index.checker.getTypeAtLocation(value).flags & ts.TypeFlags.Any) !== 0;
  }

  /** `import('./shapes')`: a module of the program goes along, if the unit can find it; what another one does nobody knows. */
  #import(node: CallNode): void {
    const [specifier] = argumentsOf(node);
    if (specifier && ts.isStringLiteralLike(specifier)) {
      const file = moduleOfSpecifier(this.#context.index, specifier);
      if (file && specifier.text.startsWith('.')) {
        return this.#note('loads', this.#context.index.loaded.moduleId(file), node);
      }
      if (isBuiltinModule(specifier.text)) return; // loading a module of Node does nothing by itself
      if (!file) return this.#note('package', brief(node, true), node);
    }
    this.#note('loads', brief(node, true), node);
  }

  #note(kind: DirectEffect['kind'], subject: string, node: CallNode): void {
    this.#region.effects.push({ kind, subject, node });
  }

  /** Functions handed to a call may be called by it, with anything that the call was given. `called`: those that hide behind names. */
  #callbacks(node: CallNode, receiver: ts.Expression | undefined, called: readonly FunctionEntry[]): void {
    const given = argumentsOf(node);
    const bearers = given.filter((argument) => this.#bearers.isFunctionByName(argument));
    const named = given.flatMap((argument) => this.#bearers.functionsOf(argument));
    const functions = [...new Set([...named, ...called])];
    const borne = () => bearers.flatMap((bearer) => this.#bearers.behind(bearer));
    if ([...functions, ...this.#bearers.listPut(bearers)].some((entry) => keepsState(this.#context.index, entry)))
      this.#changes.change(borne(), node, true);
    if (functions.length === 0) return;
    const parts = [...given, ...(receiver ? [receiver] : [])].filter((part) => !this.#bearers.functionValue(part));
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
      everything: () => [...everything(), ...borne()],
      receiver: borne,
      argumentItself: () => ({ roots: everything(), isPlain: false }),
      receiverItself: () => ({ roots: borne(), isPlain: false }),
    });
  }

  push(
    { bearers = [], ...call }: PushedCall,
    receiver: ts.Expression | undefined,
    given: readonly ts.Expression[],
    isList = false,
  ): void {
    const roots = this.#roots;
    const spread = isList ? 0 : given.findIndex((argument) => ts.isSpreadElement(argument));
    const inside = (part: ts.Expression) => roots.inside(part);
    const borne = () => bearers.flatMap((bearer) => this.#bearers.behind(bearer));
    const self: readonly Root[] = call.kind === 'call' ? [{ kind: 'self' }] : [];
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
        const code = isNamedCode(this.#context, argument, call.node, position) ? brief(argument) : undefined;
        return { roots: roots.of(argument), isPlain: isPlainName(argument), ...(code !== undefined && { code }) };
      },
      receiverItself: () => {
        const behind = borne();
        const isPlain = behind.length === 0 && (!receiver || isPlainName(receiver));
        return { roots: [...(receiver ? roots.of(receiver) : self), ...behind], isPlain };
      },
      everything: () => [...[...given, ...(receiver ? [receiver] : [])].flatMap(inside), ...borne()],
      receiver: () => [...(receiver ? inside(receiver) : self), ...borne()],
    });
  }

  /** What the language calls may change the object, or what is inside it. */
  implicit(use: ImplicitUse): void {
    const { operand, node, isDeep } = use;
    const { functions, classes } = this.#context.implicits.find(use);
    if (functions.length + classes.length === 0) return;
    const unknown: Root[] = [{ kind: 'unknown' }];
    const inside = () => (operand ? this.#roots.inside(operand) : unknown);
    const itself = () => (operand && !isDeep ? this.#roots.of(operand) : inside());
    const isPlain = operand !== undefined && !isDeep && isPlainName(operand);
    this.#region.calls.push({
      ...{ node, kind: 'implicit', functions, classes, direct: false, closed: true },
      argument: () => [],
      argumentItself: () => ({ roots: [], isPlain: true }),
      receiverItself: () => ({ roots: itself(), isPlain }),
      everything: inside,
      receiver: inside,
    });
  }
}

/** `a?.b()` of `a?.b().c`: nothing can be put around it alone. */
function isInChain(node: ts.Node): boolean {
  const outer = wrapped(node as ts.Expression);
  const { parent } = outer;
  return ts.isOptionalChain(node) && (isAccess(parent) || ts.isCallExpression(parent)) && parent.expression === outer;
}
