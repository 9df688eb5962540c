/** What a package's code has written for a name that is only read: the pattern, the table. */

import ts from 'typescript';
import type { Found, Imported, PackageGraph } from './graph.ts';
import type { PackageModule } from './module.ts';
import { propertyName, skipParens } from './syntax.ts';

/** More steps from name to name than anybody writes. */
const LIMIT = 8;

export class PackageValues {
  readonly #graph: PackageGraph;

  constructor(graph: PackageGraph) {
    this.#graph = graph;
  }

  /**
   * What is written for a name, also in another file, or for `TABLE.name` of an object that is only read; nothing if
   * it may be something else as well.
   */
  of({ node, module }: Found, depth = 0): Found[] {
    const at = ts.isExpression(node) ? skipParens(node) : node;
    if (depth > LIMIT) return [];
    if (ts.isIdentifier(at)) return this.#ofName(at, module, depth);
    if (isPlainAssignment(at)) return this.of({ node: at.right, module }, depth + 1);
    return ts.isPropertyAccessExpression(at) ? this.#ofMember(at, module, depth) : [{ node: at, module }];
  }

  #ofName(name: ts.Identifier, module: PackageModule, depth: number): Found[] {
    const binding = module.bindingOf(name);
    if (!binding || binding.parameter || binding.parts.length > 0 || binding.isCaught) return [];
    if (!this.#isOnlyRead(name, module)) return [];
    if (!binding.imported)
      return this.#ofAll(
        binding.values.map((node) => ({ node, module })),
        depth,
      );
    return this.#ofTarget(this.#graph.import(binding.imported.specifier, binding.imported.name, module), depth);
  }

  #ofMember(at: ts.PropertyAccessExpression, module: PackageModule, depth: number): Found[] {
    const whole = this.#graph.moduleOf(at.expression, module);
    if (whole?.kind === 'namespace') {
      if (!this.#isOnlyRead(at.expression, module)) return [];
      return this.#ofTarget(this.#graph.exported(whole.module, at.name.text), depth);
    }
    const [table, ...others] = this.of({ node: at.expression, module }, depth + 1);
    if (!table || others.length > 0 || !ts.isObjectLiteralExpression(table.node)) return [];
    const items = table.node.properties.filter(
      (item) => !item.name || ts.isComputedPropertyName(item.name) || propertyName(item.name) === at.name.text,
    );
    const [value, ...more] = items.map(givenTo);
    return value && more.length === 0 ? this.of({ node: value, module: table.module }, depth + 1) : [];
  }

  /** Compilers begin with `exports.name = void 0`. */
  #ofTarget(target: Imported, depth: number): Found[] {
    const found = target.kind === 'code' ? this.#ofAll(target.found, depth) : [];
    return found.filter(({ node }) => !ts.isVoidExpression(node));
  }

  #ofAll(list: readonly Found[], depth: number): Found[] {
    const values = list.map((one) => this.of(one, depth + 1));
    return values.every((one) => one.length > 0) ? values.flat() : [];
  }

  #isOnlyRead(name: ts.Expression, module: PackageModule): boolean {
    const binding = ts.isIdentifier(name) ? module.bindingOf(name) : undefined;
    if (!binding || !ts.isIdentifier(name)) return false;
    return binding.writes.length === 0 && binding.stores.length === 0 && !this.#graph.writes.isMutable(name, binding);
  }
}

/** What a property of an object literal is given; undefined for what is spread or named at run time. */
export function givenTo(item: ts.ObjectLiteralElementLike): ts.Node | undefined {
  if (!item.name || ts.isComputedPropertyName(item.name)) return undefined;
  if (ts.isShorthandPropertyAssignment(item)) return item.name;
  return ts.isPropertyAssignment(item) ? item.initializer : item;
}

function isPlainAssignment(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
}
