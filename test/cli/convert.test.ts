import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeZip } from '../host/control/zips.ts';
import { faasify, makeProject, runNode } from './command.ts';

const require = createRequire(import.meta.url);

const ORDER = [
  'function main(params) {',
  "  if (!params.id) throw new Error('which one?');",
  '  return { statusCode: 200, body: { id: params.id } };',
  '}',
  '',
].join('\n');

/** Requests as function URLs bring them. */
const toEvent = (body: unknown) => ({
  ...{ version: '2.0', rawPath: '/', rawQueryString: '', headers: { 'content-type': 'application/json' } },
  ...{ requestContext: { http: { method: 'POST', path: '/' } }, body: JSON.stringify(body) },
});

describe('faasify convert', () => {
  test('writes a folder that the new provider takes, with a zip of it', async () => {
    const folder = makeProject({ 'order.js': ORDER });
    const { code, stdout } = await faasify(folder, 'convert', 'order.js', '--from', 'openwhisk', '--to', 'lambda');
    expect(code).toBe(0);
    expect(stdout).toContain('order.js#main: openwhisk → lambda');
    expect(stdout).toContain('aws lambda create-function --function-name order');
    const out = join(folder, 'order-lambda');
    expect(readdirSync(out).sort()).toEqual(['faasify-function.json', 'index.mjs', 'index.mjs.map', 'order.zip']);
    const call = `import(${JSON.stringify(join(out, 'index.mjs'))}).then(async ({ handler }) => {
      const context = { awsRequestId: '1', getRemainingTimeInMillis: () => 1000 };
      console.log((await handler(${JSON.stringify(toEvent({ id: 7 }))}, context)).body);
      await handler(${JSON.stringify(toEvent({}))}, context).catch((error) => console.log(error.stack));
    })`;
    const ran = await runNode(folder, '--enable-source-maps', '-e', call);
    expect(ran.stdout).toContain('{"id":7}');
    expect(ran.stdout).toMatch(/at main \(.*order\.js:2:25\)/);
  });

  test('again, the same bytes; nothing of this machine in them', async () => {
    const [one, two] = [makeProject({ 'order.js': ORDER }), makeProject({ 'order.js': ORDER })];
    for (const folder of [one, two])
      await faasify(folder, 'convert', 'order.js', '--from', 'openwhisk', '--to', 'fission');
    const read = (folder: string, name: string) => readFileSync(join(folder, 'order-fission', name));
    for (const name of ['index.mjs', 'index.mjs.map', 'order.zip']) {
      expect(read(one, name).equals(read(two, name)), name).toBe(true);
      expect(read(one, name).includes(one), name).toBe(false);
      expect(read(one, name).includes(process.cwd()), name).toBe(false);
    }
  });

  test('a zip, and what it has beside the handler', async () => {
    const folder = makeProject({});
    const zip = makeZip([
      { name: 'package.json', content: '{ "main": "lib/app.js" }' },
      {
        name: 'lib/app.js',
        content: "const { twice } = require('./twice');\nexports.handler = async (event) => ({ n: twice(event.n) });\n",
      },
      { name: 'lib/twice.js', content: 'exports.twice = (n) => n * 2;\n' },
    ]);
    writeFileSync(join(folder, 'shop.zip'), zip);
    const { code, stdout } = await faasify(folder, 'convert', 'shop.zip', '--from', 'lambda', '--to', 'openwhisk');
    expect(code).toBe(0);
    expect(stdout).toContain('lib/app.js#handler: lambda → openwhisk');
    expect(stdout).toContain('the JSON in the body of a request');
    const { main } = require(join(folder, 'shop-openwhisk/index.js'));
    expect(await main({ n: 21 })).toEqual({ n: 42 });
    expect(await main({ __ow_method: 'post', __ow_headers: {}, __ow_path: '', n: 21 })).toMatchObject({
      body: '{"n":42}',
    });
  });

  test('what the new provider lacks is said where it is written; what would fail is exit code 1', async () => {
    const worker = [
      'export default {',
      '  async fetch(request, env, ctx) {',
      "    const value = await env.PRICES.get('a');",
      '    ctx.passThroughOnException();',
      '    return new Response(env.GREETING.trim() + value + request.cf.country);',
      '  },',
      '  async scheduled() {},',
      '};',
      '',
    ].join('\n');
    const folder = makeProject({ 'price.mjs': worker });
    const { code, stdout } = await faasify(folder, 'convert', 'price.mjs', '--from', 'workers', '--to', 'deno');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /error {2}price\.mjs:3:25 {2}env\.PRICES is bound by Cloudflare Workers.*\[convert-binding\]/,
    );
    expect(stdout).toMatch(/error {2}price\.mjs:4:5 {2}ctx\.passThroughOnException .*\[convert-lost\]/);
    expect(stdout).toMatch(/error {2}price\.mjs:7:3 {2}scheduled is called by .*\[convert-other-entry\]/);
    expect(stdout).toMatch(/warning {2}price\.mjs:5:\d+ {2}request\.cf .*\[convert-made-up\]/);
    expect(stdout).not.toContain('GREETING');
    expect(readdirSync(join(folder, 'price-deno'))).toContain('price.zip');
  });

  test('members of a context are found by the name that the handler gives it', async () => {
    const text =
      'exports.handler = async (ev, c) => {\n  const { clientContext } = c;\n  return c.getRemainingTimeInMillis() + ev.n;\n};\n';
    const folder = makeProject({ 'left.js': text });
    const { code, stdout } = await faasify(folder, 'convert', 'left.js', '--from', 'lambda', '--to', 'gcf', '--json');
    const { problems, kind, handler } = JSON.parse(stdout);
    expect({ code, kind, handler }).toEqual({
      code: 0,
      kind: 'converted',
      handler: { file: 'left.js', name: 'handler' },
    });
    const found = problems.map(({ code: what, at }: { code: string; at?: { line: number } }) =>
      `${what} ${at?.line ?? ''}`.trim(),
    );
    expect(found).toEqual(['convert-made-up 2', 'convert-deadline 3', 'convert-event']);
  });

  const BAD: [string, string[], string[]][] = [
    [
      'nothing there',
      ['nowhere.js', '--from', 'lambda', '--to', 'gcf'],
      ['There is no nowhere.js', '[path-not-found]'],
    ],
    ['no convention to convert from', ['order.js', '--to', 'gcf'], ['--from is missing', 'Give one of lambda']],
    [
      'an unknown convention',
      ['order.js', '--from', 'openwisk', '--to', 'gcf'],
      ['"openwisk"', 'Did you mean openwhisk?'],
    ],
    ['no convention to convert to', ['order.js', '--from', 'openwhisk'], ["required option '--to <convention>'"]],
    ['a file that is no code', ['notes.txt', '--from', 'lambda', '--to', 'gcf'], ['neither JavaScript nor TypeScript']],
    [
      'a module without a handler',
      ['order.js', '--from', 'lambda', '--to', 'gcf'],
      ['No handler for AWS Lambda', 'exports nothing', '--handler'],
    ],
    [
      'an export that is not there',
      ['two.js', '--from', 'lambda', '--to', 'gcf', '--handler', 'run'],
      ['two.js does not export run; it has a, b'],
    ],
    ['two that may be it', ['two.js', '--from', 'gcf', '--to', 'lambda'], ['it has a, b', '--handler file.export']],
    [
      'several that are registered',
      ['many.js', '--from', 'gcf', '--to', 'lambda'],
      ['it has one, two', '--handler file.export'],
    ],
    [
      'one that is not registered',
      ['many.js', '--from', 'gcf', '--to', 'lambda', '--handler', 'three'],
      ['many.js does not export three; it has one, two'],
    ],
    ['a syntax error', ['broken.js', '--from', 'lambda', '--to', 'gcf'], ['broken.js:2:1', 'cannot be bundled']],
    [
      'a package that is not there',
      ['needs.js', '--from', 'lambda', '--to', 'gcf'],
      [
        'needs.js:1:',
        '@aws-sdk/client-s3 is not there',
        'npm install @aws-sdk/client-s3',
        'AWS Lambda brings it along',
      ],
    ],
    [
      'a file that is not there',
      ['needs-file.js', '--from', 'lambda', '--to', 'gcf'],
      ['./lib is not there', 'Give the folder or the zip'],
    ],
    ['no zip', ['no.zip', '--from', 'lambda', '--to', 'gcf'], ['no.zip cannot be unpacked', '[convert-zip]']],
    [
      'a name that no provider takes',
      ['order.js', '--from', 'openwhisk', '--to', 'gcf', '--name', '!!'],
      ['--name', '40 lower-case letters'],
    ],
    ['an unknown kind of event', ['order.js', '--from', 'openwhisk', '--to', 'gcf', '--event', 'x'], ['--event: "x"']],
    [
      'a folder that holds something else',
      ['order.js', '--from', 'openwhisk', '--to', 'gcf', '--out', 'full'],
      ['holds files that faasify has not made'],
    ],
    [
      'its own folder',
      ['order.js', '--from', 'openwhisk', '--to', 'gcf', '--out', '.'],
      ['holds what is to be converted'],
    ],
  ];

  test.each(BAD)('refuses %s', async (_what, args, messages) => {
    const folder = makeProject({
      ...{
        'order.js': ORDER,
        'two.js': 'exports.a = () => 1;\nexports.b = () => 2;\n',
        'notes.txt': '',
        'no.zip': 'no',
      },
      ...{ 'broken.js': 'exports.handler = () => {\n]', 'full/mine.txt': 'mine' },
      'many.js':
        "const f = require('@google-cloud/functions-framework');\nf.http('one', () => {});\nf.http('two', () => {});\n",
      'needs.js': "const s3 = require('@aws-sdk/client-s3');\nexports.handler = async () => s3;\n",
      'needs-file.js': "exports.handler = async () => require('./lib');\n",
    });
    const before = readdirSync(folder, { recursive: true }).sort();
    const { code, stdout, stderr } = await faasify(folder, 'convert', ...args);
    expect.soft(code).toBe(2);
    expect.soft(stdout).toBe('');
    for (const message of messages) expect.soft(stderr).toContain(message);
    expect(readdirSync(folder, { recursive: true }).sort()).toEqual(before);
  });

  test.each([
    ['leads out of its folder', { name: '../out.js', content: 'x' }],
    ['holds a link', { name: 'index.js', content: '/etc/passwd', mode: 0o120777 }],
    ['claims to be larger than any function', { name: 'index.js', content: 'x', size: 300 * 1024 * 1024 }],
  ])('refuses a zip that %s', async (_what, entry) => {
    const folder = makeProject({});
    writeFileSync(join(folder, 'bad.zip'), makeZip([entry]));
    const { code, stderr } = await faasify(folder, 'convert', 'bad.zip', '--from', 'lambda', '--to', 'gcf');
    expect(code).toBe(2);
    expect(stderr).toContain('bad.zip cannot be unpacked');
    expect(readdirSync(folder)).toEqual(['bad.zip']);
  });
});
