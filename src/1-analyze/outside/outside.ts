/** What code outside the program does when it is called: the language, Node's modules, packages. */

import ts from 'typescript';
import type { ProgramIndex } from '../names/program-index.ts';
import { brief, isAccess, isConstant, unwrap } from '../names/syntax.ts';
import { packageFactsOf } from '../packages/use.ts';
import { originOf } from '../shapes/origin.ts';
import { type ApiFacts, readRow, unknownApi } from './api-facts.ts';
import { builtinEffects, globalEffects, isBuiltinModule, isBuiltinType, methodEffects } from './builtins.ts';
import { narrowLocal, typedArguments } from './zone-and-locale.ts';

/** A chain such as `process.stdout.write` or `fs.promises.readFile`, and where its first name comes from. */
export interface OutsideUse {
  from: { kind: 'global' } | { kind: 'import'; specifier: string };
  /** Names along the chain; for imports the imported name first. */
  path: string[];
}

const known = new WeakMap<ts.Node, { facts: ApiFacts | undefined }>();

/** Facts about a callee or an access chain that leads out of the program; undefined if it does not. */
export function outsideFacts(index: ProgramIndex, expression: ts.Expression, call?: ts.Node): ApiFacts | undefined {
  const hit = known.get(expression);
  if (hit) return hit.facts;
  const callee = unwrap(expression);
  const found = findFacts(index, callee, call);
  const facts = found && narrowLocal(found, callee, call, typedArguments(index.checker));
  known.set(expression, { facts });
  return facts;
}

function findFacts(index: ProgramIndex, expression: ts.Expression, call: ts.Node | undefined): ApiFacts | undefined {
  const use = findOutsideUse(index, expression);
  if (use) return factsOfUse(index, use, expression, call);
  if (ts.isIdentifier(expression)) return factsOfHeldFunction(index, expression, call);
  if (!ts.isPropertyAccessExpression(expression)) return undefined;
  const symbol = index.symbolAt(expression.name);
  const declaration = symbol?.declarations?.[0];
  if (!declaration || index.loaded.isOwn(declaration.getSourceFile())) return undefined;
  return (
    factsOfListening(index, expression) ??
    factsOfDecoding(index, expression, call) ??
    factsOfMember(index, declaration, expression.name.text, expression)
  );
}

/** `decoder.decode(bytes)`: nothing is kept for the next call without an option that says so. */
function factsOfDecoding(
  { checker, loaded }: ProgramIndex,
  { expression, name }: ts.PropertyAccessExpression,
  call: ts.Node | undefined,
): ApiFacts | undefined {
  if (name.text !== 'decode' || !call || !ts.isCallExpression(call)) return undefined;
  if (call.arguments.length > 1 || call.arguments.some(ts.isSpreadElement)) return undefined;
  const symbol = checker.getTypeAtLocation(expression).getSymbol();
  if (symbol?.name !== 'TextDecoder' || originOf(symbol, loaded.program).kind !== 'runtime') return undefined;
  return readRow('fresh', 'TextDecoder.decode');
}

/** What signals have from `EventTarget` is declared there. */
function factsOfListening(
  { checker }: ProgramIndex,
  { expression, name }: ts.PropertyAccessExpression,
): ApiFacts | undefined {
  if (!/^(?:(?:add|remove)EventListener|dispatchEvent)$/.test(name.text)) return undefined;
  const type = checker.getNonNullableType(checker.getTypeAtLocation(expression));
  return type.getSymbol()?.name === 'AbortSignal' ? methodEffects('AbortSignal', name.text) : undefined;
}

/** `const now = Date.now`, `const { sin } = Math`, `const { createHash } = await import('node:crypto')`: a variable with a function from outside. */
function factsOfHeldFunction(
  index: ProgramIndex,
  name: ts.Identifier,
  call: ts.Node | undefined,
): ApiFacts | undefined {
  const symbol = index.symbolAt(name);
  const declaration = symbol?.valueDeclaration;
  if (!symbol || !declaration || !index.loaded.isOwn(declaration.getSourceFile())) return undefined;
  const held = findHeldGlobal(index, declaration);
  if (held) return factsOfUse(index, held.use, held.value, call);
  if (!ts.isBindingElement(declaration) || !isConstant(declaration)) return undefined;
  const signature = index.checker.getTypeOfSymbol(symbol).getCallSignatures()[0]?.declaration;
  if (!signature || index.loaded.isOwn(signature.getSourceFile())) return undefined;
  const member = (declaration.propertyName ?? declaration.name).getText();
  return factsOfMember(index, signature, member, name);
}

/** `const toString = Object.prototype.toString`, `const { toString } = Object.prototype`: a constant that holds a function of the language. */
export function findHeldGlobal(
  index: ProgramIndex,
  declaration: ts.Node,
): { use: OutsideUse; value: ts.Expression } | undefined {
  if (ts.isBindingElement(declaration)) return findTakenGlobal(index, declaration);
  if (!ts.isVariableDeclaration(declaration) || !declaration.initializer || !isConstant(declaration)) return undefined;
  const value = unwrap(declaration.initializer);
  if (index.checker.getTypeAtLocation(value).getCallSignatures().length === 0) return undefined;
  const use = findOutsideUse(index, value);
  return use?.from.kind === 'global' ? { use, value } : undefined;
}

