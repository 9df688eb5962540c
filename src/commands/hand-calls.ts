/** Functions of what is served here are called without an app: by what comes in, or because a file has changed. */

import { FaasifyError } from '../errors.ts';
import { type JsonAnswer, readJsonAnswer } from '../invoke/answer.ts';
import { type Callee, readPayload, readTextArguments } from '../invoke/arguments.ts';
import { makeRequest } from '../invoke/request.ts';
import type { Manifest } from '../types.ts';
import { findNamedFunction } from './named-function.ts';

export interface HandFunction {
  callee: Callee;
  /** Calls that may be under way at once. */
  concurrency: number;
  call(args: readonly unknown[]): Promise<JsonAnswer>;
}

export type SendByHand = (unit: string, event: string) => Promise<{ payload: string; isError: boolean }>;

const USUAL_CONCURRENCY = 8;

/** Throws if there is no such function, or it cannot be called by itself. */
export function openHandFunction(manifest: Manifest, name: string, send: SendByHand): HandFunction {
  const { id, unit } = findNamedFunction(manifest, name);
  const params = manifest.functions.find((fn) => fn.id === id)?.params;
  if (!params) {
    throw new FaasifyError('argument', `${id} cannot be called by itself`, {
      fix: 'It is called on an object, uses what is around it or gives values one by one: call what uses it.',
    });
  }
  const contract = manifest.cuts.find(({ fn }) => fn === id)?.contract ?? '';
  return {
    callee: { id, params },
    concurrency: unit.settings.concurrency ?? USUAL_CONCURRENCY,
    async call(args) {
      const { text, objects } = makeRequest({ fn: id, contract }, args);
      const { payload, isError } = await send(unit.name, text);
      return readJsonAnswer(payload, isError, objects);
    },
  };
}

/** The only argument, as `faasify invoke` reads it; JSON with all of them for a function that takes more than one. */
export function readLine(callee: Callee, line: string): unknown[] {
  const { params } = callee;
  if (params.length <= 1 && !params[0]?.rest) return readTextArguments(callee, [line]);
  try {
    return readPayload(callee, JSON.parse(line));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new FaasifyError('argument', `${callee.id}: the line is no JSON: ${error.message}`, {
      fix: 'A function with more than one parameter takes a list of arguments, or an object with their names.',
    });
  }
}
