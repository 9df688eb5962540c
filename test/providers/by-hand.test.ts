/** Calls made by hand, and events, on the runtimes of providers; as providers.test.ts, only for those in FAASIFY_PROVIDERS. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareRun } from '../../src/commands/run.ts';
import { runtime as fn } from './fn.ts';
import { runtime as gcf, startForEvents } from './gcf.ts';
import { install } from './install.ts';
import { runtime as knative } from './knative.ts';
import type { RunningUnits, StartedUnit, StartInput } from './runtime.ts';

const asked = process.env.FAASIFY_PROVIDERS ?? '';
const isAsked = (target: string) => asked === 'all' || asked.split(',').includes(target);
const scratch = mkdtempSync(join(tmpdir(), 'faasify-by-hand-'));
const home = process.env.FAASIFY_PROVIDERS_HOME ?? join(scratch, 'home');
const program = join(import.meta.dirname, 'program');
const LONG = 240_000;
const NAME = 'by-hand-work';

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const build = () =>
  prepareRun({
    entry: 'main.ts',
    args: [],
    cwd: program,
    flags: { target: 'gcf,knative,fn', app: 'by-hand', depth: 'shallow', include: ['work.ts'] },
  });
let built: ReturnType<typeof build> | undefined;

/** The module that the program calls, as one unit. */
async function findUnits(target: string): Promise<StartedUnit[]> {
  built ??= build();
  const { out, manifest } = await built;
  const places = manifest.units.flatMap(({ places = [] }) => places).filter((place) => place.target === target);
  return places.flatMap(({ name, package: packed }) =>
    name === NAME && packed ? [{ name, folder: join(out, packed.folder) }] : [],
  );
}

/** Starts it before the tests, and gives what sends to it. */
function serve(
  { target, ...own }: { target: string; start(input: StartInput): Promise<RunningUnits> },
  packages: string[],
) {
  let running: RunningUnits | undefined;
  beforeAll(async () => {
    const folder = await install({ target, packages, ...own }, home);
    running = await own.start({
      units: await findUnits(target),
      home: folder,
      scratch: mkdtempSync(join(scratch, 'at-')),
    });
  }, LONG);
  afterAll(() => running?.stop());
  return async (body: unknown, headers: Record<string, string> = { 'content-type': 'application/json' }) => {
    const base = running?.endpoint ?? '';
    const address = base.includes('{name}') ? base.replace('{name}', NAME) : `${base}/${NAME}`;
    const answer = await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
}

const SUM = { fn: 'work#sum', args: [[1, 2]] };
const NAMED = { fn: 'work#sum', values: [3, 4] };
const REFUSED = { fn: 'work#refuse', args: [12] };
const EVENT = { specversion: '1.0', id: '1', source: '/test', type: 'a.test' };
const STRUCTURED = { 'content-type': 'application/cloudevents+json' };
const toBinary = (type: string) => ({
  'content-type': 'application/json',
  ...{ 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/test', 'ce-type': type },
});

describe.runIf(isAsked('gcf'))('gcf', () => {
  const send = serve(gcf, gcf.packages);
  const deliver = serve({ target: 'gcf', start: startForEvents }, gcf.packages);

  test('a call, with its arguments in order or by name', async () => {
    expect(await send(SUM)).toMatchObject({ status: 200, text: '{"ret":3}' });
    expect(await send(NAMED, { 'content-type': 'text/plain' })).toMatchObject({ status: 200, text: '{"ret":7}' });
  });

  test('an error, with its class and where it comes from', async () => {
    const { status, text } = await send(REFUSED);
    expect(status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ errorType: 'OutOfRange', errorMessage: 'more than 10' });
    expect(await send([1])).toMatchObject({ status: 400 });
  });

  test('events, as JSON, as headers with a body, and as messages of Pub/Sub', async () => {
    expect(await deliver({ ...EVENT, data: SUM }, STRUCTURED)).toMatchObject({ status: 200, text: '{"ret":3}' });
    expect(await deliver(NAMED, toBinary('a.test'))).toMatchObject({ status: 200, text: '{"ret":7}' });
    const message = { data: Buffer.from(JSON.stringify(NAMED)).toString('base64'), messageId: '1' };
    const published = toBinary('google.cloud.pubsub.topic.v1.messagePublished');
    expect(await deliver({ message, subscription: 's' }, published)).toMatchObject({ status: 200, text: '{"ret":7}' });
  });

  test('an event whose function throws has failed, as Google tells it', async () => {
    const { status, headers, text } = await deliver({ ...EVENT, data: REFUSED }, STRUCTURED);
    expect([status, headers.get('x-google-status'), text]).toEqual([500, 'error', 'more than 10']);
  });
});

describe.runIf(isAsked('knative'))('knative', () => {
  const send = serve(knative, knative.packages);

  test('calls and errors', async () => {
    expect(await send(SUM)).toMatchObject({ status: 200, text: '{"ret":3}' });
    expect(await send(NAMED, { 'content-type': 'text/plain' })).toMatchObject({ status: 200, text: '{"ret":7}' });
    const { status, text } = await send(REFUSED);
    expect([status, JSON.parse(text).errorType]).toEqual([500, 'OutOfRange']);
  });

  test('an event is answered with an event', async () => {
    const { status, headers, text } = await send({ ...EVENT, data: SUM }, STRUCTURED);
    expect([status, text, headers.get('ce-type'), headers.get('ce-source')]).toEqual([
      200,
      '{"ret":3}',
      'faasify.reply',
      `/${NAME}`,
    ]);
    expect(await send(NAMED, toBinary('a.test'))).toMatchObject({ status: 200, text: '{"ret":7}' });
  });

  test('an event whose function throws is to be sent again: no event, and 500', async () => {
    const { status, headers } = await send(REFUSED, toBinary('a.test'));
    expect([status, headers.get('ce-type')]).toEqual([500, null]);
  });
});

describe.runIf(isAsked('fn'))('fn', () => {
  const send = serve(fn, fn.packages);

  test('the error gets past a server that would keep it to itself', async () => {
    expect(await send(SUM)).toMatchObject({ status: 200, text: '{"ret":3}' });
    const { status, text } = await send(REFUSED);
    expect([status, JSON.parse(text).errorMessage]).toEqual([500, 'more than 10']);
    expect(await send([1])).toMatchObject({ status: 400 });
  });
});
