/**
 * Functions as code sites: what a function expression uses of the scopes around it, and how it can be marked where it is
 * made, so that the other side can make the same function from its site and the values of those variables.
 */

import { createHash } from 'node:crypto';
import ts from 'typescript';
import type { CaptureUse, FlowFacts, SiteCapture, SiteFacts } from '../../types.ts';
import { spanOf } from '../classes/classes.ts';
import { functionOfDeclaration } from '../flow/callees.ts';
import type { FunctionFlow } from '../flow/flow.ts';
import type { FunctionEntry, ProgramIndex } from '../names/program-index.ts';
import { callOf, type References } from '../names/references.ts';
import { findScope, isBlockScope, localSymbol, type Scope, valueDeclarations } from '../names/scopes.ts';
import { findAssignment, isFunctionNode, isNameOnly, isTypeOnly, isWithin, walk } from '../names/syntax.ts';
import { thisAround } from '../names/this-around.ts';
import type { Shapes } from '../shapes/shapes.ts';
import { findTag, isLiteralMember, type SiteNode } from './site-marks.ts';

export interface SiteContext {
  index: ProgramIndex;
  references: References;
  flow: FunctionFlow;
  shapes: Shapes;
}

/** How a function can be made anywhere else, or why it cannot; undefined for members of classes. */
export function describeSite(context: SiteContext, entry: FunctionEntry): SiteFacts | string | undefined {
  const { node } = entry;
  if (!isSiteNode(node)) return undefined;
  const tag = findTag(node);
  if (typeof tag === 'string') return tag;
  const uses = collectUses(context, node);
  if (typeof uses === 'string') return uses;
  const captures: SiteCapture[] = describeSelf(context, uses.selves);
  for (const [symbol, found] of uses.captured) {
    const capture = describeCapture(context, symbol, found);
    if (!capture) return `it shares ${symbol.name}, which gets other values and has no block of its own`;
    captures.push(capture);
  }
  return {
    tag,
    digest: createHash('sha256').update(node.getText()).digest('hex').slice(0, 8),
    captures: captures.sort((a, b) => (a.name < b.name ? -1 : 1)),
    mentions: [...uses.mentions].sort(),
  };
}

