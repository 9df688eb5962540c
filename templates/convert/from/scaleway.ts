/** `export const handle = (event, context, callback) => ({ statusCode, headers, body })` */

import { toBytes } from '../bytes.ts';
import type { Module, Result, Run, Settings } from '../form.ts';
import { isRecord } from '../form.ts';
import { toGatewayEvent } from '../gateway.ts';
import { withType } from '../headers.ts';
import { asHttp, findGatewayAnswer } from '../meet.ts';
import { getFunction } from '../pick.ts';
import { isThenable } from '../settle.ts';

export function adapt(module: Module, settings: Settings): Run {
  const handle = getFunction(module, settings.handler);
  return async (given) => {
    const call = asHttp(given);
    const event = toGatewayEvent(call, settings.name);
    const context = { functionName: settings.name, functionVersion: '', memoryLimitInMb: 128, awsRequestId: call.id };
    const value = await new Promise<unknown>((resolve, reject) => {
      const callback = (error: unknown, result: unknown) => (error ? reject(error) : resolve(result));
      const returned: unknown = handle(event, context, callback);
      if (isThenable(returned) || returned !== undefined || handle.length < 3) resolve(returned);
    });
    return toResult(value);
  };
}

function toResult(value: unknown): Result {
  const answer = findGatewayAnswer(value);
  if (answer) return answer;
  if (typeof value === 'string')
    return { kind: 'http', status: 200, headers: withType([], 'text/plain; charset=utf-8'), body: toBytes(value) };
  if (isRecord(value) && value.body !== undefined) return toResult({ statusCode: 200, ...value });
  return { kind: 'value', value };
}
