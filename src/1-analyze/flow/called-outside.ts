/** Which functions of the program code outside of it calls back, where they are not named at the call: `list.sort(table.by)`. */

import ts from 'typescript';
import type { FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import { argumentsOf, calleeOf } from '../names/references.ts';
import { isFunctionNode, unwrap } from '../names/syntax.ts';
import { outsideFacts } from '../outside/outside.ts';
import { mayBeFunction } from './contents.ts';
import type { FunctionFlow } from './flow.ts';

type Call = ts.CallExpression | ts.NewExpression | ts.TaggedTemplateExpression;

/** What is called of these is the second argument. */
const SECOND = /(?:^|\.)(?:from|replace|replaceAll|parse|stringify)$/;

/** Where the call shows the function that it calls, whatever else it is given is data, unless its type can be called. */
export function findCalled({ index, flow }: { index: ProgramIndex; flow: FunctionFlow }, call: Call): FunctionEntry[] {
  const callee = findFunction(calleeOf(call));
  const facts = outsideFacts(index, callee, call);
  if (!facts || facts.callsBack === 'never') return [];
  const given = argumentsOf(call);
  const isShown = facts.known && given.some((argument) => isFunctionNode(unwrap(argument)));
  const candidates = facts.known && SECOND.test(callee.getText()) ? given.slice(1) : given;
  return candidates
    .filter((argument) => mayBeFunction(index, argument, !isShown))
    .flatMap((argument) => [...flow.valuesOf(argument)]);
}

/** `hasOwnProperty.call(table, key)` calls what `hasOwnProperty` does. */
function findFunction(callee: ts.Expression): ts.Expression {
  const isCall = ts.isPropertyAccessExpression(callee) && /^(?:call|apply)$/.test(callee.name.text);
  return isCall ? unwrap(callee.expression) : callee;
}
