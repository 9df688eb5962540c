/** What the functions give that run where an expression is evaluated, besides parts of what they are given. */

import ts from 'typescript';
import { classNamed, resolveNamed } from '../flow/callees.ts';
import { isPrimitiveType } from '../names/primitives.ts';
import { argumentsOf, calleeOf } from '../names/references.ts';
import { remember } from '../names/remember.ts';
import { unwrap } from '../names/syntax.ts';
import { outsideFacts } from '../outside/outside.ts';
import { findBorrowedCall } from './borrowed-calls.ts';
import type { RootContext } from './roots.ts';
import type { Given } from './trail.ts';

export type ResultCall = ts.CallExpression | ts.TaggedTemplateExpression;

interface CallResults {
  given: Given[];
  /** It may be a function that nobody knows. */
  isOpen: boolean;
}

/** Answers that come along with every search are found once. */
export class Givers {
  readonly #context: RootContext;

  constructor(context: RootContext) {
    this.#context = context;
  }

  /** What is called by the program itself. */
  readonly findResults = remember((call: ResultCall): CallResults => {
    const { index, hierarchy, flow, results } = this.#context;
    const borrowed = ts.isCallExpression(call) ? findBorrowedCall(index, call) : undefined;
    const callee = borrowed?.target ?? calleeOf(call);
    const named = resolveNamed(index, hierarchy, callee);
    const isOpen = !named || named.outside || named.functions.length === 0;
    const written = index.functionOf(callee);
    const known = [...(named?.functions ?? []), ...(written ? [written] : [])];
    const own = known.map((entry) => results.of(entry));
    return { given: !isOpen && named.direct ? own : [...own, results.ofAll(flow.targetsOf(call))], isOpen };
  });

  /** What accessors of the object give. */
  readonly findRead = remember((access: ts.PropertyAccessExpression | ts.ElementAccessExpression): Given => {
    const names = ts.isPropertyAccessExpression(access) ? [access.name.text] : undefined;
    const use = { operand: access.expression, node: unwrap(access.expression), isDeep: false, ...(names && { names }) };
    const { results, implicits } = this.#context;
    return results.ofAll(implicits.find({ ...use, ways: names ? ['get'] : ['get', 'iterate'] }).functions);
  });

  /** What accessors and iterators give of whatever is inside an object. */
  readonly findReadInside = remember((object: ts.Expression): Given => {
    const { results, implicits } = this.#context;
    return results.ofAll(
      implicits.find({ operand: object, node: object, isDeep: true, ways: ['get', 'iterate'] }).functions,
    );
  });

  /** Constructors may return what they like. */
  findConstructed({ expression }: ts.NewExpression): Given[] {
    const { index, hierarchy, results } = this.#context;
    const given: Given[] = [];
    for (let cls = classNamed(index, expression); cls; cls = hierarchy.base(cls)) {
      const ctor = cls.node.members.find((member) => ts.isConstructorDeclaration(member) && member.body);
      const entry = ctor && index.functionOf(ctor);
      if (entry) given.push(results.of(entry));
    }
    return given;
  }

  /** What code outside the program is given that it may call, and that gives objects by its type. */
  listCallbacks(call: ts.CallExpression): ts.Expression[] {
    const facts = outsideFacts(this.#context.index, calleeOf(call), call);
    if (!facts || facts.returns === 'deep' || facts.callsBack === 'never') return [];
    return argumentsOf(call)
      .filter((part) => this.#givesObjects(part))
      .map(unwrap);
  }

  #givesObjects(value: ts.Expression): boolean {
    const { checker } = this.#context.index;
    const signatures = checker.getTypeAtLocation(value).getCallSignatures();
    return signatures.some((signature) => !isPrimitiveType(checker.getReturnTypeOfSignature(signature)));
  }

  findCalledBack(callback: ts.Expression): Given[] {
    const { index, hierarchy, flow, results } = this.#context;
    const written = index.functionOf(callback);
    if (written) return [results.of(written)];
    const named = resolveNamed(index, hierarchy, callback)?.functions ?? [];
    return [...named.map((entry) => results.of(entry)), results.ofAll(flow.valuesOf(callback))];
  }
}
