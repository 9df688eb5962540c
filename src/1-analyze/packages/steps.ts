/** Where the value of an expression goes next, by the syntax around it: to names, into other objects, out of functions. */

import ts from 'typescript';
import { accessedName } from '../names/syntax.ts';
import type { ContentFlow, Value } from './contents.ts';
import type { Found } from './graph.ts';
import { HOLDER } from './grips.ts';
import { homeOf, isSuspended } from './loading.ts';
import type { PackageModule } from './module.ts';
import {
  callOf,
  givenBy,
  isConverting,
  isHandedUp,
  isItem,
  isLogicalAssignment,
  isWritten,
  nameOfElement,
  targetAround,
} from './positions.ts';
import { type Sources, SourceTracer } from './sources.ts';
import {
  functionAround,
  isAccess,
  isAssignment,
  isChoice,
  isExportsTarget,
  isFunction,
  isRewound,
  propertyName,
  skipParens,
} from './syntax.ts';

const ITERATORS = ['[Symbol.iterator]', '[Symbol.asyncIterator]'];
/** Members that lead to what belongs to the object, and bytes that it shows. */
const KIN = /^(prototype|constructor|__proto__|buffer)$/;

export class Steps {
  readonly #flow: ContentFlow;
  readonly #sources: Sources;
  readonly #isByNameOnly: boolean;

  constructor(flow: ContentFlow, sources: Sources, isByNameOnly: boolean) {
    this.#flow = flow;
    this.#sources = sources;
    this.#isByNameOnly = isByNameOnly;
  }

