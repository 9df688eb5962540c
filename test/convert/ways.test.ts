/** Every way in which a convention lets a handler get its call and say what comes of it. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { bundleHandlers } from '../../src/convert/bundle.ts';
import type { ConventionName } from '../../src/convert/conventions.ts';
import { readSource } from '../../src/convert/convert.ts';
import { openSource } from '../../src/convert/input.ts';
import { type Asked, drivers, type Loaded } from './drivers.ts';

interface Way {
  what: string;
  from: ConventionName;
  code: string;
  file?: string;
  asked?: Partial<Asked>;
  /** Instead of a request. */
  event?: unknown;
  /** Of the answer; `text` is its body. */
  gives: Record<string, unknown>;
}

const json = (value: unknown) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) });
const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 255, 128);

const WAYS: Way[] = [
  // Lambda
  {
    what: 'a callback',
    from: 'lambda',
    code: 'exports.handler = (event, context, callback) => { setTimeout(() => callback(null, { n: event.n + 1 }), 1); };',
    event: { n: 1 },
    gives: { value: { n: 2 } },
  },
  {
    what: 'an error to a callback',
    from: 'lambda',
    code: 'exports.handler = (event, context, callback) => { callback(new Error("no luck")); };',
    event: {},
    gives: { error: 'no luck' },
  },
  {
    what: 'context.succeed',
    from: 'lambda',
    code: 'exports.handler = (event, context) => { setTimeout(() => context.succeed({ n: event.n }), 1); };',
    event: { n: 3 },
    gives: { value: { n: 3 } },
  },
  {
    what: 'context.fail',
    from: 'lambda',
    code: 'exports.handler = (event, context) => { context.fail(new Error("no luck")); };',
    event: {},
    gives: { error: 'no luck' },
  },
  {
    what: 'context.done',
    from: 'lambda',
    code: 'exports.handler = function (event, context) { context.done(null, event.n); };',
    event: { n: 3 },
    gives: { value: 3 },
  },
  {
    what: 'nothing at all',
    from: 'lambda',
    code: 'exports.handler = (event) => {};',
    event: {},
    gives: { value: null },
  },
  {
    what: 'a value without a promise, which Lambda does not look at',
    from: 'lambda',
    code: 'exports.handler = (event) => 5;',
    event: {},
    gives: { value: null },
  },
  {
    what: 'a throw',
    from: 'lambda',
    code: 'exports.handler = () => { throw new RangeError("no luck"); };',
    event: {},
    gives: { error: 'no luck' },
  },
  {
    what: 'a promise of its own kind',
    from: 'lambda',
    code: 'exports.handler = () => ({ then(resolve) { resolve({ n: 1 }); } });',
    event: {},
    gives: { value: { n: 1 } },
  },
  {
    what: 'cookies and several headers of one name',
    from: 'lambda',
    code: 'exports.handler = async (event) => ({ statusCode: 200, cookies: ["a=1", "b=2"], multiValueHeaders: { "x-many": ["1", "2"] }, body: event.body ?? "-" });',
    gives: { status: 200, text: '-', cookies: ['a=1', 'b=2'], headers: { 'x-many': '1, 2' } },
  },
  {
    what: 'bytes in both directions',
    from: 'lambda',
    code: 'exports.handler = async (event) => ({ statusCode: 200, headers: { "content-type": "image/png" }, isBase64Encoded: true, body: Buffer.from(event.body, event.isBase64Encoded ? "base64" : "utf8").toString("base64") });',
    asked: { method: 'POST', headers: { 'content-type': 'image/png' }, body: PNG },
    gives: { status: 200, bytes: [...PNG] },
  },
  {
    what: 'a stream',
    from: 'lambda',
    code: 'exports.handler = awslambda.streamifyResponse(async (event, stream) => { const out = awslambda.HttpResponseStream.from(stream, { statusCode: 202, headers: { "x-a": "1" } }); out.write("a"); out.write("b"); out.end(); });',
    gives: { status: 202, text: 'ab', headers: { 'x-a': '1' } },
  },
  {
    what: 'a result for callers that is no answer',
    from: 'lambda',
    code: 'exports.handler = async ({ rawPath }) => ({ path: rawPath });',
    asked: { url: '/a/b' },
    gives: { status: 200, text: '{"path":"/a/b"}' },
  },
  {
    what: 'JSON of a body as its event',
    from: 'lambda',
    code: 'exports.handler = async ({ n }) => n * 2;',
    asked: { method: 'POST', ...json({ n: 4 }) },
    gives: { status: 200, text: '8' },
  },
  {
    what: 'a query as its event',
    from: 'lambda',
    code: 'exports.handler = async ({ n }) => n;',
    asked: { url: '/?n=4&n=5' },
    gives: { status: 200, text: '["4","5"]' },
  },
  {
    what: 'JSON that is none',
    from: 'lambda',
    code: 'exports.handler = async ({ n }) => n * 2;',
    asked: { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' },
    gives: { status: 400 },
  },
  // Google
  {
    what: 'an export',
    from: 'gcf',
    code: 'exports.hello = (req, res) => { res.send("hello " + req.query.who); };',
    asked: { url: '/?who=you' },
    gives: { status: 200, text: 'hello you', headers: { 'content-type': 'text/html; charset=utf-8' } },
  },
  {
    what: 'sendStatus',
    from: 'gcf',
    code: 'exports.hello = (req, res) => res.sendStatus(404);',
    gives: { status: 404 },
  },
  {
    what: 'a redirect',
    from: 'gcf',
    code: 'exports.hello = (req, res) => res.redirect("/there");',
    gives: { status: 302, headers: { location: '/there' } },
  },
  {
    what: 'written bit by bit',
    from: 'gcf',
    code: 'exports.hello = (req, res) => { res.write("a"); setTimeout(() => { res.write(Buffer.from("b")); res.end("c"); }, 1); };',
    gives: { status: 200, text: 'abc' },
  },
  {
    what: 'a stream that is piped',
    from: 'gcf',
    code: 'const { Readable } = require("stream"); exports.hello = (req, res) => { Readable.from(["x", "y"]).pipe(res); };',
    gives: { status: 200, text: 'xy' },
  },
  {
    what: 'the bytes of the body',
    from: 'gcf',
    code: 'exports.hello = (req, res) => { res.type("image/png").send(req.rawBody); };',
    asked: { method: 'POST', headers: { 'content-type': 'image/png' }, body: PNG },
    gives: { status: 200, bytes: [...PNG] },
  },
  {
    what: 'the body as a stream',
    from: 'gcf',
    code: 'exports.hello = (req, res) => { let n = 0; req.on("data", (part) => { n += part.length; }).on("end", () => res.json(n)); };',
    asked: { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'abc' },
    gives: { status: 200, text: '3' },
  },
  {
    what: 'cookies',
    from: 'gcf',
    code: 'exports.hello = (req, res) => { res.cookie("a", "1", { httpOnly: true, path: "/" }); res.end(req.headers.cookie); };',
    asked: { headers: { cookie: 'x=1' } },
    gives: { text: 'x=1', cookies: ['a=1; Path=/; HttpOnly'] },
  },
  {
    what: 'a CloudEvent',
    from: 'gcf',
    code: 'const { cloudEvent } = require("@google-cloud/functions-framework"); cloudEvent("seen", (event) => { globalThis.seen = event; });',
    event: { specversion: '1.0', id: '7', source: '/x', type: 'y', data: { n: 1 } },
    gives: { seen: { id: '7', type: 'y', data: { n: 1 } } },
  },
  {
    what: 'an event that becomes a CloudEvent',
    from: 'gcf',
    code: 'const functions = require("@google-cloud/functions-framework"); functions.cloudEvent("seen", (event) => { globalThis.seen = event; });',
    event: { n: 2 },
    gives: { seen: { type: 'faasify.call', specversion: '1.0', data: { n: 2 } } },
  },
  // Azure
  {
    what: 'a body that is text',
    from: 'azure',
    code: 'const { app } = require("@azure/functions"); app.get("a", async (request) => ({ body: request.query.get("a") }));',
    asked: { url: '/?a=1' },
    gives: { status: 200, text: '1', headers: { 'content-type': 'text/plain;charset=UTF-8' } },
  },
  {
    what: 'a Response',
    from: 'azure',
    code: 'const { app } = require("@azure/functions"); app.http("a", { handler: () => new Response("x", { status: 418 }) });',
    gives: { status: 418, text: 'x' },
  },
  {
    what: 'parameters of its route',
    from: 'azure',
    code: 'const { app } = require("@azure/functions"); app.http("a", { route: "items/{id:int}", handler: (r) => ({ jsonBody: r.params }) });',
    asked: { url: '/api/items/7' },
    gives: { text: '{"id":"7"}' },
  },
  {
    what: 'nothing',
    from: 'azure',
    code: 'const { app } = require("@azure/functions"); app.http("a", { handler: async () => {} });',
    gives: { status: 204 },
  },
  {
    what: 'cookies',
    from: 'azure',
    code: 'const { app } = require("@azure/functions"); app.http("a", { handler: () => ({ cookies: [{ name: "a", value: "b c", maxAge: 5 }] }) });',
    gives: { cookies: ['a=b%20c; Max-Age=5'] },
  },
  {
    what: 'the older model',
    from: 'azure',
    code: 'module.exports = async function (context, req) { context.log("x"); context.res = { status: 201, headers: { "X-A": "1" }, body: { q: req.query.q, n: req.body.n } }; };',
    asked: { method: 'POST', url: '/?q=1', ...json({ n: 2 }) },
    gives: { status: 201, text: '{"q":"1","n":2}', headers: { 'x-a': '1' } },
  },
  {
    what: 'the older model with context.done',
    from: 'azure',
    code: 'module.exports = function (context, req) { context.res = { body: "x" }; context.done(); };',
    gives: { status: 200, text: 'x' },
  },
  {
    what: 'the older model with context.res.status().send()',
    from: 'azure',
    code: 'module.exports = function (context, req) { context.res.status(202).send("x"); };',
    gives: { status: 202, text: 'x' },
  },
  {
    what: 'the older model that fails',
    from: 'azure',
    code: 'module.exports = function (context) { context.done(new Error("no luck")); };',
    gives: { error: 'no luck' },
  },
  {
    what: 'the older model with a result',
    from: 'azure',
    code: 'module.exports = async () => ({ status: 203, body: "x" });',
    gives: { status: 203, text: 'x' },
  },
  // OpenWhisk
  {
    what: 'a sync result',
    from: 'openwhisk',
    code: 'function main({ n }) { return { n: n + 1 }; }',
    event: { n: 1 },
    gives: { value: { n: 2 } },
  },
  {
    what: 'an arrow that is exported',
    from: 'openwhisk',
    code: 'exports.main = async () => ({});',
    event: {},
    gives: { value: {} },
  },
  {
    what: 'an action in a module',
    from: 'openwhisk',
    file: 'a.mjs',
    code: 'export function main() { return { a: 1 }; }',
    event: {},
    gives: { value: { a: 1 } },
  },
  { what: 'nothing', from: 'openwhisk', code: 'function main() {}', event: {}, gives: { value: {} } },
  {
    what: 'an error as its result',
    from: 'openwhisk',
    code: 'const main = () => ({ error: "no luck" });',
    event: {},
    gives: { error: 'no luck' },
  },
  {
    what: 'an error with a status',
    from: 'openwhisk',
    code: 'const main = () => ({ error: { statusCode: 403, body: "no" } });',
    gives: { status: 403, text: 'no' },
  },
  {
    what: 'a number, which is no result',
    from: 'openwhisk',
    code: 'const main = () => 5;',
    event: {},
    gives: { error: 'dictionary' },
  },
  {
    what: 'bytes as base64',
    from: 'openwhisk',
    code: `const main = (p) => ({ headers: { "content-type": "image/png" }, body: "${Buffer.from(PNG).toString('base64')}" });`,
    gives: { status: 200, bytes: [...PNG] },
  },
  {
    what: 'a web action without a body',
    from: 'openwhisk',
    code: 'const main = (p) => ({ statusCode: 302, headers: { location: p.__ow_path } });',
    asked: { url: '/a' },
    gives: { status: 302, headers: { location: '/a' } },
  },
  {
    what: 'a form',
    from: 'openwhisk',
    code: 'const main = ({ a, b }) => ({ body: { a, b } });',
    asked: { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'a=1&b=x%20y' },
    gives: { text: '{"a":"1","b":"x y"}' },
  },
  // Fission
  {
    what: 'a callback',
    from: 'fission',
    code: 'module.exports = (context, callback) => callback(201, { a: 1 }, { "X-A": "1" });',
    gives: { status: 201, text: '{"a":1}', headers: { 'x-a': '1' } },
  },
  {
    what: 'the response itself',
    from: 'fission',
    code: 'module.exports = async ({ response }) => { response.status(202).send("x"); };',
    gives: { status: 202, text: 'x' },
  },
  // Fn
  {
    what: 'a value',
    from: 'fn',
    code: 'const fdk = require("@fnproject/fdk"); fdk.handle((input) => ({ n: input.n }));',
    event: { n: 1 },
    gives: { value: { n: 1 } },
  },
  {
    what: 'raw bytes',
    from: 'fn',
    code: 'const fdk = require("@fnproject/fdk"); fdk.handle((input, ctx) => { ctx.responseContentType = "image/png"; return fdk.rawResult(input); }, { inputMode: "buffer" });',
    asked: { method: 'POST', headers: { 'content-type': 'image/png' }, body: PNG },
    gives: { status: 200, bytes: [...PNG] },
  },
  {
    what: 'text',
    from: 'fn',
    code: 'const fdk = require("@fnproject/fdk"); fdk.handle((input, ctx) => { ctx.responseContentType = "text/plain"; return input + "!"; }, { inputMode: "string" });',
    asked: { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'a' },
    gives: { text: 'a!' },
  },
  // Knative
  {
    what: 'text',
    from: 'knative',
    code: 'exports.handle = () => "x";',
    gives: { status: 200, text: 'x', headers: { 'content-type': 'text/plain; charset=utf-8' } },
  },
  { what: 'nothing', from: 'knative', code: 'exports.handle = () => {};', gives: { status: 204 } },
  {
    what: 'an object',
    from: 'knative',
    code: 'exports.handle = (context) => ({ q: context.query.q, direct: context.q });',
    asked: { url: '/?q=1' },
    gives: { status: 200, text: '{"q":"1","direct":"1"}' },
  },
  {
    what: 'a CloudEvent in and out',
    from: 'knative',
    code: 'exports.handle = (context, event) => context.cloudEventResponse({ was: event.data }).id("9").source("/s").type("t").response();',
    asked: {
      method: 'POST',
      headers: {
        'ce-specversion': '1.0',
        'ce-id': '1',
        'ce-source': '/x',
        'ce-type': 'y',
        'content-type': 'application/json',
      },
      body: '{"n":1}',
    },
    gives: { text: '{"was":{"n":1}}', headers: { 'ce-id': '9', 'ce-type': 't' } },
  },
  // OpenFaaS
  {
    what: 'a value',
    from: 'openfaas',
    code: 'module.exports = async (event) => ({ a: event.path });',
    asked: { url: '/p' },
    gives: { status: 200, text: '{"a":"/p"}' },
  },
  {
    what: 'a callback',
    from: 'openfaas',
    code: 'module.exports = (event, context, callback) => { callback(undefined, "x"); };',
    gives: { text: 'x' },
  },
  {
    what: 'context.fail',
    from: 'openfaas',
    code: 'module.exports = async (event, context) => context.fail("no luck");',
    gives: { error: 'no luck' },
  },
  {
    what: 'context.fail with a status',
    from: 'openfaas',
    code: 'module.exports = async (event, context) => context.status(404).fail("none");',
    gives: { status: 404, text: 'none' },
  },
  // Kubeless
  {
    what: 'text',
    from: 'kubeless',
    code: 'module.exports = { hello: (event) => `hello ${event.data}` };',
    asked: { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'you' },
    gives: { status: 200, text: 'hello you' },
  },
  {
    what: 'an object',
    from: 'kubeless',
    code: 'module.exports = { hello: async (event, context) => ({ f: context["function-name"] }) };',
    gives: { text: '{"f":"it"}' },
  },
  // Webtask
  {
    what: 'only a callback',
    from: 'webtask',
    code: 'module.exports = function (cb) { cb(null, { a: 1 }); };',
    gives: { status: 200, text: '{"a":1}' },
  },
  {
    what: 'a context and a callback',
    from: 'webtask',
    code: 'module.exports = function (ctx, cb) { cb(null, { q: ctx.query.q, d: ctx.data.q }); };',
    asked: { url: '/?q=1' },
    gives: { text: '{"q":"1","d":"1"}' },
  },
  {
    what: 'a function that is returned',
    from: 'webtask',
    code: '"use strict";\nreturn function (ctx, cb) { cb(null, ctx.data); };',
    asked: { url: '/?q=1' },
    gives: { text: '{"q":"1"}' },
  },
  {
    what: 'an error',
    from: 'webtask',
    code: 'module.exports = (ctx, cb) => cb(new Error("no luck"));',
    gives: { error: 'no luck' },
  },
  // hook.io
  {
    what: 'hook.res',
    from: 'hookio',
    code: "module['exports'] = (hook) => { hook.res.setHeader('x-a', hook.params.q); hook.res.end('x'); };",
    asked: { url: '/?q=1' },
    gives: { text: 'x', headers: { 'x-a': '1' } },
  },
  {
    what: 'a callback',
    from: 'hookio',
    code: "module['exports'] = (hook, res, cb) => cb(null, { a: 1 });",
    gives: { text: '{"a":1}' },
  },
  // Workers
  {
    what: 'a listener',
    from: 'workers',
    file: 'a.js',
    code: "addEventListener('fetch', (event) => { event.respondWith(new Response(event.request.url)); });",
    asked: { url: '/a?b=1' },
    gives: { text: 'https://example.com/a?b=1' },
  },
  {
    what: 'work after the answer',
    from: 'workers',
    file: 'a.mjs',
    code: 'export default { fetch(r, env, ctx) { ctx.waitUntil(new Promise((done) => setTimeout(() => { globalThis.seen = 1; done(); }, 5))); return new Response("x"); } };',
    gives: { text: 'x', seen: 1 },
  },
  {
    what: 'variables of its environment',
    from: 'workers',
    file: 'a.mjs',
    code: 'export default { fetch: (r, env) => new Response(env.HOME_OF_TEST) };',
    gives: { text: 'here' },
  },
  {
    what: 'bytes',
    from: 'workers',
    file: 'a.mjs',
    code: 'export default { fetch: async (r) => new Response(await r.arrayBuffer(), { headers: { "content-type": "image/png" } }) };',
    asked: { method: 'POST', headers: { 'content-type': 'image/png' }, body: PNG },
    gives: { bytes: [...PNG] },
  },
  {
    what: 'several cookies',
    from: 'workers',
    file: 'a.mjs',
    code: 'export default { fetch() { const h = new Headers(); h.append("set-cookie", "a=1"); h.append("set-cookie", "b=2"); return new Response(null, { status: 204, headers: h }); } };',
    gives: { status: 204, cookies: ['a=1', 'b=2'] },
  },
  // Netlify
  {
    what: 'the older form',
    from: 'netlify',
    code: 'exports.handler = async (event) => ({ statusCode: 200, body: event.path });',
    asked: { url: '/x' },
    gives: { text: '/x' },
  },
  // Vercel
  {
    what: 'a function for a method',
    from: 'vercel',
    file: 'a.mjs',
    code: 'export function GET(request) { return new Response(new URL(request.url).search); }',
    asked: { url: '/?a=1' },
    gives: { text: '?a=1' },
  },
  {
    what: 'no function for a method',
    from: 'vercel',
    file: 'a.mjs',
    code: 'export function GET() { return new Response(""); }',
    asked: { method: 'DELETE' },
    gives: { status: 405, headers: { allow: 'GET' } },
  },
  {
    what: 'a fetch',
    from: 'vercel',
    file: 'a.mjs',
    code: 'export default { fetch: (request) => Response.json({ m: request.method }) };',
    gives: { text: '{"m":"GET"}' },
  },
  {
    what: 'the edge',
    from: 'vercel',
    file: 'a.mjs',
    code: 'export const config = { runtime: "edge" };\nexport default (request) => new Response("edge");',
    gives: { text: 'edge' },
  },
  // Deno
  {
    what: 'a fetch',
    from: 'deno',
    file: 'a.ts',
    code: 'export default { fetch(request: Request): Response { return new Response(request.method); } };',
    gives: { text: 'GET' },
  },
  {
    what: 'options before the handler',
    from: 'deno',
    file: 'a.ts',
    code: 'Deno.serve({ port: 80 }, () => new Response(Deno.env.get("HOME_OF_TEST")));',
    gives: { text: 'here' },
  },
  // Scaleway
  { what: 'text', from: 'scaleway', code: 'exports.handle = (event) => "x";', gives: { status: 200, text: 'x' } },
  {
    what: 'a callback',
    from: 'scaleway',
    code: 'exports.handle = (event, context, callback) => { setTimeout(() => callback(undefined, { statusCode: 201, body: "x" }), 1); };',
    gives: { status: 201, text: 'x' },
  },
  // Servers
  {
    what: 'a listener',
    from: 'http',
    code: 'module.exports = (req, res) => { res.writeHead(201, "Made", ["X-A", "1"]); res.end(req.url); };',
    asked: { url: '/a?b' },
    gives: { status: 201, text: '/a?b', headers: { 'x-a': '1' } },
  },
  {
    what: 'a server that listens later',
    from: 'http',
    file: 'a.mjs',
    code: 'import { createServer } from "node:http";\nconst s = createServer();\ns.on("request", (req, res) => res.end("later"));\nsetTimeout(() => s.listen(0, () => console.info("listens")), 0);',
    gives: { text: 'later' },
  },
  {
    what: 'new Server',
    from: 'http',
    code: 'const http = require("http"); new http.Server((req, res) => res.end("new")).listen(80);',
    gives: { text: 'new' },
  },
  {
    what: 'a response that is destroyed',
    from: 'http',
    code: 'module.exports = (req, res) => { res.destroy(new Error("no luck")); };',
    gives: { error: 'no luck' },
  },
];

let folder: string;
let loads: (() => Promise<Loaded>)[];

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'faasify-ways-')));
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.stubEnv('HOME_OF_TEST', 'here');
  const jobs = await Promise.all(
    WAYS.map(async ({ from, code, file = 'a.js' }, i) => {
      mkdirSync(join(folder, String(i)));
      writeFileSync(join(folder, String(i), file), code);
      const source = await openSource(join(folder, String(i), file), folder, undefined);
      return (await readSource(source, { from, to: 'lambda', name: 'it' })).job;
    }),
  );
  loads = (await bundleHandlers(jobs)).map(({ code }, i) => () => {
    writeFileSync(join(folder, `${i}.mjs`), code);
    return drivers.lambda(join(folder, `${i}.mjs`), 'it');
  });
});

afterAll(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(loaded: Loaded, { asked, event }: Way): Promise<Record<string, unknown>> {
  Reflect.deleteProperty(globalThis, 'seen');
  try {
    if (event !== undefined) return { value: await loaded.send?.(event) };
    const said = await loaded.call({ method: 'GET', url: '/', ...asked, ...hostOf(asked) });
    if (said.failed) return { error: said.body.toString() };
    return { ...said, text: said.body.toString(), bytes: [...said.body] };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

const hostOf = (asked: Partial<Asked> = {}) => ({ headers: { host: 'example.com', ...asked.headers } });

describe('a handler may say in every way of its convention what comes of a call', () => {
  test.each(WAYS.map((way, i) => [`${way.from}: ${way.what}`, way, i] as const))('%s', async (_name, way, i) => {
    const answer = await ask(await (loads[i] as () => Promise<Loaded>)(), way);
    const seen: unknown = Reflect.get(globalThis, 'seen');
    const { error, ...gives } = way.gives;
    if (error !== undefined) expect(answer.error).toContain(error);
    else expect(answer.error).toBeUndefined();
    expect({ ...answer, seen }).toMatchObject(gives);
  });
});