function findTakenGlobal(
  index: ProgramIndex,
  element: ts.BindingElement,
): { use: OutsideUse; value: ts.Expression } | undefined {
  const { name, propertyName, parent, initializer, dotDotDotToken } = element;
  const declaration = parent.parent;
  const key = propertyName ?? name;
  if (initializer || dotDotDotToken || !ts.isIdentifier(key) || !ts.isIdentifier(name)) return undefined;
  if (!ts.isObjectBindingPattern(parent) || !ts.isVariableDeclaration(declaration) || !declaration.initializer)
    return undefined;
  if (!isConstant(declaration) || index.checker.getTypeAtLocation(name).getCallSignatures().length === 0)
    return undefined;
  const value = unwrap(declaration.initializer);
  const use = findOutsideUse(index, value);
  return use?.from.kind === 'global' ? { use: { ...use, path: [...use.path, key.text] }, value } : undefined;
}

function factsOfUse(index: ProgramIndex, use: OutsideUse, at: ts.Expression, call: ts.Node | undefined): ApiFacts {
  if (use.from.kind === 'global') {
    const count =
      call && (ts.isCallExpression(call) || ts.isNewExpression(call)) ? (call.arguments?.length ?? 0) : undefined;
    if (!call && isPerformance(use) && isClock(index, at)) return readRow('time', 'performance.now');
    return globalEffects(use.path, count) ?? unknownApi(use.path.join('.'));
  }
  const { specifier } = use.from;
  if (specifier.endsWith('.json')) return jsonInParts(specifier);
  if (isBuiltinModule(specifier)) return builtinEffects(specifier, use.path);
  if (!call && isEnumMember(index, at)) return readRow('pure', use.path.join('.'));
  const isNew = call ? ts.isNewExpression(call) : isClassName(index, at);
  const named = { path: use.path, written: brief(at), isNew, isRead: call === undefined };
  return packageFactsOf(index, at.getSourceFile(), specifier, named);
}

/** `StatusCodes.OK`: a number or text that never changes, however the package makes its enum. */
function isEnumMember(index: ProgramIndex, at: ts.Expression): boolean {
  const name = ts.isPropertyAccessExpression(at) ? at.name : undefined;
  const symbol = name && index.checker.getSymbolAtLocation(name);
  return symbol !== undefined && (symbol.flags & ts.SymbolFlags.EnumMember) !== 0;
}

/** Whoever only has a class can do nothing with it but make instances. */
function isClassName(index: ProgramIndex, at: ts.Expression): boolean {
  const symbol = index.symbolAt(ts.isPropertyAccessExpression(at) ? at.name : at);
  return symbol !== undefined && (symbol.flags & ts.SymbolFlags.Class) !== 0;
}

function isPerformance({ path }: OutsideUse): boolean {
  return /^(?:global\.|globalThis\.)?performance$/.test(path.join('.'));
}

/** `const clock: { now(): number } = performance`: nothing else of it can be seen. */
function isClock({ checker }: ProgramIndex, node: ts.Expression): boolean {
  const type = checker.getContextualType(node);
  const names = type && (type.flags & ts.TypeFlags.Any) === 0 ? type.getProperties().map(({ name }) => name) : [];
  return names.length > 0 && names.every((name) => name === 'now' || name === 'timeOrigin');
}

/** Nothing in the program stands for the whole object: then nobody can tell who changes it. */
function jsonInParts(specifier: string): ApiFacts {
  const subject = `${specifier}, which is imported as * or in parts: write \`import data from '${specifier}'\``;
  return { ...readRow('package', subject), changesReceiver: true, known: false };
}

/** The chain an expression is, if its first name is a global or imported from outside. */
export function findOutsideUse(index: ProgramIndex, expression: ts.Expression): OutsideUse | undefined {
  const path: string[] = [];
  let at = unwrap(expression);
  while (isAccess(at)) {
    const key = ts.isPropertyAccessExpression(at) ? at.name.text : literalKey(at);
    path.unshift(key ?? '*');
    at = unwrap(at.expression);
  }
  if (!ts.isIdentifier(at)) return undefined;
  const imported = findImport(index, at);
  if (imported) {
    return { from: { kind: 'import', specifier: imported.specifier }, path: [...imported.name, ...path] };
  }
  return isGlobal(index, at) ? { from: { kind: 'global' }, path: [at.text, ...path] } : undefined;
}

function literalKey(access: ts.ElementAccessExpression): string | undefined {
  return ts.isStringLiteralLike(access.argumentExpression) ? access.argumentExpression.text : undefined;
}

