/** What starts functions besides calls, as each provider wants to be told. */

import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { isDue, parseSchedule, toCron } from '../../src/2-plan/schedules.ts';
import { findLimitProblems } from '../../src/4-package/limits.ts';
import { refuseStarts } from '../../src/commands/stores.ts';
import type { FunctionStore } from '../../src/providers/api/function-store.ts';
import { loadProvider } from '../../src/providers/index.ts';
import type { ProviderApp } from '../../src/providers/provider.ts';
import { describeStarts } from '../../src/providers/starts.ts';
import type { UnitPlan } from '../../src/types.ts';

test.each([
  ['rate(1 minute)', '* * * * *'],
  ['rate(5 minutes)', '*/5 * * * *'],
  ['rate(7 minutes)', undefined],
  ['rate(1 hour)', '0 * * * *'],
  ['rate(120 minutes)', '0 */2 * * *'],
  ['rate(90 minutes)', undefined],
  ['rate(5 hours)', undefined],
  ['rate(1 day)', '0 0 * * *'],
  ['rate(2 days)', undefined],
  ['cron(0 12 * * ? *)', '0 12 * * *'],
  ['cron(0/15 8-10 ? JAN,MAR MON-FRI *)', '0,15,30,45 8,9,10 * 1,3 1,2,3,4,5'],
  ['cron(30 0 1 * ? *)', '30 0 1 * *'],
  ['cron(0 0 ? * SUN *)', '0 0 * * 0'],
  ['cron(0 12 * * ? 2027)', undefined],
  ['cron(0 12 * * *)', undefined],
])('%s is %s', (expression, cron) => {
  expect(toCron(expression)).toBe(cron);
});

test('five fields mean the same minutes', () => {
  const expressions = ['cron(0/20 8-10 ? JAN-JUN MON,WED *)', 'cron(5 */6 1-7 * ? *)', 'cron(0 12 ? * SAT *)'];
  for (const expression of expressions) {
    const schedule = parseSchedule(expression);
    if (!('fields' in schedule)) throw new Error(expression);
    const wanted = `${toCron(expression)}`
      .split(' ')
      .map((field) => (field === '*' ? undefined : field.split(',').map(Number)));
    for (let minute = 0; minute < 60 * 24 * 60; minute += 5) {
      const time = new Date(Date.UTC(2026, 5, 20, 0, minute));
      const parts = [
        time.getUTCMinutes(),
        time.getUTCHours(),
        time.getUTCDate(),
        time.getUTCMonth() + 1,
        time.getUTCDay(),
      ];
      const isNow = parts.every((part, i) => wanted[i]?.includes(part) ?? true);
      expect([expression, time, isNow]).toEqual([expression, time, isDue(schedule.fields, time)]);
    }
  }
});

const ROUTES = ['GET /price/{id}', 'GET /price/best', 'POST /orders'].map((key) => ({ key, fn: 'shop#f', params: [] }));
const SCHEDULES = [{ fn: 'shop#report', expression: 'cron(0 12 ? * MON-FRI *)' }];

async function appOf(target: string): Promise<ProviderApp> {
  const provider = await loadProvider(target);
  const common = { settings: { memory: 512, timeout: 30 }, env: [] };
  const [wide, best, report] = ['wide', 'best', 'report'].map((name) => ({
    ...common,
    name,
    unit: name,
    folder: `f/${name}`,
    package: `${name}.zip`,
  }));
  const starts = (routes: number[], schedules: typeof SCHEDULES = []) =>
    describeStarts(provider, { routes: ROUTES.filter((_, i) => routes.includes(i)), schedules });
  if (!wide || !best || !report) throw new Error('no units');
  return {
    name: 'shop',
    units: [
      { ...wide, ...starts([0, 2]) },
      { ...best, ...starts([1]) },
      { ...report, ...starts([], SCHEDULES) },
    ],
  };
}

async function describeProject(target: string) {
  const provider = await loadProvider(target);
  const app = await appOf(target);
  const files = [...(provider.project?.(app) ?? []), ...(provider.files?.(app.units[2] as never) ?? [])];
  return {
    texts: new Map(files.map(({ path, text }) => [path, text])),
    commands: (provider.commands?.(app) ?? []).join('\n'),
  };
}

