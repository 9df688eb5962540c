/** An object of a package as what a method is called on, as an argument, as what is made: where it goes from there. */

import ts from 'typescript';
import { accessedName } from '../names/syntax.ts';
import type { ApiFacts } from '../outside/api-facts.ts';
import { type AnyCall, apiOfPath } from './calls.ts';
import type { ContentFlow, Value } from './contents.ts';
import type { Found } from './graph.ts';
import { HOLDER, SELF } from './grips.ts';
import { isSuspended, runsAtLoading } from './loading.ts';
import type { PackageModule } from './module.ts';
import type { Access } from './shares.ts';
import { isAccess, isFunction, skipParens, walkTree } from './syntax.ts';

const HANDING_OVER = /^(call|apply|bind)$/;
const FREEZING = /^(freeze|seal|preventExtensions)$/;
/** Built-ins whose result has the argument itself, in contrast to what the argument holds. */
const HOLDING = /^(Object\.create|Array|Array\.of|Promise\.(resolve|reject)|WeakRef)$/;
/** `new Uint8Array(buffer)`: a window on the same bytes. */
const WINDOW = /^(\w+Array|DataView)$/;
const LOOKING = /^(keys|getOwnPropertyNames|getOwnPropertySymbols|hasOwn|isArray|ownKeys)$/;

export class Handed {
  readonly #flow: ContentFlow;

  constructor(flow: ContentFlow) {
    this.#flow = flow;
  }

  /** As an argument, or as what is called. */
  follow(value: Value, call: AnyCall): void {
    const index = call.arguments?.indexOf(value.node) ?? -1;
    if (index >= 0) this.#give(value, call, index);
  }

  /** `f(...value)` */
  followSpread(value: Value, item: ts.SpreadElement, call: AnyCall): void {
    const index = call.arguments?.indexOf(item) ?? -1;
    const level = this.#flow.partOf(value.level);
    if (level !== 0) this.#give({ ...value, level }, call, index, true);
  }

