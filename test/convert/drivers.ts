/**
 * A tiny runtime for each convention, written from its documentation and from what its own runtime was seen to do: loads a
 * module, and calls it with a request. `test:real` has the runtimes themselves.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ConventionName } from '../../src/convert/conventions.ts';

export interface Asked {
  method: string;
  /** `/?q=1` */
  url: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

/** `failed`: the runtime calls it an error, whatever it shows of it. */
export interface Said {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  failed: boolean;
  cookies?: string[];
}

export interface Loaded {
  call(asked: Asked): Promise<Said>;
  /** An event, where the convention has any. */
  send?(event: unknown): Promise<unknown>;
  close(): void;
}

export type Driver = (file: string, name: string) => Promise<Loaded>;

// biome-ignore lint/suspicious/noExplicitAny: whatever a module exports
type Any = any;

const require = createRequire(import.meta.url);
let loads = 0;

async function load(file: string): Promise<Any> {
  if (file.endsWith('.mjs') || isModule(file))
    return import(/* @vite-ignore */ `${pathToFileURL(file).href}?${++loads}`);
  delete require.cache[file];
  return require(file);
}

function isModule(file: string): boolean {
  const settings = join(dirname(file), 'package.json');
  return existsSync(settings) && JSON.parse(readFileSync(settings, 'utf8')).type === 'module';
}

/** Stand-ins for the packages that functions import: they keep what is registered. */
export function writeFrameworks(folder: string): void {
  const write = (name: string, text: string) => {
    mkdirSync(join(folder, 'node_modules', name), { recursive: true });
    writeFileSync(join(folder, 'node_modules', name, 'index.js'), text);
  };
  const keep = 'const kept = (globalThis.registered ??= {});';
  write('@google-cloud/functions-framework', `${keep} exports.http = (name, fn) => { kept.gcf = { name, fn }; };`);
  write(
    '@azure/functions',
    `${keep} exports.app = { http: (name, options) => { kept.azure = { name, ...options }; } };`,
  );
  write(
    '@fnproject/fdk',
    `${keep} exports.handle = (fn, options) => { kept.fn = { fn, options }; }; exports.rawResult = (raw) => ({ raw });`,
  );
}

function take(kind: string): Any {
  const kept: Any = Reflect.get(globalThis, 'registered');
  const found = kept[kind];
  delete kept[kind];
  return found;
}

const fail = (error: unknown, status = 500): Said => {
  const text = error instanceof Error ? error.message : JSON.stringify(error);
  return { status, headers: {}, body: Buffer.from(text), failed: true };
};

async function say(run: () => Promise<Response>): Promise<Said> {
  const response = await run();
  const body = Buffer.from(await response.arrayBuffer());
  const headers = Object.fromEntries(response.headers);
  return { status: response.status, headers, body, failed: response.status >= 500 };
}

/** Over a connection: what is there is what a client sees. */
async function serve(listener: RequestListener): Promise<Loaded> {
  const server = http.createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    call: ({ url, body, ...init }) =>
      say(() => fetch(`http://127.0.0.1:${port}${url}`, { ...init, ...(body !== undefined && { body }) })),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function readAll(req: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of req) parts.push(part);
  return Buffer.concat(parts);
}

type Parsing = 'json' | 'raw' | 'none';

/** As Express and its body parsers leave them. */
async function express(req: Any, res: Any, parsing: Parsing): Promise<{ req: Any; res: Any }> {
  const url = new URL(req.url, 'http://localhost');
  Object.assign(req, { query: Object.fromEntries(url.searchParams), path: url.pathname, originalUrl: req.url });
  req.get = (name: string) => req.headers[name.toLowerCase()];
  if (parsing !== 'none') {
    const bytes = await readAll(req);
    const isJson = String(req.headers['content-type']).startsWith('application/json');
    req.rawBody = parsing === 'raw' ? bytes : undefined;
    req.body =
      parsing === 'raw' ? bytes : bytes.length === 0 ? {} : isJson ? JSON.parse(bytes.toString()) : bytes.toString();
  }
  res.status = (code: number) => Object.assign(res, { statusCode: code });
  res.set = (name: Any, value: Any) => {
    for (const [key, one] of typeof name === 'string' ? [[name, value]] : Object.entries(name)) res.setHeader(key, one);
    return res;
  };
  res.json = (value: unknown) => {
    if (!res.hasHeader('content-type')) res.setHeader('content-type', 'application/json; charset=utf-8');
    res.end(JSON.stringify(value));
  };
  res.send = (body: Any) => {
    if (Buffer.isBuffer(body) || typeof body === 'string') return res.end(body);
    return body === undefined ? res.end() : res.json(body);
  };
  return { req, res };
}

