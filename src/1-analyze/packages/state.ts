/** What objects of a package have in common, and what its loading depends on. */

import ts from 'typescript';
import type { EffectKind } from '../../types.ts';
import { remember, rememberFor } from '../names/remember.ts';
import { accessedName, isWithin } from '../names/syntax.ts';
import type { ApiFacts } from '../outside/api-facts.ts';
import { rootBinding } from './assignments.ts';
import { type ApiPath, apiOfPath, type CallResolver } from './calls.ts';
import { homeOf } from './loading.ts';
import type { Binding, PackageModule } from './module.ts';
import { functionAround, isFunction } from './syntax.ts';

/**
 * `this.field` where the file puts the same object into every instance: `this.field = CACHE`, `Class.prototype.field = []`.
 * Also what leads from an object to its class.
 */
export function isSharedField(
  access: ts.PropertyAccessExpression | ts.ElementAccessExpression,
  module: PackageModule,
): boolean {
  const name = accessedName(access);
  if (name === undefined) return false;
  if (name === 'constructor' || name === '__proto__') return true;
  return namesInCommon(module)(name);
}

/** Asked for at every access. */
const namesInCommon = rememberFor((module: PackageModule) =>
  remember((name: string) => (module.properties.get(name) ?? []).some((value) => isCommonData(value, module))),
);

function isCommonData(value: ts.Node, module: PackageModule): boolean {
  const { parent } = value;
  const isOnPrototype = ts.isBinaryExpression(parent) && /\.prototype\.[\w$]+$/.test(parent.left.getText());
  if (isOnPrototype && isChangeable(value)) return true;
  const binding = ts.isExpression(value) ? rootBinding(value, module) : undefined;
  if (!binding || binding.parameter || functionAround(value) === binding.owner) return false;
  if (isWithin(binding.owner, homeOf(value)) && !ts.isSourceFile(homeOf(value))) return false;
  return binding.imported !== undefined || [...binding.values, ...binding.parts].some(isChangeable);
}

/** An object that is no function. */
function isChangeable(node: ts.Node): boolean {
  return (
    ts.isObjectLiteralExpression(node) ||
    ts.isArrayLiteralExpression(node) ||
    ts.isNewExpression(node) ||
    ts.isCallExpression(node)
  );
}

/** What the place a package is loaded in may decide. The version of Node is taken to be the same everywhere. */
const PLACE_EFFECTS: ReadonlySet<EffectKind> = new Set([
  'env',
  'cwd',
  'argv',
  'time',
  'random',
  'zone',
  'locale',
  'formats',
  'platform',
  'files',
  'input',
  'net',
]);

/** Effects that giving a variable its first value has, and those of the variables that it is made from. */
export function loadingEffects(binding: Binding, resolver: CallResolver): Set<EffectKind> {
  const effects = new Set<EffectKind>();
  const seen = new Set<ts.Node | Binding>();
  const visitBinding = (at: Binding): void => {
    if (seen.has(at) || at.parameter || seen.size > 200) return;
    seen.add(at);
    for (const value of [...at.values, ...at.parts]) visit(value, at.module);
  };
  const visit = (node: ts.Node, module: PackageModule): void => {
    if (isFunction(node) || ts.isClassLike(node) || ts.isTypeOfExpression(node)) return;
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) visitCall(node, module);
    else if (ts.isPropertyAccessExpression(node)) visitRead(node, module);
    else if (ts.isIdentifier(node)) {
      const other = module.bindingOf(node);
      if (other) visitBinding(other);
    }
    ts.forEachChild(node, (child) => visit(child, module));
  };
  const add = (facts: ApiFacts | undefined, isCounted = (kind: EffectKind) => PLACE_EFFECTS.has(kind)): void => {
    for (const { kind } of facts?.effects ?? []) if (isCounted(kind)) effects.add(kind);
  };
  /** Only what is read as a value, as `path.sep` is: `Date.now` by itself is a function. */
  const visitRead = (node: ts.PropertyAccessExpression, module: PackageModule): void => {
    const path = resolver.pathOf(node, module);
    if (path) add(apiOfPath(path), namesInProcess(path) ? undefined : (kind) => kind === 'platform');
  };
  /** The statements of what is called belong to the loading, the functions that it makes do not. */
  const visitCall = (node: ts.CallExpression | ts.NewExpression, module: PackageModule): void => {
    add(resolver.apiOf(node, module));
    for (const target of resolver.targetsOf(node, module)) {
      if (seen.has(target.node) || seen.size > 200) continue;
      seen.add(target.node);
      ts.forEachChild(target.node, (child) => visit(child, target.module));
    }
  };
  visitBinding(binding);
  return effects;
}

/** What follows `process`: the global, or what `node:process` exports. */
export function namesInProcess({ from, names }: ApiPath): string[] | undefined {
  if (from === 'global') return names[0] === 'process' ? names.slice(1) : undefined;
  if (!/^(?:node:)?process$/.test(from)) return undefined;
  return names[0] === 'default' || names[0] === '*' ? names.slice(1) : names;
}