describe('what is deployed', () => {
  test('to Vercel', async () => {
    const { texts, commands } = await describeProject('vercel');
    expect(JSON.parse(`${texts.get('vercel.json')}`)).toMatchObject({
      routes: [
        { handle: 'filesystem' },
        { src: '^/price/best$', methods: ['GET'], dest: '/api/best' },
        { src: '^/price/[^/]+$', methods: ['GET'], dest: '/api/wide' },
        { src: '^/orders$', methods: ['POST'], dest: '/api/wide' },
        { src: '^/api/report/run/\\d+$', dest: '/api/report' },
      ],
      crons: [{ path: '/api/report/run/0', schedule: '0 12 * * 1,2,3,4,5' }],
    });
    expect(commands).toContain('vercel env add CRON_SECRET');
  });

  test('to Netlify', async () => {
    const { texts, commands } = await describeProject('netlify');
    expect(texts.get('starts/wide-get.mjs')).toContain(
      `{ path: ["/price/:id"], method: ['GET'], excludedPath: ["/price/best"] }`,
    );
    expect(texts.get('starts/wide-post.mjs')).toContain(`{ path: ["/orders"], method: ['POST'] }`);
    expect(texts.get('starts/report-run-0.mjs')).toContain("{ schedule: '0 12 * * 1,2,3,4,5' }");
    expect(commands).toContain('cp netlify/starts/wide-get.mjs netlify/functions/wide-get/index.mjs');
  });

  test('to Workers and Deno, with names of days', async () => {
    const workers = await describeProject('workers');
    expect(JSON.parse(`${workers.texts.get('wrangler.jsonc')}`)).toMatchObject({
      triggers: { crons: ['0 12 * * MON,TUE,WED,THU,FRI'] },
    });
    const deno = await describeProject('deno');
    const main = `${deno.texts.get('main.mjs')}`;
    expect(main).toContain("Deno.cron?.('report-run-0', '0 12 * * MON,TUE,WED,THU,FRI', async");
    expect(main.indexOf('best$/')).toBeLessThan(main.indexOf('[^/]+$/'));
  });

  test('to Google, Scaleway, Knative and containers', async () => {
    const gcf = await describeProject('gcf');
    expect(gcf.commands).toContain('gcloud functions deploy wide-web --gen2');
    expect(gcf.commands).not.toContain('deploy report-web');
    expect(gcf.commands).toMatch(/deploy wide --gen2.*--no-allow-unauthenticated/);
    expect(gcf.commands).toMatch(/jobs create http report-run-0 .*"faasify":"run","fn":"shop#report"/);
    const scaleway = await describeProject('scaleway');
    expect(scaleway.commands).toMatch(/handler=handler\.web privacy=public/);
    expect(scaleway.commands).toContain("cron create name=shop-report 'schedule=0 12 * * 1,2,3,4,5'");
    const knative = await describeProject('knative');
    const [source] = parseAllDocuments(`${knative.texts.get('sources.yaml')}`).map((one) => one.toJSON());
    expect(source).toMatchObject({
      kind: 'PingSource',
      spec: { timezone: 'Etc/UTC', sink: { ref: { name: 'report' } } },
    });
    const { texts } = await describeProject('http');
    expect(texts.get('crontab')).toContain('0 12 * * 1,2,3,4,5 curl');
    expect(parse(`${texts.get('compose.yaml')}`).services).toHaveProperty('report');
  });
});

