/** What a call in a package's code leads to: the language, Node, or code of packages. */

import ts from 'typescript';
import { accessedName } from '../names/syntax.ts';
import { type ApiFacts, joinApis } from '../outside/api-facts.ts';
import { builtinEffects, globalEffects, isBuiltinGlobal, methodEffects } from '../outside/builtins.ts';
import { narrowLocal, writtenArguments } from '../outside/zone-and-locale.ts';
import { findCached } from './caches.ts';
import type { Found, Imported, PackageGraph } from './graph.ts';
import { type Kind, KindFinder } from './kinds.ts';
import type { Binding, PackageModule } from './module.ts';
import { isPlainPattern, isRewoundBefore } from './patterns.ts';
import { isAccess, returnsOf, skipParens } from './syntax.ts';

export type AnyCall = ts.CallExpression | ts.NewExpression;

/** A chain of names that starts at a global or at a Node module. */
export type ApiPath = { from: 'global' | string; names: string[] };

const PROTOTYPES = Object.entries({
  Array,
  Map,
  Set,
  String,
  Date,
  RegExp,
  Promise,
  TypedArray: Uint8Array,
  DataView,
  URLSearchParams,
  Number,
  Object,
});

/** Method name → the built-in type that is most likely meant. */
const METHOD_TYPES = new Map(
  PROTOTYPES.reverse().flatMap(([type, { prototype }]) => [
    ...(type === 'TypedArray' ? methodNames(Object.getPrototypeOf(prototype), type) : []),
    ...methodNames(prototype, type),
  ]),
);

function methodNames(prototype: object, type: string): [string, string][] {
  return Object.getOwnPropertyNames(prototype)
    .filter((name) => typeof Object.getOwnPropertyDescriptor(prototype, name)?.value === 'function')
    .map((name) => [name, type]);
}

/** A method that may be in code which was not read. */
const UNKNOWN: ApiFacts = {
  effects: [],
  callsBack: 'later',
  changes: [0, 1, 2, 3, 4, 5, 6, 7, 8],
  changesReceiver: true,
  returns: 'own',
  known: false,
};

const ITERATOR_METHODS = new Set(['next', 'return', 'throw']);

/** Every value has them. */
const OBJECT_METHODS = new Set(['valueOf', 'toString', 'toLocaleString', 'toJSON', 'hasOwnProperty']);

/** A method of a built-in type, by name alone. */
export function builtinMethod(name: string): ApiFacts | undefined {
  if (ITERATOR_METHODS.has(name)) return methodEffects('Iterator', name);
  const type = METHOD_TYPES.get(name);
  return type === undefined ? undefined : methodEffects(type, name);
}

export class CallResolver {
  readonly graph: PackageGraph;
  readonly #kinds: KindFinder;
  readonly #apis = new Map<AnyCall, ApiFacts | undefined>();
  readonly #targets = new Map<AnyCall, Found[]>();
  readonly #cached = new Map<AnyCall, Found | undefined>();
  readonly #paths = new Map<ts.Expression, ApiPath | undefined>();

