/** Whether a handler that is given events expects those of requests. */
import ts from 'typescript';
import type { Place } from '../types.ts';
import { type FunctionNode, placeOf } from './parsed.ts';

export interface EventForm {
  form: 'http' | 'json';
  /** What tells. */
  what?: string;
  at?: Place;
}

const OF_REQUESTS = [
  ...['httpMethod', 'rawPath', 'rawQueryString', 'queryStringParameters', 'multiValueQueryStringParameters'],
  ...[
    'pathParameters',
    'requestContext',
    'isBase64Encoded',
    'multiValueHeaders',
    'routeKey',
    'cookies',
    'body',
    'headers',
  ],
];

/** Without a function to look into, an adapter of a framework for requests has most likely made the handler. */
export function findEventForm(file: string, handler: FunctionNode | undefined): EventForm {
  const parameter = handler?.parameters[0];
  if (!handler || !parameter) return { form: handler ? 'json' : 'http' };
  const name = ts.isIdentifier(parameter.name) ? parameter.name.text : undefined;
  let found: EventForm | undefined;
  const visit = (node: ts.Node): void => {
    found ??= findMember(node, name, file);
    if (!found) ts.forEachChild(node, visit);
  };
  visit(handler);
  return found ?? { form: 'json' };
}

function findMember(node: ts.Node, name: string | undefined, file: string): EventForm | undefined {
  const tells = (member: string) => OF_REQUESTS.includes(member);
  if (ts.isPropertyAccessExpression(node) && node.expression.getText() === name && tells(node.name.text)) {
    return { form: 'http', what: node.getText(), at: placeOf(node, file) };
  }
  if (ts.isPropertyAssignment(node) && node.name.getText() === 'statusCode') {
    return { form: 'http', what: 'statusCode in its result', at: placeOf(node, file) };
  }
  if (!ts.isBindingElement(node)) return undefined;
  const key = (node.propertyName ?? node.name).getText();
  return tells(key) ? { form: 'http', what: key, at: placeOf(node, file) } : undefined;
}