function serveExpress(parsing: Parsing, handle: (req: Any, res: Any) => unknown): Promise<Loaded> {
  return serve(async (req: IncomingMessage, res: ServerResponse) => {
    try {
      const both = await express(req, res, parsing);
      await handle(both.req, both.res);
    } catch (error) {
      res.statusCode = 500;
      res.end(error instanceof Error ? error.message : String(error));
    }
  });
}

const toEvent = ({ method, url, headers, body }: Asked) => {
  const { pathname, searchParams, search } = new URL(url, 'http://localhost');
  const query = Object.fromEntries(searchParams);
  const encoded = typeof body === 'object';
  return {
    ...{
      version: '2.0',
      rawPath: pathname,
      rawQueryString: search.slice(1),
      headers,
      path: pathname,
      httpMethod: method,
    },
    ...(searchParams.size > 0 && { queryStringParameters: query }),
    requestContext: { http: { method, path: pathname, sourceIp: '127.0.0.1' }, requestId: 'r1' },
    ...(body !== undefined && { body: encoded ? Buffer.from(body).toString('base64') : body }),
    isBase64Encoded: encoded,
  };
};

const fromAnswer = ({
  statusCode = 200,
  headers = {},
  body = '',
  isBase64Encoded = false,
  cookies = [],
}: Any): Said => {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  const bytes = Buffer.from(String(body), isBase64Encoded ? 'base64' : 'utf8');
  return { status: statusCode, headers: Object.fromEntries(entries), body: bytes, failed: statusCode >= 500, cookies };
};

const toWebRequest = ({ method, url, headers, body }: Asked, prefix = ''): Request =>
  new Request(`https://example.com${prefix}${url}`, { method, headers, ...(body !== undefined && { body }) });

/** A handler of `Request`s. */
const callWeb = (handler: (request: Any) => unknown, prefix = ''): Loaded => ({
  call: async (asked) => {
    try {
      const response = (await handler(toWebRequest(asked, prefix))) as Response;
      return await say(async () => response);
    } catch (error) {
      return fail(error);
    }
  },
  close: () => {},
});

const lambda: Driver = async (file) => {
  const { handler } = await load(file);
  const context = { awsRequestId: 'a1', getRemainingTimeInMillis: () => 3000 };
  const send = (event: unknown) => handler(event, context);
  const call = async (asked: Asked) => send(toEvent(asked)).then(fromAnswer, fail);
  return { call, send, close: () => {} };
};

const gcf: Driver = async (file) => {
  await load(file);
  const { fn } = take('gcf');
  return serveExpress('json', async (req, res) => fn(req, res));
};

const azure: Driver = async (file, name) => {
  await load(file);
  const { handler, route } = take('azure');
  const prefix = route === undefined ? '' : `/api/${name}`;
  return callWeb(async (request) => {
    const query = new URL(request.url).searchParams;
    const context = { invocationId: 'i1', log: () => {} };
    const {
      status = 200,
      headers,
      body,
      jsonBody,
    } = await handler(Object.assign(request, { query, params: {} }), context);
    return jsonBody === undefined
      ? new Response(body, { status, headers })
      : Response.json(jsonBody, { status, headers });
  }, prefix);
};