  constructor(graph: PackageGraph) {
    this.graph = graph;
    this.#kinds = new KindFinder(graph, (expression, module) => {
      const path = this.pathOf(expression, module);
      return path?.from === 'global' ? path.names.join('.') : undefined;
    });
  }

  /** What the call does if it leads to the language or to Node; with code of packages that it may also lead to, both count. */
  apiOf(call: AnyCall, module: PackageModule): ApiFacts | undefined {
    if (!this.#apis.has(call)) {
      const found = this.#findApi(call, module);
      this.#apis.set(call, found && narrowLocal(found, skipParens(call.expression), call, writtenArguments));
    }
    return this.#apis.get(call);
  }

  #findApi(call: AnyCall, module: PackageModule): ApiFacts | undefined {
    const callee = skipParens(call.expression);
    const path = this.pathOf(callee, module);
    if (path) return apiOfPath(path, call.arguments?.length ?? 0);
    const method = ts.isNewExpression(call) ? undefined : accessedName(callee);
    if (method === undefined || !isAccess(callee)) return undefined;
    if (this.#isPlainRegExp(callee, module, method) || isRewoundBefore(callee, module, method)) {
      return methodEffects('String', 'slice');
    }
    const kinds = this.#kindsOf(callee, module);
    if (kinds) return apiOfKinds(kinds, method);
    if (this.#isExact(callee, module) || isHandOver(method)) return this.#orNoTarget(call, module, method);
    return this.graph.isWhole(module) ? builtinMethod(method) : UNKNOWN;
  }

  /** `re.test(x)` where `re`, also of another file or of a table, is written without the flags `g` and `y`: it keeps nothing. */
  #isPlainRegExp(callee: ts.Expression, module: PackageModule, method: string): boolean {
    if ((method !== 'test' && method !== 'exec') || !isAccess(callee)) return false;
    const values = this.graph.values.of({ node: callee.expression, module });
    return values.length > 0 && values.every(({ node }) => isPlainPattern(node));
  }

  /** Where code of the package is certain to be meant, the language's method of the same name is not. */
  #orNoTarget(call: AnyCall, module: PackageModule, method: string): ApiFacts | undefined {
    return this.targetsOf(call, module).length > 0 ? undefined : builtinMethod(method);
  }

  /** `ns.method`, `super.method`, `api.method`, and `this.method` where the package has methods of that name. */
  #isExact(callee: ts.PropertyAccessExpression | ts.ElementAccessExpression, module: PackageModule): boolean {
    const { kind } = skipParens(callee.expression);
    if (kind === ts.SyntaxKind.ThisKeyword || kind === ts.SyntaxKind.SuperKeyword) return true;
    return this.graph.functions.of({ node: callee, module }).length > 0;
  }

  /** Of the receiver, as far as the method can be looked up there. */
  #kindsOf(
    callee: ts.PropertyAccessExpression | ts.ElementAccessExpression,
    module: PackageModule,
  ): Kind[] | undefined {
    const name = accessedName(callee);
    if (name === undefined || isHandOver(name)) return undefined;
    const kinds = this.#kinds.kindsOf(callee.expression, module);
    const isKnown = (kind: Kind): boolean =>
      'builtin' in kind
        ? methodEffects(kind.builtin, name) !== undefined
        : this.#kinds.methodsOf(kind.maker, name) !== undefined;
    return kinds && kinds.length > 0 && kinds.every(isKnown) ? kinds : undefined;
  }

  /** The function of a call that is answered from a cache where it can be. */
  cachedOf(call: AnyCall, module: PackageModule): Found | undefined {
    const callee = skipParens(call.expression);
    if (ts.isNewExpression(call) || !ts.isIdentifier(callee)) return undefined;
    if (!this.#cached.has(call)) this.#cached.set(call, findCached(this.graph, callee, module));
    return this.#cached.get(call);
  }

  /** Code of packages that a call may run. */
  targetsOf(call: AnyCall, module: PackageModule): Found[] {
    const known = this.#targets.get(call);
    if (known) return known;
    const found = this.#findTargets(skipParens(call.expression), module);
    const unique = [...new Map(found.map((target) => [target.node, target])).values()];
    this.#targets.set(call, unique);
    return unique;
  }

  #findTargets(callee: ts.Expression, module: PackageModule): Found[] {
    if (callee.kind === ts.SyntaxKind.SuperKeyword) return this.#findBase(callee, module);
    if (this.pathOf(callee, module)) return [];
    const exact = this.graph.functions.of({ node: callee, module });
    if (!ts.isPropertyAccessExpression(callee)) return exact;
    const method = callee.name.text;
    if (isHandOver(method)) return this.graph.functions.of({ node: callee.expression, module });
    const kinds = this.#kindsOf(callee, module);
    if (kinds) {
      return kinds.flatMap((kind) => ('maker' in kind ? (this.#kinds.methodsOf(kind.maker, method) ?? []) : []));
    }
    const isExact = exact.length > 0 && this.graph.moduleOf(callee.expression, module) !== undefined;
    if (isExact) return exact;
    if (OBJECT_METHODS.has(method)) return [];
    const named = this.graph.properties(method, module);
    const meant = builtinMethod(method) ? named.filter(({ node }) => isMethod(node)) : named;
    return [...exact, ...meant.flatMap((found) => this.graph.functions.of(found))];
  }

  #findBase(callee: ts.Expression, module: PackageModule): Found[] {
    let at: ts.Node = callee;
    while (!ts.isClassLike(at) && !ts.isSourceFile(at)) at = at.parent;
    const base = ts.isClassLike(at) ? at.heritageClauses?.[0]?.types[0] : undefined;
    return base ? this.graph.functions.of({ node: base.expression, module }) : [];
  }

  /** The name of something that every Node has: `Object.create`, also through variables. */
  isThere(condition: ts.Expression, module: PackageModule): boolean {
    const path = this.pathOf(condition, module);
    return path?.from === 'global' && existsHere(path.names);
  }

  /** `Math.random`, `fs.promises.readFile`, also through variables: `const now = Date.now`. */
  pathOf(expression: ts.Expression, module: PackageModule, depth = 0): ApiPath | undefined {
    if (!this.#paths.has(expression)) this.#paths.set(expression, this.#findPath(expression, module, depth));
    return this.#paths.get(expression);
  }

  #findPath(expression: ts.Expression, module: PackageModule, depth: number): ApiPath | undefined {
    const node = skipParens(expression);
    if (depth > 8) return undefined;
    if (ts.isIdentifier(node)) return this.#pathOfName(node, module, depth);
    const name = accessedName(node) ?? this.#givenName(node, module);
    if (name !== undefined && (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node))) {
      const inner = this.pathOf(node.expression, module, depth + 1);
      if (inner) return { from: inner.from, names: [...inner.names, name] };
      const prototype = prototypeOf(node.expression, module);
      if (prototype && METHOD_TYPES.has(name)) return { from: 'global', names: [prototype, 'prototype', name] };
      return isGlobalCarrier(node.expression, name) ? { from: 'global', names: [name] } : undefined;
    }
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken) {
      return this.pathOf(node.right, module, depth + 1);
    }
    if (ts.isConditionalExpression(node)) {
      const isGuard = /^(undefined|null|void 0)$/.test(node.whenFalse.getText(module.source));
      return isGuard ? this.pathOf(node.whenTrue, module, depth + 1) : undefined;
    }
    if (ts.isCallExpression(node)) {
      const native = this.#pathOfNative(node, module, depth);
      if (native) return native;
      const [only, ...others] = returnsOf(skipParens(node.expression));
      if (only && others.length === 0) return this.pathOf(only, module, depth + 1);
    }
    if (
      ts.isCallExpression(node) &&
      ts.isCallExpression(node.expression) &&
      /^Function\(['"]return this['"]\)\(\)$/.test(node.getText(module.source))
    )
      return { from: 'global', names: ['globalThis'] };
    const whole = this.graph.moduleOf(node, module);
    return whole && this.#pathOfImport(whole, depth);
  }

  /** Also `isArray` of `module.exports = isArray`, where that file says `var isArray = Array.isArray`. */
  #pathOfImport(target: Imported, depth: number): ApiPath | undefined {
    if (target.kind === 'builtin') return { from: target.module, names: target.path };
    if (target.kind === 'namespace') return this.#pathOfImport(this.graph.exported(target.module, 'default'), depth);
    const [only, ...others] = target.kind === 'code' ? target.found : [];
    if (!only || others.length > 0 || !ts.isExpression(only.node)) return undefined;
    return this.pathOf(only.node, only.module, depth + 1);
  }

  /** `Math[name]` in a function that is only called with literal names, of which none is like no other. */
  #givenName(node: ts.Expression, module: PackageModule): string | undefined {
    if (!ts.isElementAccessExpression(node) || !ts.isIdentifier(node.argumentExpression)) return undefined;
    const names = literalsGiven(node.argumentExpression, module);
    return names.includes('random') ? 'random' : names[0];
  }

  /** `getNative(Object, 'create')`: a built-in if it is there. */
  #pathOfNative(node: ts.CallExpression, module: PackageModule, depth: number): ApiPath | undefined {
    const [object, key] = node.arguments;
    const isNative = ts.isIdentifier(node.expression) && /native/i.test(node.expression.text);
    if (!isNative || !object || !key || !ts.isStringLiteral(key)) return undefined;
    if (isGlobalCarrier(object, key.text)) return { from: 'global', names: [key.text] };
    const path = this.pathOf(object, module, depth + 1);
    return path && { from: path.from, names: [...path.names, key.text] };
  }

  #pathOfName(name: ts.Identifier, module: PackageModule, depth: number): ApiPath | undefined {
    const binding = module.bindingOf(name);
    if (!binding) return { from: 'global', names: [name.text] };
    if (binding.imported) {
      return this.#pathOfImport(this.graph.import(binding.imported.specifier, binding.imported.name, module), depth);
    }
    const [value, ...others] = binding.values;
    if (value && others.length === 0 && binding.parts.length === 0 && ts.isExpression(value)) {
      return binding.parameter ? undefined : this.pathOf(value, module, depth + 1);
    }
    const [part] = binding.parts;
    const key = elementKey(binding);
    const from = part && key !== undefined && !binding.parameter ? this.pathOf(part, module, depth + 1) : undefined;
    return from && key !== undefined ? { from: from.from, names: [...from.names, key] } : undefined;
  }
}

