/** `module.exports = async (event, context) => context.status(200).succeed(value)`, or a value, or a callback */
import { decode, toBytes } from '../bytes.ts';
import { type HttpCall, isRecord, type Module, type Result, type Run, type Settings } from '../form.ts';
import { joinHeaders, readHeaders, readQuery, splitUrl, withType } from '../headers.ts';
import { asHttp, findMessage, readBody, readStatus } from '../meet.ts';
import { getFunction } from '../pick.ts';
import { openSettling, type Settling } from '../settle.ts';

export function adapt(module: Module, settings: Settings): Run {
  const handler = getFunction(module, settings.handler);
  return async (call) => {
    const settling = openSettling<Result>();
    const context = new Context(settling);
    const done = (error: unknown, value: unknown) => (error ? context.fail(error) : context.succeed(value));
    const returned: unknown = await handler(toEvent(asHttp(call)), context, done);
    // A handler that takes a callback, or has called it already, says there what comes of it.
    if (!context.isDone && (handler.length < 3 || returned !== undefined)) context.succeed(returned);
    return settling.done;
  };
}

function toEvent(call: HttpCall) {
  const { path, query } = splitUrl(call.url);
  const isRaw = process.env.RAW_BODY === 'true';
  const body = isRaw ? Buffer.from(call.body) : (readBody(call) ?? (call.headers.length > 0 ? {} : decode(call.body)));
  return { body, headers: joinHeaders(call.headers), method: call.method, query: readQuery(query), path };
}

class Context {
  isDone = false;
  private readonly settling: Settling<Result>;
  private code = 200;
  private fields: unknown = {};

  constructor(settling: Settling<Result>) {
    this.settling = settling;
  }

  status(code?: number): unknown {
    if (!code) return this.code;
    this.code = code;
    return this;
  }

  headers(fields?: unknown): unknown {
    if (!fields) return this.fields;
    this.fields = fields;
    return this;
  }

  succeed(value: unknown): void {
    this.isDone = true;
    const isJson = isRecord(value) && !ArrayBuffer.isView(value);
    const type = ArrayBuffer.isView(value) ? 'application/octet-stream' : 'text/html; charset=utf-8';
    const headers = value === undefined ? readHeaders(this.fields) : withType(readHeaders(this.fields), type);
    const body = toBytes(isJson ? JSON.stringify(value) : value);
    this.settling.succeed({ kind: 'http', status: readStatus(this.code), headers, body });
  }

  /** With a status of its own it is an answer, else a failure. */
  fail(value: unknown): void {
    this.isDone = true;
    if (this.code === 200) return this.settling.fail(value);
    const body = toBytes(findMessage(value) !== undefined ? String(value) : value);
    const headers = withType(readHeaders(this.fields), 'text/html; charset=utf-8');
    this.settling.succeed({ kind: 'http', status: readStatus(this.code), headers, body });
  }
}
