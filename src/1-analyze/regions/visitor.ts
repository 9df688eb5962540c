/**
 * What one piece of code does by itself: a function's body (functions written inside it included), the field
 * initialisers of a class, or a top-level statement. Calls are listed with their targets; the fix point adds what those do.
 */

import ts from 'typescript';
import { findDecoratorOfMaking } from '../functions/decorated.ts';
import { findGivenRead } from '../functions/given-properties.ts';
import { findInheritedRead } from '../functions/inherited.ts';
import { describeReplacement } from '../functions/replaced.ts';
import { isWaitedWhenGiven } from '../functions/thenable.ts';
import { turnsDates } from '../implicit/date-texts.ts';
import { isPrimitive } from '../names/primitives.ts';
import { type FunctionEntry, findExportAssigned, type VariableEntry } from '../names/program-index.ts';
import {
  assignedTargets,
  brief,
  findFunctionAround,
  isAccess,
  isFunctionNode,
  isIdentity,
  isInAsync,
  isWithin,
  unwrap,
  wrapped,
} from '../names/syntax.ts';
import { thisAround } from '../names/this-around.ts';
import { isBuiltinGlobal } from '../outside/builtins.ts';
import { findOutsideUse } from '../outside/outside.ts';
import { describeReading } from '../texts/texts.ts';
import { findAssetRead } from '../variables/assets.ts';
import { CallRecorder } from './calls.ts';
import { ChangeRecorder } from './changes.ts';
import { emptyRegion, type Region, type RegionContext, type RegionScope } from './region.ts';
import { makeRootFinder } from './roots.ts';
import { UseRecorder } from './uses.ts';

export function describeRegion(context: RegionContext, node: ts.Node, owner: FunctionEntry | undefined): Region {
  const region = emptyRegion(node, owner);
  const made = ts.isClassLike(node) ? findDecoratorOfMaking(context.index, node) : undefined;
  const replaced = owner ? context.replacements.byFunction.get(owner) : made;
  if (replaced) region.effects.push({ kind: 'replaced', subject: describeReplacement(replaced), node: replaced });
  new RegionVisitor({ context, region, roots: makeRootFinder(context, node, owner) }).visitAll();
  return region;
}

class RegionVisitor {
  readonly #context: RegionContext;
  readonly #region: Region;
  readonly #changes: ChangeRecorder;
  readonly #calls: CallRecorder;
  readonly #uses: UseRecorder;

  constructor(scope: RegionScope) {
    this.#context = scope.context;
    this.#region = scope.region;
    this.#changes = new ChangeRecorder(scope);
    this.#calls = new CallRecorder(scope, this.#changes);
    this.#uses = new UseRecorder(scope, this.#calls);
  }