/** `{}.hasOwnProperty`, `[].slice`, also through a variable that is nothing else. */
function prototypeOf(object: ts.Expression, module: PackageModule): string | undefined {
  const node = skipParens(object);
  if (ts.isObjectLiteralExpression(node)) return node.properties.length === 0 ? 'Object' : undefined;
  if (ts.isArrayLiteralExpression(node)) return node.elements.length === 0 ? 'Array' : undefined;
  if (ts.isStringLiteral(node)) return 'String';
  const binding = ts.isIdentifier(node) ? module.bindingOf(node) : undefined;
  const [only, ...others] = binding?.values ?? [];
  if (!only || others.length > 0 || !binding || binding.writes.length > 0 || binding.parts.length > 0) return undefined;
  return !binding.parameter && ts.isObjectLiteralExpression(only) && only.properties.length === 0
    ? 'Object'
    : undefined;
}

/** All that a method may do on objects of these built-in types; undefined if none of them is built in. */
function apiOfKinds(kinds: readonly Kind[], method: string): ApiFacts | undefined {
  const all = kinds.flatMap((kind) => ('builtin' in kind ? [methodEffects(kind.builtin, method)] : []));
  return joinApis(all.filter((facts) => facts !== undefined));
}

/** `f.call(…)`, `f.apply(…)`, `f.bind(…)` */
function isHandOver(method: string): boolean {
  return /^(call|apply|bind)$/.test(method);
}

