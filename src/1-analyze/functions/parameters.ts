/** Parameters as facts. */

import ts from 'typescript';
import type { ParameterFacts } from '../../types.ts';
import type { ImplicitUse } from '../implicit/uses.ts';
import { isPrimitive } from '../names/primitives.ts';
import type { FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import { assignedTargets, isFunctionNode, oneLine, unwrap, walk } from '../names/syntax.ts';
import { isUnseen } from '../outside/api-facts.ts';
import { outsideFacts } from '../outside/outside.ts';
import type { Region, RegionContext } from '../regions/region.ts';
import { writeType } from '../shapes/written-types.ts';
import type { FunctionContext } from './context.ts';
import { hasTimelyDefault, isGenerator } from './generators.ts';
import { isReadLate } from './late-reads.ts';

/** Without `this`. */
export function parametersOf(node: ts.SignatureDeclaration): ts.ParameterDeclaration[] {
  return node.parameters.filter((parameter) => parameter.name.getText() !== 'this');
}

export function describeParameter(context: FunctionContext, parameter: ts.ParameterDeclaration): ParameterFacts {
  const { index, shapes } = context;
  return {
    name: ts.isIdentifier(parameter.name) ? parameter.name.text : oneLine(parameter.name.getText()),
    shape: shapes.shapeOf(index.checker.getTypeAtLocation(parameter)),
    optional: parameter.questionToken !== undefined || parameter.initializer !== undefined,
    rest: parameter.dotDotDotToken !== undefined,
    form: ts.isIdentifier(parameter.name) ? 'plain' : 'pattern',
    ...findPatternType(index, parameter),
    impureDefault: hasImpureDefault(context, parameter),
  };
}

/** `{ size = 1, deep = false } = {}` is `{ size?: number; deep?: boolean }`, which a name in its place would not be. */
function findPatternType(index: ProgramIndex, parameter: ts.ParameterDeclaration): { patternType?: string } {
  const { parent: node, name, type } = parameter;
  if (type || ts.isIdentifier(name) || !isFunctionNode(node)) return {};
  if ((ts.isArrowFunction(node) || ts.isFunctionExpression(node)) && index.checker.getContextualType(node)) return {};
  const text = writeType(index, node, index.checker.getTypeAtLocation(parameter));
  return text === null ? {} : { patternType: text };
}

/** It may be read after the function has waited. */
export function isLateReader(
  context: RegionContext,
  { node }: FunctionEntry,
  region: Region,
  parameter: ts.ParameterDeclaration,
): boolean {
  if (isPrimitive(context.index.checker, parameter)) return false;
  return region.usesArguments || isReadLate(context, node, parameter);
}

function runsCode({ implicits }: FunctionContext, use: ImplicitUse): boolean {
  const { functions, classes } = implicits.find(use);
  return functions.length + classes.length > 0;
}

/** A default value or a pattern in which something is called or assigned may be noticed when it is evaluated twice. */
function hasImpureDefault(context: FunctionContext, parameter: ts.ParameterDeclaration): boolean {
  if (isGenerator(parameter.parent)) return hasTimelyDefault(context.index, parameter);
  let impure = false;
  walk(parameter, (node) => {
    if (ts.isTypeNode(node) || isFunctionNode(node)) return false;
    if (assignedTargets(node).length > 0 || ts.isAwaitExpression(node) || ts.isYieldExpression(node)) impure = true;
    impure ||= context.implicits.usesOf(node).some((use) => runsCode(context, use));
    if (ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node)) {
      const facts = ts.isTaggedTemplateExpression(node)
        ? undefined
        : outsideFacts(context.index, unwrap(node.expression), node);
      impure ||=
        !facts?.known ||
        facts.effects.some(({ kind }) => !isUnseen(kind)) ||
        facts.changesReceiver ||
        facts.changes.length > 0;
    }
    return undefined;
  });
  return impure;
}