/** Where an imported name comes from when it is not the program itself. */
function findImport(index: ProgramIndex, name: ts.Identifier): { specifier: string; name: string[] } | undefined {
  const symbol = index.checker.getSymbolAtLocation(name);
  const declaration = symbol?.declarations?.[0];
  if (!symbol || !declaration || !(symbol.flags & ts.SymbolFlags.Alias)) return undefined;
  const specifier = specifierOf(declaration);
  if (specifier === undefined) return undefined;
  const target = index.symbolAt(name);
  const isOwn = target?.declarations?.some((at) => index.loaded.isOwn(at.getSourceFile()));
  if (isOwn || (target && index.variableOf(target))) return undefined;
  if (ts.isImportSpecifier(declaration))
    return { specifier, name: [(declaration.propertyName ?? declaration.name).text] };
  return ts.isImportClause(declaration) ? { specifier, name: ['default'] } : { specifier, name: [] };
}

function specifierOf(declaration: ts.Node): string | undefined {
  for (let at: ts.Node = declaration; at && !ts.isSourceFile(at); at = at.parent) {
    if (ts.isImportDeclaration(at) && ts.isStringLiteral(at.moduleSpecifier)) return at.moduleSpecifier.text;
    if (ts.isImportEqualsDeclaration(at) && ts.isExternalModuleReference(at.moduleReference)) {
      const { expression } = at.moduleReference;
      return ts.isStringLiteral(expression) ? expression.text : undefined;
    }
  }
  return undefined;
}

function isGlobal(index: ProgramIndex, name: ts.Identifier): boolean {
  const symbol = index.checker.getSymbolAtLocation(name);
  if (name.text === 'arguments' || name.text === 'undefined') return false;
  if (!symbol) return true;
  const declarations = symbol.declarations ?? [];
  const isForeign = (at: ts.Declaration) =>
    !index.loaded.isOwn(at.getSourceFile()) ||
    (ts.getCombinedModifierFlags(at) & ts.ModifierFlags.Ambient) !== 0 ||
    ts.isInterfaceDeclaration(at) ||
    isAugmentation(at);
  return !(symbol.flags & ts.SymbolFlags.Alias) && declarations.every(isForeign);
}

/** `declare global { var config: Config }` */
function isAugmentation(declaration: ts.Node): boolean {
  for (let at = declaration.parent; at && !ts.isSourceFile(at); at = at.parent) {
    if (ts.isModuleDeclaration(at) && (at.flags & ts.NodeFlags.GlobalAugmentation) !== 0) return true;
  }
  return false;
}

/** A method of a value: of a built-in type, of a class of a Node module, or of a package. */
function factsOfMember(index: ProgramIndex, declaration: ts.Declaration, member: string, at: ts.Expression): ApiFacts {
  const owner = declaration.parent;
  const typeName = 'name' in owner && owner.name ? (owner.name as ts.Node).getText() : '';
  const module = findDeclaredModule(owner);
  const isInstance = ts.isClassLike(owner) || ts.isInterfaceDeclaration(owner);
  if (isInstance && isBuiltinType(typeName) && module !== undefined && isBuiltinModule(module)) {
    return methodEffects(typeName, member) ?? unknownApi(`${typeName}.${member}`);
  }
  if (module !== undefined && isBuiltinModule(module)) {
    return builtinEffects(module, isInstance ? [typeName, member] : [member]);
  }
  const file = declaration.getSourceFile();
  if (isBuiltinType(typeName) && (isLibrary(index, file) || /\/(?:@types\/node|undici-types)\//.test(file.fileName))) {
    return methodEffects(typeName, member) ?? unknownApi(`${typeName}.${member}`);
  }
  if (isLibrary(index, file)) return factsOfLibraryMember(owner, typeName, member);
  if (/^(?:Readable|Writable|ReadWrite)Stream$/.test(typeName) && isOfNode(owner))
    return builtinEffects('stream', [typeName, member]);
  if (file.fileName.includes('/@types/node/'))
    return globalEffects([typeName, member]) ?? unknownApi(`${typeName}.${member}`);
  return packageFactsOf(index, file, undefined, { path: [member], written: brief(at) });
}

/** `NodeJS.WritableStream`: what the classes of `node:stream` have in common. Where a program gets one is another question. */
function isOfNode({ parent }: ts.Node): boolean {
  return ts.isModuleBlock(parent) && parent.parent.name.text === 'NodeJS';
}

/** `Math.sin`, `Array.isArray`, methods of `Intl`; what else a browser has is bound to it. */
function factsOfLibraryMember(owner: ts.Node, typeName: string, member: string): ApiFacts {
  if (!typeName) return readRow('pure', member);
  const isIntl = ts.isModuleBlock(owner.parent) && owner.parent.parent.name.text === 'Intl';
  if (isIntl) return readRow('fresh', `Intl.${typeName}.${member}`);
  const name = typeName.replace(/Constructor$/, '');
  return globalEffects([name, member]) ?? unknownApi(`${name}.${member}`);
}

function isLibrary(index: ProgramIndex, file: ts.SourceFile): boolean {
  return index.loaded.program.isSourceFileDefaultLibrary(file);
}

function findDeclaredModule(node: ts.Node): string | undefined {
  for (let at = node; at && !ts.isSourceFile(at); at = at.parent) {
    if (ts.isModuleDeclaration(at) && ts.isStringLiteral(at.name)) return at.name.text;
  }
  return undefined;
}