/** Undefined for a function that is only called. */
export function describeFlows(
  { index, flow }: Pick<SiteContext, 'index' | 'flow'>,
  entry: FunctionEntry,
): FlowFacts | undefined {
  const { node } = entry;
  const parametersOf = ids(flow.parametersOf(entry));
  const resultsOf = ids(flow.resultsOf(entry));
  const names = [
    ...flow.fieldsOf(entry),
    ...(ts.isAccessor(node) && isLiteralMember(node) ? [node.name.getText()] : []),
  ];
  const fields = names.map((name) => name.replace(/^(['"])(.*)\1$/, '$2')).sort();
  const variables = [...flow.variablesOf(entry)].flatMap((symbol) => index.variableOf(symbol)?.id ?? []).sort();
  const flows = { parametersOf, resultsOf, fields, variables };
  return Object.values(flows).some((places) => places.length > 0) ? flows : undefined;
}

function isSiteNode(node: ts.Node): node is SiteNode {
  const isFree = ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isFunctionDeclaration(node);
  return isFree || ((ts.isMethodDeclaration(node) || ts.isAccessor(node)) && isLiteralMember(node));
}

function ids(entries: Iterable<FunctionEntry>): string[] {
  return [...entries].map(({ id }) => id).sort();
}

interface Uses {
  captured: Map<ts.Symbol, CaptureUse[]>;
  /** `this` of the function around it. */
  selves: ts.Node[];
  mentions: Set<string>;
}

/** Why not, if it uses what no other place has: `arguments`, `super` or `new.target` of a function around it, private names. */
function collectUses({ index }: SiteContext, node: SiteNode): Uses | string {
  const uses: Uses = { captured: new Map(), selves: [], mentions: new Set() };
  let needed: string | undefined;
  walk(node, (at) => {
    if (ts.isTypeNode(at) && !ts.isExpressionWithTypeArguments(at)) return false;
    if (needsSurroundings(node, at)) needed ??= at.getText();
    if (at.kind === ts.SyntaxKind.ThisKeyword && isOutside(node, at)) uses.selves.push(at);
    if (ts.isIdentifier(at) && !isNameOnly(at) && !isTypeOnly(at)) {
      const scope = noteName(index, uses, node, at);
      if (scope === 'namespace' || at.text === '__proto__') needed ??= at.text;
    }
    return undefined;
  });
  return needed === undefined ? uses : `it uses ${needed} of what is around it`;
}

function needsSurroundings(node: SiteNode, at: ts.Node): boolean {
  if (ts.isPrivateIdentifier(at)) return !isDeclaredInside(node, at);
  if (at.kind === ts.SyntaxKind.SuperKeyword || ts.isMetaProperty(at)) {
    return (isOutside(node, at) || isLiteralMember(node)) && !at.getText().startsWith('import');
  }
  return ts.isIdentifier(at) && at.text === 'arguments' && !isNameOnly(at) && isOutside(node, at);
}

/** `#x` of a class that is written inside the function. */
function isDeclaredInside(node: SiteNode, name: ts.PrivateIdentifier): boolean {
  for (let at: ts.Node = name; at !== node; at = at.parent) {
    if (ts.isClassLike(at) && at.members.some((member) => member.name?.getText() === name.text)) return true;
  }
  return false;
}

/** Whether `this`, `super`, `arguments` or `new.target` here is that of something around the function. */
function isOutside(node: SiteNode, at: ts.Node): boolean {
  return ts.isArrowFunction(node) && !isWithin(thisAround(at), node);
}

function noteName(index: ProgramIndex, uses: Uses, node: SiteNode, name: ts.Identifier): Scope | undefined {
  const symbol = index.symbolAt(name);
  const local = symbol && localSymbol(index, name, symbol);
  // In a file without imports and exports a name may be a global of the language's as well: `print`.
  const declarations = valueDeclarations(local);
  const declaration = declarations.find((one) => index.loaded.isOwn(one.getSourceFile())) ?? declarations[0];
  if (!local || !declaration) return undefined;
  if (!index.loaded.isOwn(declaration.getSourceFile()) && !isImported(declaration)) return undefined;
  if (isWithin(declaration, node)) return undefined;
  const scope = findScope(declaration);
  if (scope === 'module') uses.mentions.add(name.text);
  else uses.captured.set(local, [...(uses.captured.get(local) ?? []), { span: spanOf(name), form: findForm(name) }]);
  return scope;
}

function isImported(declaration: ts.Node): boolean {
  return (
    ts.isImportSpecifier(declaration) ||
    ts.isImportClause(declaration) ||
    ts.isNamespaceImport(declaration) ||
    ts.isImportEqualsDeclaration(declaration)
  );
}

function findForm(name: ts.Identifier): CaptureUse['form'] {
  if (ts.isShorthandPropertyAssignment(name.parent)) return 'shorthand';
  const call = callOf(name);
  return call && !ts.isNewExpression(call) ? 'callee' : 'plain';
}

function describeSelf({ index, shapes }: SiteContext, selves: readonly ts.Node[]): SiteCapture[] {
  const [first] = selves;
  if (!first) return [];
  const uses = selves.map((node): CaptureUse => ({ span: spanOf(node), form: 'plain' }));
  return [{ name: 'this', uses, shape: shapes.shapeOf(index.checker.getTypeAtLocation(first)), functions: [] }];
}

/** Undefined if the variable is changed by a function and there is no place that could tell its instances apart. */
function describeCapture(
  { index, references, flow, shapes }: SiteContext,
  symbol: ts.Symbol,
  uses: CaptureUse[],
): SiteCapture | undefined {
  const [declaration] = valueDeclarations(symbol);
  if (!declaration) return undefined;
  const own = valueDeclarations(symbol).flatMap((one) => functionOfDeclaration(index, one) ?? []);
  const functions = ids(new Set([...flow.heldIn(symbol), ...own]));
  const shape = shapes.shapeOf(index.checker.getTypeOfSymbol(symbol));
  const capture = { name: symbol.name, uses, shape, functions };
  const isChanged = references
    .to(symbol)
    .some((use) => findAssignment(use) !== undefined && ownerOf(use) !== ownerOf(declaration));
  if (!isChanged) return capture;
  const block = findBlock(declaration);
  return block && { ...capture, cell: spanOf(block) };
}

/** The function that a node runs in. */
function ownerOf(node: ts.Node): ts.Node {
  let at = node.parent;
  while (!ts.isFunctionLike(at) && !ts.isSourceFile(at) && !ts.isClassLike(at)) at = at.parent;
  return at;
}

/** The block at whose start each instance of a variable is there: a body, of a loop the body of an iteration. */
function findBlock(declaration: ts.Node): ts.Node | undefined {
  let at = declaration.parent;
  while (!ts.isFunctionLike(at) && !(isBlockScope(at) && !isVar(declaration))) {
    if (ts.isSourceFile(at) || ts.isClassLike(at)) return undefined;
    at = at.parent;
  }
  if (ts.isBlock(at)) return at;
  if (ts.isCatchClause(at)) return at.block;
  if (ts.isIterationStatement(at, false)) return ts.isBlock(at.statement) ? at.statement : undefined;
  return isFunctionNode(at) ? at.body : undefined;
}

function isVar(declaration: ts.Node): boolean {
  return ts.isVariableDeclaration(declaration) && !(ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.BlockScoped);
}
