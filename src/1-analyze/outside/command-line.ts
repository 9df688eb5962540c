/** Whether what uses the command line only reads it: then what it holds can go along with a call. */

import ts from 'typescript';
import { isAccess, wrapped } from '../names/syntax.ts';

/** What a read of the command line is called; any other mention may change it, or give it to others. */
export const READ_ARGV = 'process.argv';

const READERS = new Set(
  (
    'length at slice concat includes indexOf lastIndexOf join find findIndex findLast findLastIndex some every map filter ' +
    'flatMap forEach reduce entries keys values toString toSorted toReversed toSpliced with'
  ).split(' '),
);

/** `process.argv[2]`, `process.argv.slice(2)`, `[...process.argv]`, `const [, , name] = process.argv`; `node` is the whole chain. */
export function isReadOfArgv(node: ts.Expression): boolean {
  const array = findArray(node);
  if (!array) return false;
  const outer = wrapped(array);
  const { parent } = outer;
  if (ts.isPropertyAccessExpression(parent)) return READERS.has(parent.name.text);
  if (ts.isElementAccessExpression(parent)) return true; // what is written there is an effect of its own
  if (ts.isSpreadElement(parent)) return true;
  if (ts.isForOfStatement(parent)) return parent.expression === outer;
  return ts.isVariableDeclaration(parent) && ts.isArrayBindingPattern(parent.name);
}

/** `parseArgs({ args, options })` of node:util: it looks at the command line only if there are no `args` in the end. */
export function isToldWhatToParse(node: ts.Node): boolean {
  const call = ts.isCallExpression(node) || !ts.isExpression(node) ? node : wrapped(node).parent;
  if (!ts.isCallExpression(call) || call.arguments.length !== 1) return false;
  const [options] = call.arguments;
  if (!options || !ts.isObjectLiteralExpression(options)) return false;
  return options.properties.some(
    (property) => property.name && ts.isIdentifier(property.name) && property.name.text === 'args',
  );
}

/** `process.argv` of `process.argv.slice`, or `argv` by itself. */
function findArray(node: ts.Expression): ts.Expression | undefined {
  if (isNamedArgv(node)) return node;
  return isAccess(node) ? findArray(node.expression) : undefined;
}

function isNamedArgv(node: ts.Expression): boolean {
  if (ts.isPropertyAccessExpression(node)) return node.name.text === 'argv';
  if (ts.isElementAccessExpression(node)) return node.argumentExpression.getText().slice(1, -1) === 'argv';
  return ts.isIdentifier(node) && node.text === 'argv';
}