/** A web action, raw as converted ones are deployed; `/run` of the runtime has no other forms than these. */
const openwhisk: Driver = async (file) => {
  const text = readFileSync(file, 'utf8');
  const isExported = text.includes('module.exports');
  const main = isExported ? (await load(file)).main : new Function(`${text}\nreturn main;`)();
  const send = async (params: unknown) => main(params);
  const call = async ({ method, url, headers, body }: Asked): Promise<Said> => {
    process.env.__OW_ACTIVATION_ID = 'o1';
    const { searchParams, pathname, search } = new URL(url, 'http://localhost');
    const around = {
      __ow_method: method.toLowerCase(),
      __ow_headers: headers,
      __ow_path: pathname === '/' ? '' : pathname,
    };
    const isText = headers['content-type']?.startsWith('text/');
    const raw = body === undefined ? '' : isText ? body : Buffer.from(body).toString('base64');
    const named = { ...Object.fromEntries(searchParams), ...(body === undefined ? {} : JSON.parse(String(body))) };
    try {
      const given = await send(
        isExported ? { ...around, __ow_query: search.slice(1), __ow_body: raw } : { ...around, ...named },
      );
      if (given.error && !given.error.statusCode) return fail(given.error);
      const answer = given.error ?? given;
      const type = String(answer.headers?.['content-type']);
      const isBinary = typeof answer.body === 'string' && !/json|text|xml|javascript|form/.test(type);
      const shown = typeof answer.body === 'object' ? JSON.stringify(answer.body) : answer.body;
      return fromAnswer({ ...answer, body: shown, isBase64Encoded: isBinary });
    } catch (error) {
      return fail(error, 502);
    }
  };
  return { call, send, close: () => {} };
};

const fission: Driver = async (file) => {
  const module = await load(file);
  const fn = module.default ?? module;
  return serveExpress('json', async (request, response) => {
    const { status, body, headers = {} } = await fn({ request, response });
    response.set(headers).status(status).send(body);
  });
};

const canonical = (name: string) => name.replace(/(^|-)([a-z])/g, (part) => part.toUpperCase());

const fn: Driver = async (file) => {
  await load(file);
  const { fn: handle, options } = take('fn');
  const call = async ({ method, url, headers, body = '' }: Asked): Promise<Said> => {
    const set: Record<string, string> = {};
    const named = { ...headers, 'fn-http-method': method, 'fn-http-request-url': `https://gateway.example${url}` };
    const given = Object.fromEntries(Object.entries(named).map(([name, value]) => [canonical(name), [value]]));
    const gateway = {
      ...{ method, requestURL: named['fn-http-request-url'], headers },
      set statusCode(status: number) {
        set['fn-http-status'] = String(status);
      },
      setResponseHeader(name: string, value: string) {
        set[name.toLowerCase()] = value;
      },
    };
    const context: Any = { callID: 'c1', deadline: new Date(Date.now() + 3000), headers: given, httpGateway: gateway };
    context.responseContentType = 'application/json';
    const bytes = Buffer.from(body);
    const input = options?.inputMode === 'buffer' ? bytes : bytes.length === 0 ? '' : JSON.parse(bytes.toString());
    try {
      const output = await handle(input, context);
      const { 'fn-http-status': status = '200', ...rest } = set;
      const shown = output?.raw ?? Buffer.from(JSON.stringify(output));
      const all = { ...rest, 'content-type': context.responseContentType };
      return { status: Number(status), headers: all, body: shown, failed: Number(status) >= 500 };
    } catch (error) {
      return fail(error, 502);
    }
  };
  return { call, close: () => {} };
};

const knative: Driver = async (file) => {
  const { handle } = await load(file);
  return serveExpress('json', async (req, res) => {
    const isEmpty = Object.keys(req.body).length === 0;
    const body = isEmpty ? undefined : req.body;
    const context = { method: req.method, headers: req.headers, query: req.query, body };
    const { statusCode = 200, headers = {}, body: said } = await handle.call(Object.freeze({}), context, body);
    res.set(headers).status(statusCode).send(said);
  });
};

