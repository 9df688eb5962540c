/** `fdk.handle(async (input, context) => output)` */
import { decode, joinBytes, toBytes } from '../bytes.ts';
import type { HttpCall, Module, Pairs, Result, Run, Settings } from '../form.ts';
import {
  findRegistered,
  type InputMode,
  makeContext,
  RawResult,
  StreamResult,
  type Written,
} from '../frameworks/fdk.ts';
import { isJsonType, readType, withType } from '../headers.ts';
import { findJson } from '../json.ts';
import { asHttp, readStatus } from '../meet.ts';

export function adapt(_module: Module, { name, timeout }: Settings): Run {
  const registered = findRegistered();
  if (!registered) throw new TypeError('The handler has not been given to fdk.handle');
  const { handler, inputMode } = registered;
  return async (call) => {
    const request = asHttp(call);
    const written: Written = { headers: new Map() };
    const output: unknown = await handler(readInput(request, inputMode), makeContext(request, name, timeout, written));
    const headers = [...written.headers].flatMap(([key, values]) =>
      values.map((value): [string, string] => [key.toLowerCase(), value]),
    );
    const isBare = written.status === undefined && headers.length === 0;
    if (isBare && call.kind === 'event' && !isRaw(output)) return { kind: 'value', value: output };
    return toResult(output, withType(headers, 'application/json'), written.status);
  };
}

function isRaw(output: unknown): boolean {
  return output instanceof RawResult || output instanceof StreamResult;
}

function readInput({ body }: HttpCall, mode: InputMode): unknown {
  if (mode === 'buffer') return Buffer.from(body);
  const text = decode(body);
  return mode === 'string' ? text : (findJson(text) ?? text);
}

async function toResult(output: unknown, headers: Pairs, given: number | undefined): Promise<Result> {
  const status = readStatus(given);
  if (output instanceof RawResult) return { kind: 'http', status, headers, body: toBytes(output.raw) };
  if (output instanceof StreamResult) {
    const parts: Uint8Array[] = [];
    for await (const part of output.stream) parts.push(toBytes(part));
    return { kind: 'http', status, headers, body: joinBytes(parts) };
  }
  const isJson = isJsonType(readType(headers));
  const body = output === undefined || output === null ? undefined : isJson ? JSON.stringify(output) : output;
  return { kind: 'http', status, headers, body: toBytes(body) };
}
