/** Whose `this` it is: that of `super`, `arguments` and `new.target` goes by the same places. */

import ts from 'typescript';

/**
 * The function or class whose `this` it is, or the file: arrow functions have none of their own. In what a class extends, in
 * decorators and in computed names it is that of what is around the class or object.
 */
export function thisAround(node: ts.Node): ts.Node {
  let child = node;
  let at = node.parent;
  while (!ts.isSourceFile(at)) {
    const outside = isOutside(at, child);
    if (!outside && bindsThis(at)) return at;
    child = outside ? findWhole(at) : at;
    at = child.parent;
  }
  return at;
}

/** `[key]() {}` of a class is not in the class either. */
function findWhole(part: ts.Node): ts.Node {
  const member = ts.isParameter(part) ? part.parent : part;
  return ts.isClassElement(member) && ts.isClassLike(member.parent) ? member.parent : part;
}

function bindsThis(node: ts.Node): boolean {
  return ts.isClassLike(node) || (ts.isFunctionLike(node) && !ts.isArrowFunction(node));
}

/** A part that is evaluated where the whole stands: `extends base`, `@decorate`, `[key]`. */
function isOutside(whole: ts.Node, part: ts.Node): boolean {
  const isHead = ts.isHeritageClause(part) || ts.isDecorator(part) || ts.isComputedPropertyName(part);
  return isHead && part.parent === whole;
}