const openfaas: Driver = async (file) => {
  const handler = await load(file);
  return serveExpress('json', async (req, res) => {
    const { body, headers, method, query, path } = req;
    const context: Any = { code: 200, fields: {} };
    context.status = (code: number) => Object.assign(context, { code });
    context.headers = (fields: unknown) => Object.assign(context, { fields });
    context.succeed = (value: unknown) => {
      context.isDone = true;
      const isPlain = Array.isArray(value) || value?.constructor === Object;
      res
        .set(context.fields)
        .status(context.code)
        .send(isPlain ? JSON.stringify(value) : value);
    };
    const value = await handler({ body, headers, method, query, path }, context);
    if (!context.isDone) context.succeed(value);
  });
};

const kubeless: Driver = async (file) => {
  const { echo, main: handler = echo } = await load(file);
  return serveExpress('raw', async (request, response) => {
    const text = request.body.toString();
    const isJson = String(request.headers['content-type']).startsWith('application/json');
    const data = isJson && text !== '' ? JSON.parse(text) : text;
    const event = { 'event-id': 'e1', data, extensions: { request, response } };
    const value = await handler(event, { 'function-name': 'echo' });
    if (response.writableEnded) return;
    if (typeof value === 'object') response.json(value);
    else response.end(value);
  });
};

const webtask: Driver = async (file) => {
  const task = await load(file);
  if (task.length !== 3) throw new Error(`a webtask of ${task.length} parameters`);
  return serveExpress('none', async (req, res) =>
    task({ query: req.query, headers: req.headers, data: req.query }, req, res),
  );
};

const hookio: Driver = async (file) => {
  const hook = await load(file);
  return serveExpress('json', async (req, res) => {
    const params = { ...req.query, ...req.body };
    await hook({ req, res, params, env: {} }, res, () => {});
  });
};

const workers: Driver = async (file) => {
  const worker = (await load(file)).default;
  return callWeb((request) => worker.fetch(request, {}, { waitUntil: () => {} }));
};

const netlify: Driver = async (file, name) => {
  const handler = (await load(file)).default;
  return callWeb((request) => handler(request, { requestId: 'n1' }), `/.netlify/functions/${name}`);
};

const vercel: Driver = async (file, name) => {
  const module = await load(file);
  if (module.GET) return callWeb((request) => module[request.method](request), `/api/${name}`);
  return serveExpress('json', async (req, res) => module.default(req, res));
};

const deno: Driver = async (file) => {
  let served: ((request: Request) => unknown) | undefined;
  const keep = (handler: (request: Request) => unknown) => {
    served = handler;
  };
  Object.assign(globalThis, { Deno: { serve: keep } });
  const module = await load(file);
  Reflect.deleteProperty(globalThis, 'Deno');
  const handler = module.default?.fetch ?? served;
  return callWeb((request) => handler(request));
};

const scaleway: Driver = async (file) => {
  const { handle } = await load(file);
  const call = async (asked: Asked) =>
    Promise.resolve(handle(toEvent(asked), { functionName: 'echo' })).then(fromAnswer, fail);
  return { call, close: () => {} };
};

/** What the program listens with answers, on a port of ours. */
const server: Driver = async (file) => {
  let kept: http.Server | undefined;
  const { listen } = http.Server.prototype;
  http.Server.prototype.listen = function (this: http.Server) {
    kept = this;
    return this;
  };
  try {
    await load(file);
  } finally {
    http.Server.prototype.listen = listen;
  }
  return serve(async (req, res) => {
    try {
      await Promise.all((kept?.listeners('request') ?? []).map((one) => one(req, res)));
    } catch (error) {
      res.statusCode = 500;
      res.end(error instanceof Error ? error.message : '');
    }
  });
};

export const drivers: Record<ConventionName, Driver> = {
  ...{ lambda, gcf, azure, openwhisk, fission, fn, knative, openfaas, kubeless, webtask, hookio, workers, netlify },
  ...{ vercel, deno, scaleway, http: server },
};
