/**
 * Functions whose name may lead to something else once the program runs: a wrapper that calls them, say. A unit would run
 * what stands behind the name, and so would the app: the wrapper on both sides.
 */

import ts from 'typescript';
import { extendsExpression } from '../flow/callees.ts';
import { findContents, mayBeFunction } from '../flow/contents.ts';
import type { ClassEntry, FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import { functionName } from '../names/qualified-names.ts';
import { findReach } from '../names/reach.ts';
import type { References } from '../names/references.ts';
import {
  accessedName,
  assignedTargets,
  findFunctionAround,
  isAccess,
  isConstant,
  isFunctionNode,
  unwrap,
  wrapped,
} from '../names/syntax.ts';
import { isFaasDecorator } from './annotations.ts';
import { type NamedObject, OPEN, OtherNames } from './other-names.ts';

export interface Replacements {
  /** Function → the decorator or the statement that puts something else in its place. */
  byFunction: ReadonlyMap<FunctionEntry, ts.Node>;
  /** Likewise, if the constant whose function it is turns out to be changed under another name. */
  ifChanged: ReadonlyMap<FunctionEntry, { holder: ts.Symbol; node: ts.Node }>;
}

/** `object.key = …`; without a key it may be any. */
export interface Write {
  object: ts.Expression;
  key: string | undefined;
  node: ts.Node;
}

export function findReplacements(index: ProgramIndex, references: References): Replacements {
  const found = new Map<FunctionEntry, ts.Node>();
  for (const entry of index.functions) {
    const decorator = findDecorator(entry);
    if (decorator) found.set(entry, decorator);
  }
  const names = new Set(index.functions.map(({ node }) => functionName(node)));
  const writes = listWrites(index).filter(({ key }) => key === undefined || names.has(key));
  for (const write of writes) {
    for (const entry of findTargets(index, references, write)) if (!found.has(entry)) found.set(entry, write.node);
  }
  const ifChanged = new Map<FunctionEntry, { holder: ts.Symbol; node: ts.Node }>();
  const loose = writes.filter((write) => isLoose(index, write));
  for (const { entry, holder, node, isSure } of findLost(index, references, loose)) {
    if (found.has(entry)) continue;
    if (isSure) found.set(entry, node);
    else ifChanged.set(entry, { holder, node });
  }
  return { byFunction: found, ifChanged };
}

interface Lost {
  entry: FunctionEntry;
  holder: ts.Symbol;
  node: ts.Node;
  /** The ways that names show lead to it. */
  isSure: boolean;
}

/**
 * `object[name] = wrap(object[name])` where nothing says what the object is: functions of any object that somebody may have under
 * another name.
 */
function findLost(index: ProgramIndex, references: References, loose: readonly Write[]): Lost[] {
  if (loose.length === 0) return [];
  const uses = { index, references, contents: findContents(index, references) };
  return listNamedObjects(index).flatMap((object) => {
    const lost = object.functions.flatMap((entry): Lost[] => {
      const name = functionName(entry.node);
      const write = loose.find(({ key }) => key === undefined || key === name);
      return write ? [{ entry, holder: object.symbol, node: write.node, isSure: false }] : [];
    });
    if (lost.length === 0) return [];
    if (new OtherNames(uses, object, false).exist()) return lost.map((one) => ({ ...one, isSure: true }));
    return new OtherNames(uses, object, true).exist() ? lost : [];
  });
}

/** Objects that functions belong to and that have a name in their module, each with those of its functions that others call by it. */
function listNamedObjects(index: ProgramIndex): NamedObject[] {
  const objects = new Map<ts.Symbol, NamedObject & { functions: FunctionEntry[] }>();
  for (const entry of index.functions) {
    const holder = findHolder(index, entry);
    if (!holder) continue;
    const known = objects.get(holder.symbol);
    if (known) known.functions.push(entry);
    else objects.set(holder.symbol, { ...holder, functions: [entry] });
  }
  return [...objects.values()];
}

/** What a function is a member of: a class that it is static in, a constant, or a namespace. */
function findHolder(index: ProgramIndex, entry: FunctionEntry): Omit<NamedObject, 'functions'> | undefined {
  const { node, cls } = entry;
  if (cls) {
    const symbol = cls.node.name && isStatic(node) ? index.symbolAt(cls.node.name) : undefined;
    return symbol && { symbol, node: cls.node };
  }
  const reach = findReach(entry);
  if (reach.kind !== 'local' || reach.expression === reach.root) return undefined;
  const literal = node.parent && findLiteralAround(node);
  const declaration = literal && wrapped(literal).parent;
  const name = declaration && ts.isVariableDeclaration(declaration) ? declaration.name : findNamespace(node)?.name;
  const symbol = name && index.symbolAt(name);
  return symbol && { symbol, node: literal };
}

function findLiteralAround(node: FunctionEntry['node']): ts.ObjectLiteralExpression | undefined {
  if (ts.isMethodDeclaration(node) || ts.isAccessor(node))
    return ts.isObjectLiteralExpression(node.parent) ? node.parent : undefined;
  const property = ts.isExpression(node) ? wrapped(node).parent : undefined;
  return property && ts.isPropertyAssignment(property) ? property.parent : undefined;
}

function findNamespace(node: ts.Node): ts.ModuleDeclaration | undefined {
  return ts.findAncestor(node, ts.isModuleDeclaration);
}

/** `@logged total() {}`, `total(@valid item) {}`, `@registered class Cart { total() {} }` */
function findDecorator({ node, cls }: FunctionEntry): ts.Node | undefined {
  const places: ts.Node[] = [node, ...node.parameters, ...(cls ? [cls.node] : [])];
  return places
    .flatMap((place) => (ts.canHaveDecorators(place) ? (ts.getDecorators(place) ?? []) : []))
    .find((decorator) => !isFaasDecorator(decorator));
}

/** `x.total = …`, `x['total'] = …`, `x[name] = …`, `Object.defineProperty(x, 'total', …)`, `Object.assign(x, …)` */
export function listWrites(index: ProgramIndex): Write[] {
  const writes: Write[] = [];
  for (const node of index.nodes) {
    for (const target of assignedTargets(node).filter(isAccess)) {
      writes.push({ object: target.expression, key: accessedName(target), node: target });
    }
    const defined = ts.isCallExpression(node) ? findDefined(node) : undefined;
    if (defined) writes.push(defined);
  }
  return writes;
}

export function findDefined(call: ts.CallExpression): Write | undefined {
  const [object, key] = call.arguments;
  const [, method] =
    /^(?:Object|Reflect)\.(define\w+|assign|set|deleteProperty)$/.exec(call.expression.getText()) ?? [];
  if (method === undefined || !object) return undefined;
  const isNamed = key && ts.isStringLiteralLike(key) && !/^(?:defineProperties|assign)$/.test(method);
  return { object, key: isNamed ? key.text : undefined, node: call };
}

/** The functions that a write may put something else in the place of. What an instance is given hides nothing of its class. */
function findTargets(index: ProgramIndex, references: References, write: Write): FunctionEntry[] {
  const literal = findLiteral(index, write.object);
  const own = (literal?.properties ?? []).flatMap((property) => findHeld(index, property) ?? []);
  const { key } = write;
  const named = own.filter(({ node }) => key === undefined || functionName(node) === key);
  return [...named, ...findTypedTargets(index, references, write)];
}

/** `{ a: (n) => n + 1 }` behind the name `codes` of `const codes: Record<string, Code> = { a: (n) => n + 1 }`, or behind another name for it. */
function findLiteral(
  index: ProgramIndex,
  object: ts.Expression,
  seen = new Set<ts.Node>(),
): ts.ObjectLiteralExpression | undefined {
  const value = unwrap(object);
  if (ts.isObjectLiteralExpression(value)) return value;
  const declaration = ts.isIdentifier(value) ? index.symbolAt(value)?.valueDeclaration : undefined;
  if (!declaration || !ts.isVariableDeclaration(declaration) || !isConstant(declaration) || !declaration.initializer) {
    return undefined;
  }
  return seen.has(declaration) ? undefined : findLiteral(index, declaration.initializer, seen.add(declaration));
}

function findTypedTargets(index: ProgramIndex, references: References, { object, key }: Write): FunctionEntry[] {
  const isPrototype = mayBePrototype(index, object);
  const type = index.checker.getTypeAtLocation(unwrap(object));
  if (type.flags & ts.TypeFlags.Any) return isPrototype ? findOfHandedClasses(index, references, key) : [];
  const members = key === undefined ? type.getProperties() : [type.getProperty(key)];
  const entries = members.flatMap((member) => (member?.declarations ?? []).flatMap((at) => findHeld(index, at) ?? []));
  return entries.filter(({ node, cls }) => !cls || isPrototype || isStatic(node));
}

/** `Cart.prototype`, `Object.getPrototypeOf(cart)`, or a name for it. */
export function mayBePrototype(index: ProgramIndex, object: ts.Expression): boolean {
  const value = unwrap(object);
  const declaration = ts.isIdentifier(value) ? index.symbolAt(value)?.valueDeclaration : undefined;
  const held = declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
  if (held && isMadeAnew(unwrap(held)) && !isPutAbove(value)) return false;
  return /\bprototype\b|getPrototypeOf|__proto__/.test((held ?? value).getText());
}

/** `Object.create(Object.getPrototypeOf(this))`, `new (Object.getPrototypeOf(this).constructor)()` */
function isMadeAnew(value: ts.Expression): boolean {
  return ts.isNewExpression(value) || (ts.isCallExpression(value) && value.expression.getText() === 'Object.create');
}

/** `Object.setPrototypeOf(Cart.prototype, base)`, `Cart.prototype = base`, `Object.create(base)`, anywhere in its file. */
function isPutAbove(name: ts.Expression): boolean {
  const use = new RegExp(
    `(?:setPrototypeOf\\(.*,\\s*|\\.create\\(\\s*|(?:prototype|__proto__)\\s*[=:]\\s*)${name.getText()}\\b`,
  );
  return use.test(name.getSourceFile().text);
}

/** Nothing is known of the class whose prototype it is: any that is handed to somebody, or hands itself out. */
function findOfHandedClasses(index: ProgramIndex, references: References, key: string | undefined): FunctionEntry[] {
  const handed = new Set(index.classes.filter((cls) => isHandedOut(index, references, cls)));
  return index.functions.filter(
    ({ node, cls }) => cls && handed.has(cls) && (key === undefined || functionName(node) === key),
  );
}

function isHandedOut(index: ProgramIndex, references: References, { node }: ClassEntry): boolean {
  if (node.members.some(ts.isClassStaticBlockDeclaration)) return true;
  const symbol = node.name && index.symbolAt(node.name);
  return symbol === undefined || references.to(symbol).some(isValueOfClass);
}

/** Anything but `new Cart()`, `Cart.create`, `x instanceof Cart`, `extends Cart`. */
function isValueOfClass(use: ts.Identifier): boolean {
  if (wrapped(use) !== use) return true;
  const { parent } = use;
  if (isAccess(parent) || ts.isExpressionWithTypeArguments(parent)) return false;
  if (ts.isNewExpression(parent)) return parent.expression !== use;
  return !(ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword);
}

/** `total() {}`, `total: function () {}`, `static total = () => {}` */
function findHeld(index: ProgramIndex, declaration: ts.Declaration): FunctionEntry | undefined {
  if (isFunctionNode(declaration)) return index.functionOf(declaration);
  const isProperty = ts.isPropertyAssignment(declaration) || ts.isPropertyDeclaration(declaration);
  return isProperty && declaration.initializer ? index.functionOf(unwrap(declaration.initializer)) : undefined;
}

function isStatic(node: FunctionEntry['node']): boolean {
  const member = ts.isPropertyDeclaration(node.parent) ? node.parent : node;
  return (
    ts.canHaveModifiers(member) &&
    (ts.getCombinedModifierFlags(member as ts.Declaration) & ts.ModifierFlags.Static) !== 0
  );
}

/** Whatever it is may be changed, and a function may be put there. */
function isLoose(index: ProgramIndex, { object, node }: Write): boolean {
  if (ts.isDeleteExpression(node.parent) || findLiteral(index, object) || isBeingMade(object)) return false;
  const { checker } = index;
  const type = checker.getTypeAtLocation(unwrap(object));
  if (isList(checker, type)) return false;
  if ((type.flags & OPEN) === 0 && checker.getIndexInfosOfType(type).length === 0) return false;
  // `counts[i]++`, `[list[i], list[j]] = [list[j], list[i]]`: the type of the target says what it may be.
  const put = ts.isBinaryExpression(node.parent) ? node.parent.right : isAccess(node) ? node : undefined;
  return put === undefined || mayBeFunction(index, put);
}

/** An array, or an instance of a class that extends it. */
function isList(checker: ts.TypeChecker, type: ts.Type): boolean {
  const homes = type.getProperty('copyWithin')?.declarations?.map(({ parent }) => parent) ?? [];
  const isOfLists = homes.some((home) => ts.isInterfaceDeclaration(home) && home.name.text === 'Array');
  return isOfLists && checker.getIndexInfoOfType(type, ts.IndexKind.String) === undefined;
}

/** `this.x = …` in a constructor: nobody has the object yet, unless a class above has given another one. */
function isBeingMade(object: ts.Expression): boolean {
  const value = unwrap(object);
  const home = value.kind === ts.SyntaxKind.ThisKeyword ? findFunctionAround(value) : undefined;
  return home !== undefined && ts.isConstructorDeclaration(home) && !extendsExpression(home.parent);
}

/** `@logged`, `Cart.prototype.total = wrap(…)`: enough to find it. */
export function describeReplacement(node: ts.Node): string {
  const isTarget = ts.isExpression(node) && isAccess(node);
  return (isTarget ? node.parent : node).getText().replace(/\s+/g, ' ').slice(0, 60);
}
