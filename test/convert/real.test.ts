/**
 * Converted handlers under the runtimes of their new providers: those that FAASIFY_PROVIDERS names (see test/providers), called as
 * anybody calls a function over HTTP. Without it nothing is run.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { convert } from '../../src/commands/convert.ts';
import { CONVENTIONS, type ConventionName } from '../../src/convert/conventions.ts';
import { install, loadRuntimes } from '../providers/install.ts';
import type { StartedUnit } from '../providers/runtime.ts';

const LONG = 240_000;
const runtimes = await loadRuntimes(process.env.FAASIFY_PROVIDERS ?? '');
const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'faasify-real-')));
const HANDLERS = join(import.meta.dirname, 'handlers');

/** Where a function lies at a provider, if not at `/<name>`. */
const PREFIXES: Partial<Record<ConventionName, string>> = {
  ...{
    fission: '/fission-function',
    openfaas: '/function',
    azure: '/api',
    netlify: '/.netlify/functions',
    vercel: '/api',
  },
};

/** Those that nobody calls over plain HTTP; they have their own tests (`pairs.test.ts`). */
const OWN_API = ['openwhisk', 'lambda'];
const tried = runtimes.filter(({ target }) => CONVENTIONS.some((name) => name === target) && !OWN_API.includes(target));
const SOURCES = ['lambda', 'gcf', 'openwhisk', 'workers', 'http'] as const;

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** As a starter takes it: the entry at the top, under the name that units have. */
async function place(from: ConventionName, to: ConventionName): Promise<StartedUnit> {
  const name = `echo-${from}`;
  const out = join(scratch, `${from}-${to}`);
  const flags = { from, to, name, out };
  const { files } = await convert({ path: join(HANDLERS, from), cwd: scratch, flags });
  const [entry = ''] = files.map((file) => file.name);
  const folder = join(scratch, to, name);
  cpSync(join(out, dirname(entry)), folder, { recursive: true });
  const isOwn = ['netlify', 'vercel'].includes(to);
  if (isOwn) writeFileSync(join(folder, 'index.mjs'), readFileSync(join(folder, basename(entry))));
  if (isOwn) rmSync(join(folder, basename(entry)));
  return { name, folder };
}

/** The server of Vercel listens before it has loaded what it serves. */
async function whenReady(post: () => Promise<Response>): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    const response = await post();
    const isLoading = response.status === 500 && (await response.clone().text()).includes('not ready');
    if (!isLoading || attempt === 40) return response;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

test('every convention has a runtime', () => {
  const without = CONVENTIONS.filter((name) => !existsSync(join(import.meta.dirname, `../providers/${name}.ts`)));
  expect(without).toEqual([]);
});

describe.each(tried)('$target', (runtime) => {
  const target = runtime.target as ConventionName;

  test(
    'answers as the handler does',
    async () => {
      const units = await Promise.all(SOURCES.map((from) => place(from, target)));
      const home = join(scratch, `${target}-scratch`);
      mkdirSync(home, { recursive: true });
      const running = await runtime.start({
        units,
        home: await install(runtime, process.env.FAASIFY_PROVIDERS_HOME ?? scratch),
        scratch: home,
      });
      try {
        for (const { name } of units) {
          const base = running.endpoint.includes('{name}')
            ? running.endpoint.replace('{name}', name)
            : `${running.endpoint}${PREFIXES[target] ?? ''}/${name}`;
          const headers = {
            'content-type': 'application/json',
            ...(running.key && { 'x-functions-key': running.key }),
          };
          const post = (body: unknown) =>
            fetch(`${base}?q=a%20b`, { method: 'POST', headers, body: JSON.stringify(body) });
          const response = await whenReady(() => post({ n: 21 }));
          const text = await response.text();
          expect({ name, status: response.status, text }).toEqual({
            name,
            status: 201,
            text: expect.stringContaining('"n":42'),
          });
          expect(JSON.parse(text)).toEqual({ method: 'POST', q: 'a b', n: 42, id: 'string' });
          expect(response.headers.get('x-made')).toBe('yes');
          const failed = await post({ fail: 'really' });
          expect(failed.status).toBe(500);
          expect(await failed.text()).toContain('no luck: really');
        }
      } finally {
        await running.stop();
      }
    },
    LONG,
  );
});
