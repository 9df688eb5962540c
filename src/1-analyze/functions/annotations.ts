/** `@faas memory=512 timeout=30s` in a JSDoc comment, on a function, method, class or variable; `@faas off`. */

import ts from 'typescript';
import type { Annotation } from '../../types.ts';
import type { FunctionEntry, ProgramIndex } from '../names/program-index.ts';

export function findAnnotation(index: ProgramIndex, entry: FunctionEntry): Annotation | undefined {
  if (!entry.file.text.includes('@faas')) return undefined;
  return readTag(index, entry.node) ?? (entry.cls && readTag(index, entry.cls.node));
}

function readTag(index: ProgramIndex, node: ts.Node): Annotation | undefined {
  const tag = ts.getJSDocTags(node).find(({ tagName }) => tagName.text === 'faas');
  if (tag) return { at: index.loaded.place(tag), ...parseSettings(ts.getTextOfJSDocComment(tag.comment) ?? '') };
  const comment = findOnLine(node);
  if (comment) return { at: index.loaded.place(node), ...parseSettings(comment) };
  const decorator = (ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : []).find(isFaasDecorator);
  return decorator && { at: index.loaded.place(decorator), ...parseDecorator(decorator) };
}

/** `class Cart { /** @faas off *\/ total() { … } }`: to the compiler a comment on the line of what is in front belongs to that. */
function findOnLine(node: ts.Node): string | undefined {
  const { text } = node.getSourceFile();
  const ranges = ts.getTrailingCommentRanges(text, findHost(node).pos) ?? [];
  const [, settings] = ranges.map((range) => TAG.exec(text.slice(range.pos, range.end))).find(Boolean) ?? [];
  return settings;
}

const TAG = /^\/\*\*[\s\S]*?@faas\b([\s\S]*?)(?:@|\*\/$)/;

/** `const total = () => …;` as a whole */
function findHost(node: ts.Node): ts.Node {
  const { parent } = node;
  const isFirst = !ts.isVariableDeclarationList(parent) || parent.declarations[0] === node;
  const isPart =
    ts.isVariableDeclaration(parent) ||
    ts.isVariableDeclarationList(parent) ||
    ts.isVariableStatement(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isPropertyAssignment(parent);
  return isPart && isFirst ? findHost(parent) : node;
}

/** Words of the form `key=value`, quotes around the value allowed; the word `off`. Others are kept with an empty value. */
function parseSettings(text: string): { off: boolean; settings: Record<string, string> } {
  const settings: Record<string, string> = {};
  for (const [, key = '', quoted, bare] of text.matchAll(/([\w-]+)(?:=(?:"([^"]*)"|(\S+)))?/g)) {
    settings[key] = quoted ?? bare ?? '';
  }
  const off = settings.off === '';
  if (off) delete settings.off;
  return { off, settings };
}

export function isFaasDecorator({ expression }: ts.Decorator): boolean {
  const name = ts.isCallExpression(expression) ? expression.expression : expression;
  return ts.isIdentifier(name) && name.text === 'faas';
}

/** `@faas({ memory: 512 })`, `@faas('off')`. */
function parseDecorator({ expression }: ts.Decorator): { off: boolean; settings: Record<string, string> } {
  const argument = ts.isCallExpression(expression) ? expression.arguments[0] : undefined;
  if (argument && ts.isStringLiteralLike(argument)) return parseSettings(argument.text);
  const settings: Record<string, string> = {};
  for (const property of argument && ts.isObjectLiteralExpression(argument) ? argument.properties : []) {
    if (!ts.isPropertyAssignment(property)) continue;
    const { initializer } = property;
    settings[property.name.getText()] = ts.isStringLiteralLike(initializer) ? initializer.text : initializer.getText();
  }
  return { off: false, settings };
}
