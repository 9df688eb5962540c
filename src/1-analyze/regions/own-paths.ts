/** Paths that begin with where their own file lies and are the same whenever they are asked for. */

import { dirname, isAbsolute, join, normalize, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import type { ProgramIndex } from '../names/program-index.ts';
import type { References } from '../names/references.ts';
import { isConstant, unwrap, walk } from '../names/syntax.ts';
import { findOutsideUse } from '../outside/outside.ts';

/** `text`: any string, also a path; `href`: the text of an address; `url`: an instance of URL. `placed`: it begins with such a place. */
interface Value {
  kind: 'text' | 'href' | 'url';
  text: string;
  placed: boolean;
}

export interface PathContext {
  index: ProgramIndex;
  references: References;
}

/** The absolute path that an argument of Node's file functions stands for; undefined if it is another one or not the same each time. */
export function findOwnPath(context: PathContext, argument: ts.Expression): string | undefined {
  const value = evaluate(context, argument);
  if (!value?.placed || value.kind === 'href') return undefined;
  const path = value.kind === 'url' ? toPath(value.text) : value.text;
  return path !== undefined && isAbsolute(path) ? normalize(path) : undefined;
}

/** Something in it stands for a place near its own file. */
export function mentionsOwnPlace(context: PathContext, argument: ts.Expression): boolean {
  let found = false;
  walk(argument, (node) => {
    found ||= ts.isExpression(node) && (evaluate(context, node)?.placed ?? false);
    return found ? false : undefined;
  });
  return found;
}

function evaluate(context: PathContext, expression: ts.Expression): Value | undefined {
  const node = unwrap(expression);
  if (ts.isStringLiteralLike(node)) return { kind: 'text', text: node.text, placed: false };
  if (ts.isTemplateExpression(node)) {
    const parts = node.templateSpans.flatMap(({ expression, literal }) => [evaluate(context, expression), literal]);
    return concatenate([node.head, ...parts]);
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return concatenate([evaluate(context, node.left), evaluate(context, node.right)]);
  }
  if (ts.isPropertyAccessExpression(node) && ts.isMetaProperty(node.expression)) return evaluateMeta(node);
  if (ts.isIdentifier(node)) return evaluateName(context, node);
  if (ts.isNewExpression(node)) return evaluateUrl(context, node);
  return ts.isCallExpression(node) ? evaluateCall(context, node) : undefined;
}

function concatenate(parts: readonly (Value | ts.TemplateLiteralLikeNode | undefined)[]): Value | undefined {
  let [text, placed] = ['', false];
  for (const part of parts) {
    if (part?.kind === undefined || part.kind === 'href' || part.kind === 'url') return undefined;
    if ('placed' in part) placed ||= part.placed;
    text += part.text;
  }
  return { kind: 'text', text, placed };
}

function fileOf(node: ts.Node): string {
  return node.getSourceFile().fileName;
}

function evaluateMeta(node: ts.PropertyAccessExpression): Value | undefined {
  const file = fileOf(node);
  if (node.name.text === 'url') return { kind: 'href', text: pathToFileURL(file).href, placed: true };
  if (node.name.text === 'filename') return { kind: 'text', text: file, placed: true };
  return node.name.text === 'dirname' ? { kind: 'text', text: dirname(file), placed: true } : undefined;
}

/** `__dirname`, or a constant. One that holds an instance of URL must not be changed. */
function evaluateName(context: PathContext, name: ts.Identifier): Value | undefined {
  const symbol = context.index.symbolAt(name);
  const declaration = symbol?.valueDeclaration;
  const isOwn = declaration && context.index.loaded.isOwn(declaration.getSourceFile());
  if (!isOwn) {
    if (name.text === '__filename') return { kind: 'text', text: fileOf(name), placed: true };
    return name.text === '__dirname' ? { kind: 'text', text: dirname(fileOf(name)), placed: true } : undefined;
  }
  if (!ts.isVariableDeclaration(declaration) || !declaration.initializer || !ts.isIdentifier(declaration.name)) {
    return undefined;
  }
  if (!isConstant(declaration)) return undefined;
  const value = evaluate(context, declaration.initializer);
  const isSafe = value?.kind !== 'url' || context.references.to(symbol).every(isHarmlessUse);
  return isSafe ? value : undefined;
}

/** An argument of what only reads it. */
function isHarmlessUse(use: ts.Identifier): boolean {
  const { parent } = use;
  if (ts.isNewExpression(parent)) return parent.expression.getText() === 'URL';
  if (!ts.isCallExpression(parent) || parent.expression === use) return false;
  return /(?:^|\.)(?:readFileSync|readFile|existsSync|readdirSync|readdir|fileURLToPath)$/.test(
    parent.expression.getText(),
  );
}

/** `new URL('./data.json', import.meta.url)` */
function evaluateUrl(context: PathContext, node: ts.NewExpression): Value | undefined {
  const [path, base, ...others] = (node.arguments ?? []).map((argument) => evaluate(context, argument));
  const use = findOutsideUse(context.index, node.expression);
  if (use?.path.at(-1) !== 'URL' || path?.kind !== 'text' || !base || others.length > 0) return undefined;
  if (base.kind === 'text' || path.placed) return undefined;
  return URL.canParse(path.text, base.text)
    ? { kind: 'url', text: new URL(path.text, base.text).href, placed: base.placed }
    : undefined;
}

const PATH_FUNCTIONS: Record<string, (parts: string[]) => string | undefined> = {
  join: (parts) => join(...parts),
  resolve: (parts) => (isAbsolute(parts[0] ?? '') ? resolve(...parts) : undefined),
  normalize: ([path, ...others]) => (path === undefined || others.length > 0 ? undefined : normalize(path)),
  dirname: ([path, ...others]) => (path === undefined || others.length > 0 ? undefined : dirname(path)),
};

/** `join(__dirname, 'x.txt')`, `fileURLToPath(import.meta.url)` */
function evaluateCall(context: PathContext, node: ts.CallExpression): Value | undefined {
  const use = findOutsideUse(context.index, node.expression);
  if (use?.from.kind !== 'import') return undefined;
  const values = node.arguments.map((argument) => evaluate(context, argument));
  const name = use.path.at(-1) ?? '';
  const [first] = values;
  if (/^(?:node:)?url$/.test(use.from.specifier) && name === 'fileURLToPath') {
    const text = first && first.kind !== 'text' && values.length === 1 ? toPath(first.text) : undefined;
    return text === undefined ? undefined : { kind: 'text', text, placed: first?.placed ?? false };
  }
  if (!/^(?:node:)?path$/.test(use.from.specifier) || !Object.hasOwn(PATH_FUNCTIONS, name)) return undefined;
  const texts = values.flatMap((value) => (value?.kind === 'text' ? [value.text] : []));
  const text = texts.length === values.length ? PATH_FUNCTIONS[name]?.(texts) : undefined;
  return text === undefined ? undefined : { kind: 'text', text, placed: values.some((value) => value?.placed) };
}

function toPath(href: string): string | undefined {
  try {
    return fileURLToPath(href);
  } catch {
    return undefined;
  }
}