const ALWAYS_THERE: ReadonlyMap<string, object> = new Map(
  Object.entries({ Object, Array, Map, Set, WeakMap, WeakSet, Symbol, Math, JSON, Reflect, Number, String, Promise }),
);

function existsHere([first = '', second, ...more]: readonly string[]): boolean {
  const owner = ALWAYS_THERE.get(first);
  if (!owner || more.length > 0) return false;
  return second === undefined || typeof Object.getOwnPropertyDescriptor(owner, second)?.value === 'function';
}

/** Undefined for globals that no table knows. */
export function apiOfPath({ from, names }: ApiPath, argumentCount?: number): ApiFacts | undefined {
  return from === 'global' ? globalEffects(names, argumentCount) : builtinEffects(from, names);
}

/** Belongs to the language or to Node. */
export function isBuiltinPath(path: ApiPath | undefined): boolean {
  if (path === undefined) return false;
  const [first = '', second = ''] = path.names;
  const isInside = /^(globalThis|global|window|self)$/.test(first) && second !== '';
  return path.from !== 'global' || isBuiltinGlobal(isInside ? second : first);
}

/** `root.Math`, `context.Date`: how libraries reach the globals of the place they run in. */
function isGlobalCarrier(object: ts.Expression, name: string): boolean {
  return (
    ts.isIdentifier(object) &&
    /^(root|context|global|self|window)\w*$/i.test(object.text) &&
    globalEffects([name]) !== undefined
  );
}

/** Called on an object, in contrast to `api.f = f`: in a class, a prototype or an object literal. */
function isMethod(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) return /\.prototype\b/.test(parent.left.getText());
  return ts.isClassLike(parent) || ts.isObjectLiteralExpression(parent) || ts.isObjectLiteralExpression(parent.parent);
}

/** The key of `const { key: name } = …`. */
function elementKey(binding: Binding): string | undefined {
  const element = binding.uses[0]?.parent;
  if (!element || !ts.isBindingElement(element) || !ts.isObjectBindingPattern(element.parent)) return undefined;
  const key = element.propertyName ?? element.name;
  return ts.isIdentifier(key) ? key.text : undefined;
}

/** What a parameter of a named function is given, if that is a literal in every call; else nothing. */
function literalsGiven(name: ts.Identifier, module: PackageModule): string[] {
  const parameter = module.bindingOf(name)?.parameter;
  const fn = parameter?.of;
  if (!parameter || !fn || !ts.isFunctionDeclaration(fn) || !fn.name) return [];
  const uses = module.bindingOf(fn.name)?.uses.filter((use) => use !== fn.name) ?? [];
  const given = uses.map((use) => {
    const isCalled = ts.isCallExpression(use.parent) && use.parent.expression === use;
    const argument = isCalled ? use.parent.arguments[parameter.index] : undefined;
    return argument && ts.isStringLiteral(argument) ? argument.text : undefined;
  });
  const literals = given.filter((text) => text !== undefined);
  return literals.length === given.length && module.bindingOf(name)?.values.length === 0 ? literals : [];
}
