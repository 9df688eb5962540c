/** Functions that something else than a call of the program starts: a request, the clock, a file that changes. */
import type { Param } from '../../templates/runtime/http.ts';
import type { InputType } from '../../templates/runtime/input.ts';
import type { FunctionFacts, InputFacts, RoutePlan, SchedulePlan, Shape } from '../types.ts';
import { type Address, hasBody, parseRoute } from './routes.ts';
import { findScheduleProblem } from './schedules.ts';

const STARTS = ['http', 'schedule', 'watch'];

export function isStartedFromOutside({ annotation }: FunctionFacts): boolean {
  return STARTS.some((key) => annotation?.settings[key] !== undefined);
}

export function findSchedule({ id, annotation }: FunctionFacts): SchedulePlan | undefined {
  const expression = annotation?.settings.schedule?.trim();
  return expression === undefined || findScheduleProblem(expression) !== undefined ? undefined : { fn: id, expression };
}

export function findAddress({ annotation }: FunctionFacts): Address | undefined {
  const parsed = annotation?.settings.http === undefined ? undefined : parseRoute(annotation.settings.http);
  return parsed && 'path' in parsed ? parsed : undefined;
}

/** How a request becomes a call, if the function has an address. */
export function findRoute(fn: FunctionFacts): RoutePlan | undefined {
  const address = findAddress(fn);
  if (!address) return undefined;
  const { method, path } = address;
  const params = listParams(fn, address);
  return {
    key: `${method} ${path}`,
    fn: fn.id,
    params,
    ...((fn.answers || givesAnswers(fn.returns)) && { raw: true }),
  };
}

/**
 * What the path does not name comes from the query, or from the body where there may be one: all of it for the only parameter that
 * text cannot give, else field by field.
 */
export function listParams(fn: FunctionFacts, address: Address): Param[] {
  const wide = fn.params.filter((_, index) => !isText(inputOf(fn, index).type) && !isNamedIn(address, fn, index));
  const takesWhole = hasBody(address) && wide.length === 1;
  const chooseSource = (index: number): Param['from'] => {
    if (isNamedIn(address, fn, index)) return 'path';
    if (takesWhole) return wide.some((param) => param === fn.params[index]) ? 'body' : 'query';
    return hasBody(address) ? 'field' : 'query';
  };
  return fn.params.map((param, index) => {
    const { type, optional } = inputOf(fn, index);
    const mayMiss = param.optional || optional === true;
    const rest = {
      type,
      ...(mayMiss && { optional: true as const }),
      ...(param.rest && { rest: true as const }),
    };
    return { name: param.name, from: chooseSource(index), ...rest };
  });
}

function inputOf({ inputs }: FunctionFacts, index: number): InputFacts {
  return inputs?.[index] ?? { type: 'any' };
}

function isNamedIn({ names }: Address, fn: FunctionFacts, index: number): boolean {
  return names.includes(fn.params[index]?.name ?? '');
}

/** Text can say it: a primitive, a date, a choice of them; of a query also a list of those. */
export function isText(type: InputType, allowsList = true): boolean {
  if (typeof type === 'object' && 'list' in type) return allowsList && isText(type.list, false);
  if (typeof type === 'object' && 'either' in type)
    return isClear(type.either) && type.either.every((one) => isText(one, false));
  return typeof type === 'object' ? 'oneOf' in type : type !== 'any';
}

/** `string | number` is not: which one is meant by 42? */
function isClear(types: readonly InputType[]): boolean {
  const kinds = new Set(types.flatMap(kindsOf));
  if (kinds.has('string')) return [...kinds].every((kind) => kind === 'string' || kind === 'text' || kind === 'null');
  return !(kinds.has('Date') && kinds.has('number'));
}

/** `text`: one of some texts. */
function kindsOf(type: InputType): string[] {
  if (typeof type === 'string') return [type];
  return 'oneOf' in type ? type.oneOf.map((one) => (typeof one === 'string' ? 'text' : typeof one)) : ['other'];
}

/** `{ statusCode: 404, body: 'none' }` */
function givesAnswers(shape: Shape): boolean {
  if (shape.kind === 'union') return shape.of.some(givesAnswers);
  if (shape.kind !== 'object' || !Object.hasOwn(shape.fields, 'statusCode')) return false;
  return ['headers', 'body'].some((name) => Object.hasOwn(shape.fields, name));
}