test('clusters and OpenWhisk are told by their own words', async () => {
  const openfaas = await describeProject('openfaas');
  expect(parse(`${openfaas.texts.get('stack.yml')}`).functions).toMatchObject({
    wide: { environment: { RAW_BODY: 'true' } },
    report: { annotations: { topic: 'cron-function', schedule: '0 12 * * 1,2,3,4,5' } },
  });
  const fission = await describeProject('fission');
  const specs = [...fission.texts.values()].flatMap((text) => parseAllDocuments(text).map((one) => one.toJSON()));
  expect(specs.filter(({ kind }) => kind === 'HTTPTrigger').map(({ spec }) => spec)).toContainEqual({
    ...{ functionref: { type: 'name', name: 'wide' }, methods: ['GET'], relativeurl: '/price/{id}' },
  });
  expect(specs.find(({ kind }) => kind === 'TimeTrigger')).toMatchObject({ metadata: { name: 'report-run-0' } });
  const openwhisk = await describeProject('openwhisk');
  expect(openwhisk.commands).toMatch(
    /wsk trigger create report-run-0 --feed \/whisk.system\/alarms\/alarm .*"faasify":"run"/,
  );
  expect(openwhisk.commands).toContain('wsk rule update report-run-0 report-run-0 report');
});

describe('what cannot be', () => {
  const unit = (more: Partial<UnitPlan>) =>
    ({ name: 'u', settings: { memory: 1024, timeout: 10 }, routes: [], schedules: [], ...more }) as unknown as UnitPlan;
  const problemsOf = async (target: string, more: Partial<UnitPlan>) =>
    findLimitProblems(await loadProvider(target), [unit(more)]).map(({ code, message }) => `${code}: ${message}`);

  test('is an error of the build, with the reason', async () => {
    expect(await problemsOf('lambda', { routes: ROUTES, schedules: SCHEDULES })).toEqual([]);
    expect(await problemsOf('vercel', { routes: ROUTES, schedules: SCHEDULES })).toEqual([]);
    expect(await problemsOf('knative', { routes: ROUTES })).toEqual([
      'unit-triggers: Unit u cannot have addresses on Knative Functions: its runtime answers requests to / only.',
    ]);
    expect(await problemsOf('generic', { schedules: SCHEDULES })).toEqual([
      expect.stringMatching(/^unit-triggers: Unit u cannot have schedules on /),
    ]);
    const long = { memory: 1024, timeout: 31 };
    expect(await problemsOf('netlify', { schedules: SCHEDULES, settings: long })).toEqual([
      expect.stringMatching(
        /^unit-timeout: Unit u wants 31 s; Netlify Functions ends what runs by the clock after 30 /,
      ),
    ]);
    expect(await problemsOf('netlify', { routes: ROUTES, settings: long })).toEqual([]);
    const odd = [{ fn: 'shop#report', expression: 'rate(7 minutes)' }];
    expect(await problemsOf('vercel', { schedules: odd })).toEqual([
      expect.stringContaining('the schedule rate(7 minutes) of shop#report on Vercel Functions'),
    ]);
    expect(await problemsOf('lambda', { schedules: odd })).toEqual([]);
    expect(await problemsOf('openfaas', { routes: [{ key: 'POST /', fn: 'shop#f', params: [] }] })).toEqual([
      'unit-triggers: Unit u cannot have the address POST / on OpenFaaS: calls go there.',
    ]);
    const two = [...SCHEDULES, { fn: 'shop#other', expression: 'rate(1 day)' }];
    expect(await problemsOf('openfaas', { schedules: two })).toEqual([expect.stringContaining('several schedules')]);
    const wide = [unit({ routes: ROUTES.slice(0, 1) }), unit({ routes: ROUTES.slice(1) })];
    expect(findLimitProblems(await loadProvider('fission'), wide).map(({ message }) => message)).toEqual([
      expect.stringContaining('cannot have the address GET /price/{id} on Fission'),
    ]);
    const warm = { memory: 1024, timeout: 10, warm: 5 };
    expect(await problemsOf('vercel', { settings: warm })).toEqual([expect.stringContaining('`warm`')]);
  });

  test('is not deployed by an API that is not told of it', () => {
    const stored = { target: 'gcf', title: 'Google', app: 'shop', wanted: [] };
    const store = { lacks: { schedule: 'nobody calls' } } as FunctionStore;
    expect(() => refuseStarts({ ...stored, store, starts: ['http'] })).not.toThrow();
    expect(() => refuseStarts({ ...stored, store, starts: ['http', 'schedule'] })).toThrow(
      'does not set up schedules of functions at Google: nobody calls',
    );
  });
});