  follow(value: Value): void {
    const { node } = value;
    const { parent } = node;
    if (ts.isAwaitExpression(parent)) this.#flow.add({ ...value, node: parent, level: this.#flow.kinOf(value.level) });
    else if (isHandedUp(parent, node)) this.#flow.add({ ...value, node: parent });
    else if (isAccess(parent)) this.#followAccess(value, parent);
    else if (this.#isByNameOnly) this.#followName(value);
    else if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) this.#flow.handed.follow(value, parent);
    else if (ts.isBinaryExpression(parent)) this.#followBinary(value, parent);
    else if (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) {
      if (parent.initializer === node) this.addPattern(parent.name, value, value.level);
    } else if (isItem(parent, node)) this.#followItem(value, parent);
    else if (ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === node))
      this.#followReturn(value);
    else if (ts.isForOfStatement(parent) && parent.expression === node) this.#followLoop(value, parent);
    else if (ts.isPropertyDeclaration(parent)) this.#followField(value, parent);
    else if (ts.isExpressionWithTypeArguments(parent)) this.#followBase(value, parent);
    else if (ts.isExportAssignment(parent)) this.#flow.addKey(node, value.module, value.level);
    else if (ts.isYieldExpression(parent) || ts.isThrowStatement(parent)) this.#flow.lose(value.level);
    else if (ts.isTemplateSpan(parent)) this.#followText(value, parent);
  }

  /** `const other = value` */
  #followName(value: Value): void {
    const { parent } = value.node;
    const isNamed = ts.isVariableDeclaration(parent) && parent.initializer === value.node;
    if (isNamed) this.addPattern(parent.name, value, value.level);
  }

  #followAccess(value: Value, access: ts.PropertyAccessExpression | ts.ElementAccessExpression): void {
    if (access.expression !== value.node) return;
    const target = targetAround(access);
    const name = accessedName(access);
    for (const accessor of this.#accessorsOf(name, value.module))
      this.#flow.addThis(accessor.node, accessor.module, value.level, false);
    if (target) {
      if (!(ts.isBinaryExpression(target) && isRewound(target)))
        this.#flow.change(value, target, givenBy(target), name);
      if (!ts.isBinaryExpression(target) || !isLogicalAssignment(target)) return;
      return this.#flow.add({ ...value, node: target, level: this.#flow.partOf(value.level, name) });
    }
    const call = callOf(access);
    if (call && this.#isByNameOnly) return;
    if (call) return this.#flow.handed.followMethod(value, access, call);
    const isKin = name !== undefined && KIN.test(name);
    const level = isKin ? this.#flow.kinOf(value.level) : name === 'length' ? 0 : this.#flow.partOf(value.level, name);
    this.#flow.add({ ...value, node: access, level });
  }

  #accessorsOf(name: string | undefined, module: PackageModule): Found[] {
    if (name === undefined) return [];
    return this.#flow.around.graph.properties(name, module).filter(({ node }) => ts.isAccessor(node));
  }

  #followBinary(value: Value, parent: ts.BinaryExpression): void {
    if (isConverting(parent)) return this.#flow.handed.callUnnamed(value, ['toString', 'valueOf']);
    if (isChoice(parent)) return this.#flow.add({ ...value, node: parent });
    if (!isAssignment(parent.operatorToken.kind) || parent.right !== value.node) return;
    this.#flow.add({ ...value, node: parent });
    this.#assign(skipParens(parent.left), value);
  }

  #assign(target: ts.Expression, value: Value): void {
    const { module, level, isNew } = value;
    if (ts.isIdentifier(target)) {
      const binding = module.bindingOf(target);
      return binding ? this.#flow.addBinding(binding, level, isNew) : this.#flow.lose(level);
    }
    if (isAccess(target)) return this.store(target, value);
    this.#flow.lose(this.#flow.partOf(level));
  }

  /** `target.name = <value>` */
  store(target: ts.PropertyAccessExpression | ts.ElementAccessExpression, value: Value): void {
    const { module, level } = value;
    const text = target.expression.getText(module.source);
    for (const setter of this.#accessorsOf(accessedName(target), module)) this.#flow.handed.giveTo(setter, value, 0);
    if (isExportsTarget(target, module.source)) return this.#flow.addKey(value.node, module, level);
    const name = accessedName(target);
    const isByName = /(^this|\.prototype|^(globalThis|global|root|self|window|context))$/.test(text);
    if (!isByName) return this.storeIn(target.expression, value);
    if (name === undefined) return this.#flow.lose(level);
    this.#addField(name, value);
  }

  /** Whoever has an instance, or what everybody has, finds it by the name. */
  #addField(name: string, value: Value): void {
    const { module, level } = value;
    const { shares, reach } = this.#flow.around;
    for (const { node, module: at } of shares.accesses(name, module)) this.#addRead(node, at, level);
    for (const { node, module: at } of shares.elements(name, module)) {
      this.addPattern(node.name, { ...value, module: at, isNew: false }, level);
    }
    if (reach.isKnownOutside(name, module)) this.#flow.show(level);
  }

  #addRead(node: ts.Expression, module: PackageModule, level: number): void {
    if (!isWritten(node)) this.#flow.add({ node, module, level, isNew: false });
  }

  /** Becomes a part of what an expression stands for. */
  storeIn(holder: ts.Expression, { module, level }: Value): void {
    const sources = new SourceTracer(this.#flow.around, true).trace([{ node: holder, module }]);
    if (sources.isUnknown) return this.#flow.lose(level);
    for (const binding of sources.bindings) this.#flow.addBinding(binding, HOLDER, false);
    for (const made of sources.made) {
      if (ts.isExpression(made.node))
        this.#flow.add({ node: made.node, module: made.module, level: HOLDER, isNew: false });
    }
  }

  addPattern(name: ts.BindingName, value: Value, level: number): void {
    if (ts.isIdentifier(name)) {
      const binding = value.module.bindingOf(name);
      if (binding) this.#flow.addBinding(binding, level, value.isNew);
      return;
    }
    if (ts.isArrayBindingPattern(name)) this.#flow.handed.callUnnamed({ ...value, level }, ITERATORS);
    for (const element of name.elements) {
      if (!ts.isBindingElement(element)) continue;
      const part = element.dotDotDotToken ? this.#flow.copyOf(level) : this.#flow.partOf(level, nameOfElement(element));
      this.addPattern(element.name, value, part);
    }
  }

  #followItem(value: Value, item: ts.Node): void {
    const isSpread = ts.isSpreadElement(item) || ts.isSpreadAssignment(item);
    if (ts.isSpreadElement(item)) this.#flow.handed.callUnnamed(value, ITERATORS);
    if (ts.isSpreadElement(item) && (ts.isCallExpression(item.parent) || ts.isNewExpression(item.parent))) {
      return this.#flow.handed.followSpread(value, item, item.parent);
    }
    const literal = ts.isArrayLiteralExpression(item) ? item : item.parent;
    const level = isSpread ? this.#flow.copyOf(value.level) : HOLDER;
    if (ts.isExpression(literal)) this.#flow.add({ ...value, node: literal, level, isNew: false });
    if (!isSpread) this.#flow.addKey(value.node, value.module, value.level);
  }

  #followText(value: Value, span: ts.TemplateSpan): void {
    if (ts.isTaggedTemplateExpression(span.parent.parent)) this.#flow.lose(value.level);
    else this.#flow.handed.callUnnamed(value, ['toString', 'valueOf']);
  }

  #followLoop(value: Value, loop: ts.ForOfStatement): void {
    const level = this.#flow.partOf(value.level);
    this.#flow.handed.callUnnamed(value, ITERATORS);
    const { initializer } = loop;
    if (!ts.isVariableDeclarationList(initializer)) return this.#assign(skipParens(initializer), { ...value, level });
    for (const { name } of initializer.declarations) this.addPattern(name, value, level);
  }

  /** `class { static field = value; field = value; }` */
  #followField(value: Value, field: ts.PropertyDeclaration): void {
    if (field.initializer !== value.node) return;
    const name = propertyName(field.name);
    if (name === undefined) return this.#flow.lose(value.level);
    this.#addField(name, value);
  }

  /** `class Sub extends Base`: what is static is found at both. */
  #followBase(value: Value, type: ts.ExpressionWithTypeArguments): void {
    const cls = type.parent.parent;
    if (!ts.isClassLike(cls)) return;
    const binding = cls.name && value.module.bindingOf(cls.name);
    if (binding) this.#flow.addBinding(binding, value.level, false);
    if (ts.isClassExpression(cls)) this.#flow.add({ ...value, node: cls });
  }

  #followReturn(value: Value): void {
    const fn = ts.isArrowFunction(value.node.parent) ? value.node.parent : functionAround(value.node);
    if (!isFunction(fn) || ts.isConstructorDeclaration(fn)) return;
    if (fn.asteriskToken) return this.#flow.lose(value.level);
    this.returnTo(fn, value);
  }

  /** Wherever the function is called; what it has made itself is only found at the call for which it is looked at. */
  returnTo(fn: ts.Node, { module, level, isNew }: Value): void {
    const { calls, reach } = this.#flow.around;
    const only = isNew ? this.#sources.through.get(fn) : undefined;
    const found = calls.callsOf(fn, module);
    for (const { node, module: at } of only ?? found.calls) {
      const isInMaker = isNew && this.#sources.through.has(homeOf(node));
      const held = isSuspended(fn) ? level | HOLDER : level;
      if (ts.isExpression(node)) this.#flow.add({ node, module: at, level: held, isNew: isInMaker });
    }
    if (only) return;
    if (!found.isKnown) this.#flow.lose(level);
    if ([...found.names].some((name) => reach.isKnownOutside(name, module))) this.#flow.show(level);
  }

  /** `value[key](…)`: any function that it is made with. */
  callMember({ level }: Value): void {
    const literals = this.#sources.made.filter(({ node }) => ts.isObjectLiteralExpression(node));
    if (literals.length < this.#sources.made.length || literals.length === 0) this.#flow.lose(level);
    for (const { node, module } of literals) {
      ts.forEachChild(node, (item) => {
        const fn = ts.isPropertyAssignment(item) ? item.initializer : item;
        if (isFunction(fn)) this.#flow.addThis(fn, module, level, false);
      });
    }
  }
}
