import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { bundleHandlers } from '../../src/convert/bundle.ts';
import { CONVENTIONS, type ConventionName } from '../../src/convert/conventions.ts';
import { readSource } from '../../src/convert/convert.ts';
import { openSource } from '../../src/convert/input.ts';
import { type Asked, drivers, type Loaded, type Said, writeFrameworks } from './drivers.ts';

const NAME = 'echo';
const HANDLERS = join(import.meta.dirname, 'handlers');
const JSON_TYPE = { 'content-type': 'application/json', host: 'example.com' };

/** What each handler is asked, and how often it doubles what is sent is all the same. */
const ASKED: Record<string, Asked> = {
  'body and query': {
    method: 'POST',
    url: '/?q=a%20b',
    headers: JSON_TYPE,
    body: JSON.stringify({ n: 21, text: 'ünï' }),
  },
  'no body': { method: 'GET', url: '/?q=x', headers: JSON_TYPE },
  failing: { method: 'POST', url: '/', headers: JSON_TYPE, body: JSON.stringify({ fail: 'really' }) },
};

let folder: string;

/** As it was written, run by the runtime that it was written for. */
async function loadDirectly(from: ConventionName): Promise<Loaded> {
  const [name = ''] = readdirSync(join(HANDLERS, from));
  const isTypeScript = name.endsWith('.ts');
  const isEsm = isTypeScript || /^(workers|vercel)$/.test(from);
  const file = join(folder, 'direct', from, isEsm ? name.replace(/\.\w+$/, '.mjs') : name);
  cpSync(join(HANDLERS, from, name), file, { recursive: true });
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 };
  if (isTypeScript) writeFileSync(file, ts.transpileModule(readFileSync(file, 'utf8'), { compilerOptions }).outputText);
  return drivers[from](file, NAME);
}

async function bundleAll(): Promise<Map<string, string>> {
  const pairs = CONVENTIONS.flatMap((from) => CONVENTIONS.map((to) => ({ from, to })));
  const jobs = await Promise.all(
    pairs.map(async ({ from, to }) => {
      const source = await openSource(join(HANDLERS, from), folder, undefined);
      return (await readSource(source, { from, to, name: NAME })).job;
    }),
  );
  const files = new Map<string, string>();
  for (const [i, { code }] of (await bundleHandlers(jobs)).entries()) {
    const { from, to } = jobs[i] ?? {};
    const home = join(folder, 'converted', `${from}-${to?.name}`);
    const file = join(home, to?.file ?? '');
    for (const { name, text } of [...(to?.files ?? []), { name: to?.file ?? '', text: code }]) {
      mkdirSync(dirname(join(home, name)), { recursive: true });
      writeFileSync(join(home, name), text);
    }
    files.set(`${from} → ${to?.name}`, file);
  }
  return files;
}

function show({ status, headers, body, failed }: Said) {
  if (failed) return { failed, text: body.toString() };
  return {
    status,
    type: headers['content-type']?.split(';')[0],
    made: headers['x-made'],
    said: JSON.parse(body.toString()),
  };
}

async function callAll(loaded: Loaded): Promise<Record<string, ReturnType<typeof show>>> {
  const shown: Record<string, ReturnType<typeof show>> = {};
  for (const [what, asked] of Object.entries(ASKED)) shown[what] = show(await loaded.call(asked));
  loaded.close();
  return shown;
}

describe('every convention as every other one', () => {
  let files: Map<string, string>;

  beforeAll(async () => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'faasify-pairs-')));
    writeFrameworks(folder);
    vi.spyOn(console, 'error').mockImplementation(() => {});
    files = await bundleAll();
  });

  afterAll(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(CONVENTIONS)('%s', async (from) => {
    const direct = await callAll(await loadDirectly(from));
    expect(direct['body and query']).toMatchObject({
      status: 201,
      made: 'yes',
      said: { method: 'POST', q: 'a b', n: 42 },
    });
    expect(direct['no body']).toMatchObject({ status: 201, said: { method: 'GET', q: 'x', n: null } });
    expect(direct.failing).toMatchObject({ failed: true });
    for (const to of CONVENTIONS) {
      const { failing, ...rest } = await callAll(await drivers[to](files.get(`${from} → ${to}`) ?? '', NAME));
      const { failing: _direct, ...expected } = direct;
      expect({ to, ...rest }).toEqual({ to, ...expected });
      expect({ to, ...failing }).toEqual({ to, failed: true, text: expect.stringContaining('no luck: really') });
    }
  });
});