  #give(value: Value, call: AnyCall, index: number, isRest = false): void {
    const { resolver } = this.#flow.around;
    const callee = skipParens(call.expression);
    if (isAccess(callee) && HANDING_OVER.test(accessedName(callee) ?? ''))
      return this.#handOver(value, call, callee, index);
    const name = this.#builtinName(callee, value.module);
    if (name === 'Reflect.apply' || name === 'Reflect.construct') return this.#reflect(value, call, index);
    const api = resolver.apiOf(call, value.module);
    const exact = resolver.targetsOf(call, value.module);
    const targets = exact.length > 0 || api ? exact : this.#namedIn(callee, value.module);
    if (targets.length === 0 && !api) return this.#flow.lose(value.level);
    const isNew = value.isNew || runsAtLoading(call, value.module.source, value.module);
    for (const target of targets) this.giveTo(target, { ...value, isNew }, index, isRest);
    if (api) this.#giveApi(value, call, index, api, name);
  }

  /** `x['name'](…)`: all functions of the package that are found by this name. */
  #namedIn(callee: ts.Expression, module: PackageModule): Found[] {
    const name = accessedName(callee);
    const { graph } = this.#flow.around;
    return name === undefined ? [] : graph.properties(name, module).flatMap((found) => graph.functions.of(found));
  }

  #builtinName(callee: ts.Expression, module: PackageModule): string | undefined {
    const path = this.#flow.around.resolver.pathOf(callee, module);
    return path?.from === 'global' ? path.names.join('.') : undefined;
  }

  // --------------------------------------------------------------------------------------- code of packages

  giveTo({ node, module }: Found, value: Value, index: number, isRest = false): void {
    const fn = ts.isClassLike(node) ? constructorOf(node) : node;
    if (!fn) return ts.isClassLike(node) ? this.#giveToBase(node, module, value, index, isRest) : undefined;
    if (!isFunction(fn)) return this.#flow.lose(value.level);
    const isNew = value.isNew && !isSuspended(fn);
    fn.parameters.forEach((parameter, at) => {
      const isMeant = at === index || (isRest && at > index) || (parameter.dotDotDotToken && at <= index);
      const level = parameter.dotDotDotToken ? HOLDER : value.level;
      if (isMeant) this.#flow.steps.addPattern(parameter.name, { ...value, module, isNew }, level);
    });
    for (const own of argumentsOf(fn)) {
      const at = numberOf(own);
      if (at === undefined) this.#flow.add({ node: own, module, level: HOLDER, isNew: false });
      else if (at.index === index || isRest) this.#flow.add({ ...value, node: at.node, module, isNew: false });
    }
  }

  #giveToBase(cls: ts.ClassLikeDeclaration, module: PackageModule, value: Value, index: number, isRest: boolean): void {
    const base = cls.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0]?.expression;
    if (!base) return;
    const makers = this.#flow.around.graph.functions.of({ node: base, module });
    if (makers.length === 0) this.#flow.lose(value.level);
    for (const maker of makers) if (maker.node !== cls) this.giveTo(maker, value, index, isRest);
  }

  /** `f.call(this, a)`, `f.apply(this, list)`, `f.bind(this, a)` */
  #handOver(value: Value, call: AnyCall, callee: Access, index: number): void {
    const { graph, resolver } = this.#flow.around;
    const { module, level } = value;
    const targets = graph.functions.of({ node: callee.expression, module });
    const path = resolver.pathOf(callee.expression, module);
    const api = path && apiOfPath(path);
    if (targets.length === 0 && !api) return this.#flow.lose(level);
    const isList = accessedName(callee) === 'apply' && index === 1;
    const given = { ...value, isNew: false, level: isList ? this.#flow.partOf(level) : level };
    for (const target of targets) {
      if (index === 0) this.#flow.addThis(target.node, target.module, level, false);
      else this.giveTo(target, given, index - 1, isList);
    }
    if (!api) return;
    if (index === 0) this.#onApi(value, call, api, (call.arguments ?? []).slice(1));
    else if (!api.known || api.changesReceiver || api.changes.length > 0 || api.callsBack !== 'never')
      this.#flow.lose(given.level);
    else this.#flow.add({ ...given, node: call, level: api.returns === 'deep' ? 0 : given.level | HOLDER });
  }

  /** `Reflect.apply(f, this, list)`, `Reflect.construct(F, list)` */
  #reflect(value: Value, call: AnyCall, index: number): void {
    if (index === 0) return;
    const { graph } = this.#flow.around;
    const { module, level } = value;
    const [fn] = call.arguments ?? [];
    const targets = fn ? graph.functions.of({ node: fn, module }) : [];
    if (targets.length === 0) return this.#flow.lose(level);
    const isThis = index === 1 && call.arguments?.length === 3;
    for (const target of targets) {
      if (isThis) this.#flow.addThis(target.node, target.module, level, false);
      else this.giveTo(target, { ...value, isNew: false, level: this.#flow.partOf(level) }, 0, true);
    }
  }

  // ------------------------------------------------------------------------------------------- the language

  #giveApi(value: Value, call: AnyCall, index: number, api: ApiFacts, name: string | undefined): void {
    const { level, module } = value;
    const callee = skipParens(call.expression);
    const method = accessedName(callee) ?? '';
    if (name?.startsWith('Object.') && FREEZING.test(method)) return this.#flow.add({ ...value, node: call });
    if (LOOKING.test(method)) return;
    if (name === 'JSON.stringify') return this.callUnnamed(value, ['toJSON']);
    const list = call.arguments ?? [];
    if (!api.known) return this.#flow.lose(level);
    if (api.changes.includes(index)) {
      this.#flow.change(value, call, list.slice(index + 1));
      if (name?.startsWith('Object.')) this.#flow.add({ ...value, node: call });
      return;
    }
    for (const at of api.changes)
      this.#putInto(list[at], value, method === 'assign' ? this.#flow.copyOf(level) : HOLDER);
    if (api.changesReceiver && isAccess(callee)) this.#putInto(callee.expression, value, HOLDER);
    if (api.callsBack !== 'never')
      this.#callBack(call, module, [list[index]], this.#flow.join(level, this.#flow.partOf(level)));
    this.#flow.add({ ...value, node: call, level: this.#resultOf(value, call, api, name), isNew: false });
  }

  #putInto(holder: ts.Expression | undefined, value: Value, level: number): void {
    if (holder && level !== 0) this.#flow.steps.storeIn(holder, value);
  }

  #resultOf({ level }: Value, call: AnyCall, api: ApiFacts, name: string | undefined): number {
    if (api.returns === 'deep') return 0;
    if (name === 'Object') return level;
    if (name !== undefined && ts.isNewExpression(call) && WINDOW.test(name) && name !== 'Array') return level;
    const method = accessedName(skipParens(call.expression)) ?? '';
    if ((name !== undefined && HOLDING.test(name)) || /^(concat|with|toSpliced)$/.test(method)) return level | HOLDER;
    return api.returns === 'fresh' ? this.#flow.copyOf(level) : this.#flow.join(level, this.#flow.partOf(level));
  }

  // ------------------------------------------------------------------------------------------- on the object

  /** `value.method(…)` */
  followMethod(value: Value, access: Access, call: AnyCall): void {
    const method = accessedName(access);
    const { resolver } = this.#flow.around;
    const { module, level } = value;
    if (method === undefined) return this.#flow.steps.callMember(value);
    if (HANDING_OVER.test(method) || ts.isNewExpression(call)) return;
    const targets = resolver.targetsOf(call, module);
    const api = resolver.apiOf(call, module);
    const isNew = value.isNew || runsAtLoading(call, module.source, module);
    for (const target of targets) this.#flow.addThis(target.node, target.module, level, isNew);
    if (api) this.#onApi(value, call, api, call.arguments ?? []);
    else if (targets.length === 0) this.#flow.lose(level);
  }

  /** Methods that the language calls by itself. */
  callUnnamed(value: Value, names: readonly string[]): void {
    const { graph } = this.#flow.around;
    for (const found of names.flatMap((name) => graph.properties(name, value.module))) {
      for (const { node, module } of graph.functions.of(found)) this.#flow.addThis(node, module, value.level, false);
    }
  }

  #onApi(value: Value, call: AnyCall, api: ApiFacts, given: readonly ts.Expression[]): void {
    const { level, module } = value;
    const part = this.#flow.partOf(level);
    if (!api.known) return this.#flow.lose(level);
    if (api.changesReceiver) this.#flow.change(value, call, given);
    if (api.callsBack !== 'never') this.#callBack(call, module, [], part, level);
    const method = accessedName(skipParens(call.expression));
    if (method === 'forEach') return;
    if (method === 'subarray') return this.#flow.add({ ...value, node: call });
    const results = { receiver: level, fresh: this.#flow.copyOf(level), deep: 0, own: part, other: part };
    this.#flow.add({ ...value, node: call, level: results[api.returns] });
  }

  /** What functions among the arguments get: `level` as any of their arguments, `whole` as the last ones and as `this`. */
  #callBack(call: AnyCall, module: PackageModule, except: readonly unknown[], level: number, whole = level): void {
    if (/^replace(All)?$/.test(accessedName(skipParens(call.expression)) ?? '')) return;
    for (const given of (call.arguments ?? []).filter((argument) => !except.includes(argument))) {
      const functions = this.#flow.around.graph.functions.of({ node: given, module });
      if (functions.length === 0 && mayBeFunction(given)) this.#flow.lose(level);
      for (const { node, module: at } of functions) {
        if (!isFunction(node)) continue;
        node.parameters.forEach((parameter, index) => {
          const own = index < 2 ? level : this.#flow.join(level, whole);
          const isRest = parameter.dotDotDotToken !== undefined;
          const value: Value = { node: given, module: at, level: own, isNew: false };
          this.#flow.steps.addPattern(parameter.name, value, isRest && (own !== 0 || whole !== 0) ? HOLDER : own);
        });
        for (const own of argumentsOf(node))
          if (whole !== 0) this.#flow.add({ node: own, module: at, level: HOLDER, isNew: false });
        this.#flow.addThis(node, at, except.length > 0 ? whole : 0, false);
      }
    }
  }

  /** The run of the constructor of what is made. */
  construct(node: ts.NewExpression, module: PackageModule): void {
    const { graph, resolver } = this.#flow.around;
    const makers = graph.functions.of({ node: node.expression, module });
    const api = resolver.apiOf(node, module);
    if (makers.length === 0 && !api?.known) this.#flow.lose(SELF);
    for (const maker of makers) this.#runMaker(maker, 0);
  }

  #runMaker({ node, module }: Found, depth: number): void {
    if (!ts.isClassLike(node)) return this.#flow.addThis(node, module, SELF, true);
    this.#flow.addThis(node, module, SELF, true);
    const fn = constructorOf(node);
    if (fn) this.#flow.addThis(fn, module, SELF, true);
    const base = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0]
      ?.expression;
    if (!base) return;
    const { graph, resolver } = this.#flow.around;
    const bases = graph.functions.of({ node: base, module });
    const isBuiltin = resolver.pathOf(base, module) !== undefined;
    if ((bases.length === 0 && !isBuiltin) || depth > 8) this.#flow.lose(SELF);
    for (const one of bases) this.#runMaker(one, depth + 1);
  }
}

function constructorOf(cls: ts.ClassLikeDeclaration): ts.ConstructorDeclaration | undefined {
  return cls.members.filter(ts.isConstructorDeclaration).find(({ body }) => body !== undefined);
}

/** `arguments` of a function, also in the arrows inside it. */
function argumentsOf(fn: ts.Node): ts.Identifier[] {
  const found: ts.Identifier[] = [];
  if (ts.isArrowFunction(fn) || !/\barguments\b/.test(fn.getText())) return found;
  walkTree(fn, (node) => {
    if (ts.isIdentifier(node) && node.text === 'arguments') found.push(node);
  });
  return found;
}

/** `arguments[1]` */
function numberOf({ parent }: ts.Identifier): { index: number; node: ts.Expression } | undefined {
  const isNumbered = ts.isElementAccessExpression(parent) && ts.isNumericLiteral(parent.argumentExpression);
  return isNumbered ? { index: Number(parent.argumentExpression.text), node: parent } : undefined;
}

function mayBeFunction(given: ts.Expression): boolean {
  const node = skipParens(given);
  return ts.isIdentifier(node) || isAccess(node) || ts.isCallExpression(node) || ts.isSpreadElement(node);
}