  visitAll(): void {
    const { node, owner } = this.#region;
    if (owner && ts.isExpression(owner.node.body)) this.#result(owner.node.body);
    // `for (box.part of parts) …` at the top level does something by itself.
    if (!owner) this.#visitNode(node);
    ts.forEachChild(node, (child) => this.#visit(child));
  }

  #visit(node: ts.Node): void {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return;
    if (this.#isDeferred(node) || this.#isAssetPath(node)) return;
    this.#visitNode(node);
    ts.forEachChild(node, (child) => this.#visit(child));
  }

  /** At the top level a function that is only defined does nothing yet; one that is handed to a call may run. */
  #isDeferred(node: ts.Node): boolean {
    if (this.#region.owner) return false;
    if (ts.isClassLike(node) && node === this.#region.node) return false;
    if (!isFunctionNode(node)) return false;
    const { parent } = wrapped(node as ts.Expression);
    return !(ts.isCallExpression(parent) || ts.isNewExpression(parent));
  }

  /** Where the file of a read lies is not asked for its own sake. `asked`: variables on the way there. */
  #isAssetPath(node: ts.Node, asked: readonly ts.Node[] = []): boolean {
    const { parent } = node;
    if (ts.isVariableDeclaration(parent) && parent.initializer === node) return this.#holdsAssetPath(parent, asked);
    if (!ts.isCallExpression(parent) || parent.arguments[0] !== node) return false;
    return findAssetRead(this.#context, parent)?.path !== undefined;
  }

  /** `const file = join(__dirname, 'x.txt')` in a function, for nothing but reads. Not `var file = file || 'x.txt'`. */
  #holdsAssetPath(declaration: ts.VariableDeclaration, asked: readonly ts.Node[]): boolean {
    const { name } = declaration;
    if (!this.#region.owner || !ts.isIdentifier(name) || asked.includes(declaration)) return false;
    const symbol = this.#context.index.symbolAt(name);
    const uses = symbol ? this.#context.references.to(symbol) : [];
    return uses.length > 0 && uses.every((use) => this.#isInAssetPath(use, [...asked, declaration]));
  }

  #isInAssetPath(use: ts.Node, asked: readonly ts.Node[]): boolean {
    for (let at = use; !ts.isStatement(at) && !isFunctionNode(at); at = at.parent) {
      if (this.#isAssetPath(at, asked)) return true;
    }
    return false;
  }

  #visitNode(node: ts.Node): void {
    const targets = assignedTargets(node);
    for (const target of targets) this.#changes.write(target, node);
    if (ts.isExpression(node)) this.#uses.through(node);
    if (ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node))
      this.#calls.call(node);
    else if (ts.isIdentifier(node)) this.#uses.name(node);
    else if (isAccess(node)) this.#uses.access(node);
    else if (node.kind === ts.SyntaxKind.ThisKeyword) this.#region.usesThis ||= this.#isOwnThis(node);
    else if (node.kind === ts.SyntaxKind.SuperKeyword) this.#region.usesThis ||= this.#isOwnThis(node);
    else if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) this.#await(node);
    else if (ts.isYieldExpression(node) && node.expression) this.#given(node.expression);
    else if (ts.isThrowStatement(node)) this.#throw(node);
    else if (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node)) this.#declaration(node);
    else if (ts.isExportAssignment(node)) this.#exported(node);
    else if (ts.isMetaProperty(node)) this.#meta(node);
    else if (ts.isReturnStatement(node) && node.expression) this.#result(node.expression);
    else if (ts.isArrowFunction(node) && ts.isExpression(node.body)) this.#result(node.body);
    else if (ts.isBinaryExpression(node) && isIdentity(node))
      for (const at of [node.left, node.right]) this.#changes.result(at);
    const { index, inherited, givenProperties } = this.#context;
    const put = findInheritedRead(index, inherited, node) ?? findGivenRead(index, givenProperties, node);
    if (put) this.#region.effects.push({ kind: 'inherited', subject: describeReplacement(put), node });
    for (const use of this.#context.implicits.usesOf(node)) this.#calls.implicit(use);
    const seen = this.#context.texts.readings.get(node);
    if (seen) this.#region.effects.push({ kind: 'function-text', subject: describeReading(node), node, seen });
    if (this.#context.stacks.has(node)) this.#region.effects.push({ kind: 'stack', subject: brief(node), node });
    if (turnsDates(this.#context.index, node)) this.#region.effects.push({ kind: 'texts', node });
  }

  #declaration({ name, initializer }: ts.VariableDeclaration | ts.PropertyDeclaration): void {
    if (!initializer) return;
    const variables = this.#findVariables(name);
    for (const variable of variables) this.#changes.hold(variable, initializer);
    if (variables.length === 0 && ts.isPropertyDeclaration(name.parent)) this.#changes.holdInField(initializer);
  }

  /** `export default { list }` */
  #exported(node: ts.ExportAssignment): void {
    const { index } = this.#context;
    const symbol = findExportAssigned(index.checker, node);
    const variable = symbol && index.variableOf(symbol);
    if (variable?.node === node) this.#changes.hold(variable, node.expression);
  }

  /** Those of a module and static ones. */
  #findVariables(name: ts.BindingName | ts.PropertyName): VariableEntry[] {
    if (ts.isArrayBindingPattern(name) || ts.isObjectBindingPattern(name)) {
      return name.elements.flatMap((element) =>
        ts.isBindingElement(element) ? this.#findVariables(element.name) : [],
      );
    }
    const { index } = this.#context;
    const symbol = ts.isIdentifier(name) || ts.isPrivateIdentifier(name) ? index.symbolAt(name) : undefined;
    const variable = symbol && index.variableOf(symbol);
    return variable ? [variable] : [];
  }

  /** The subject is the class of the program that is thrown, or that of the language whose errors hold nothing but what all have. */
  #throw(node: ts.ThrowStatement): void {
    const { index } = this.#context;
    const { symbol } = index.checker.getTypeAtLocation(node.expression);
    const own = symbol?.declarations?.flatMap((declaration) => index.classOf(declaration)?.id ?? [])[0];
    const isLate = isInAsync(node) && findFunctionAround(node) !== this.#region.owner?.node;
    const late = isLate ? { late: true as const } : {};
    const subject = own ?? this.#findPlainError(node.expression);
    this.#region.effects.push({ kind: 'throws', ...(subject !== undefined && { subject }), ...late, node });
  }

  /** `new RangeError('too much')` */
  #findPlainError(expression: ts.Expression): string | undefined {
    const value = unwrap(expression);
    if (!ts.isNewExpression(value) && !ts.isCallExpression(value)) return undefined;
    const { index } = this.#context;
    const { from, path = [] } = findOutsideUse(index, value.expression) ?? {};
    const [name] = path;
    const isError = from?.kind === 'global' && name !== undefined && /Error$/.test(name) && isBuiltinGlobal(name);
    const isPlain = isError && (value.arguments ?? []).every((given) => isPrimitive(index.checker, given));
    return isPlain ? name : undefined;
  }

  /** `import.meta.url`; `new.target`, by which a function sees that it is called with `new`, as none is over there. */
  #meta(node: ts.MetaProperty): void {
    if (node.keywordToken === ts.SyntaxKind.ImportKeyword) {
      this.#region.effects.push({ kind: 'place', subject: brief(node.parent), node });
    } else if (this.#isOwnTarget(node)) {
      this.#region.effects.push({ kind: 'process', subject: node.getText(), node });
    }
  }

  #isOwnTarget(node: ts.MetaProperty): boolean {
    const around = thisAround(node);
    const isFunction = ts.isFunctionDeclaration(around) || ts.isFunctionExpression(around);
    return isFunction && around === this.#region.owner?.node;
  }

  #result(value: ts.Expression): void {
    this.#changes.result(value);
    this.#given(value);
  }

  #given(value: ts.Expression): void {
    if (isInAsync(value) && isWaitedWhenGiven(this.#context.index, value)) this.#await(value);
  }

  #await(node: ts.Node): void {
    let at = node.parent;
    while (!isFunctionNode(at) && !ts.isSourceFile(at)) at = at.parent;
    if (!this.#region.owner || at === this.#region.owner.node) this.#region.hasAwait = true;
  }

  /** `this` of the region's function: not that of a function or class written inside it. */
  #isOwnThis(node: ts.Node): boolean {
    const around = thisAround(node);
    return around === this.#region.node || !isWithin(around, this.#region.node);
  }
}
