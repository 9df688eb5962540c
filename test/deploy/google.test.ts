/** Deployment to Google's Cloud Functions over their API. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { ROOT, TRIG } from '../cli/command.ts';
import { buildFor } from './built.ts';
import { endOperations, type Google, startGoogle } from './google.ts';

const HEAD = 'Google Cloud Functions at project shop-1\n';
const pathOf = (unit: string, region = 'europe-west1') =>
  `projects/shop-1/locations/${region}/functions/shop-trig-${unit}`;
const lines = (action: string, ...units: string[]) =>
  units.map((unit) => `  ${action}  shop-trig-${unit} (europe-west1)\n`).join('');

/** A build of two units, and `faasify` in its folder. */
async function build(files?: Record<string, string>) {
  const google = await startGoogle();
  return { google, ...(await buildFor('gcf', google.env, files)) };
}

function put(google: Google, unit: string, labels?: Record<string, string>) {
  const fn = { name: pathOf(unit), state: 'ACTIVE', buildConfig: {}, serviceConfig: {}, ...(labels && { labels }) };
  google.functions.set(fn.name, fn as Google['functions'] extends Map<string, infer F> ? F : never);
}

/** In the place of the one that Google makes. */
function makeLibrary(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "name": "google-auth-library", "main": "index.js" }');
  const text = "exports.GoogleAuth = class { async getAccessToken() { return 'ya29.token'; } };";
  writeFileSync(join(folder, 'index.js'), text);
}

test('functions are created, changed and removed as the build says, private, and nothing else is', async () => {
  const { google, run, folder, built } = await build();
  const { functions, objects, written } = google;
  put(google, 'others');
  const all = ['calculate', 'square'];
  expect(await run('deploy', 'faas', '--dry-run')).toMatchObject({
    code: 0,
    stdout: `${HEAD}${lines('create', ...all)}nothing has been sent: this was a dry run\n`,
  });
  const where = '  apps find them with FAASIFY_ENDPOINT_GCF=https://europe-west1-shop-1.cloudfunctions.net/{name}\n';
  expect(await run('deploy', 'faas')).toEqual({
    code: 0,
    stdout: `${HEAD}${lines('create', ...all)}${where}`,
    stderr: '',
  });
  const square = functions.get(pathOf('square'));
  expect(square).toMatchObject({
    state: 'ACTIVE',
    environment: 'GEN_2',
    labels: { 'faasify-app': 'shop', 'faasify-hash': expect.stringMatching(/^[0-9a-f]{48}$/) },
    buildConfig: { runtime: 'nodejs22', entryPoint: 'shop-trig-square' },
    serviceConfig: { availableMemory: '512Mi', timeoutSeconds: 30, maxInstanceRequestConcurrency: 1 },
  });
  const { object } = square?.buildConfig.source.storageSource ?? { object: '' };
  expect(objects.get(object)?.toString('latin1')).toMatch(/^PK/);
  expect((await run('deploy', 'faas')).stdout).toBe(`${HEAD}  nothing differs\n`);
  expect(written).toHaveLength(4);

  Object.assign(square?.labels ?? {}, { team: 'shop' });
  Object.assign(square?.serviceConfig ?? {}, { minInstanceCount: 1 });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "faasify": { "timeout": 20 } }');
  await built();
  expect((await run('deploy', 'faas')).stdout).toContain(lines('update', ...all));
  expect(functions.get(pathOf('square'))).toMatchObject({
    labels: { team: 'shop' },
    serviceConfig: { timeoutSeconds: 20, minInstanceCount: 1 },
  });
  await built('--exclude', '**#square');
  expect((await run('deploy', 'faas')).stdout).toContain(lines('delete', 'square'));
  expect((await run('destroy', 'faas', '--yes')).stdout).toBe(`${HEAD}${lines('delete', 'calculate')}`);
  expect([...functions.keys()]).toEqual([pathOf('others')]);
});

test('a region of its own, and variables that functions read, which also belong to what is compared', async () => {
  const { google, run, folder, built } = await build({
    ...TRIG,
    'trig.ts': `${TRIG['trig.ts']}
/** @faas region=us-east1 */
export function sign(text: string): string {\n  return text + process.env.SALT;\n}\n`,
    'main.ts': `${TRIG['main.ts']}import { sign } from './trig.js';\nconsole.log(sign('a'));\n`,
    'globals.d.ts': 'declare const process: { env: Record<string, string | undefined> };\n',
  });
  google.env.SALT = 'pepper-and-salt';
  expect((await run('deploy', 'faas')).stdout).toContain('  create  shop-trig-sign (us-east1)\n');
  const there = google.functions.get(pathOf('sign', 'us-east1'));
  expect(there?.serviceConfig.environmentVariables).toEqual({ SALT: 'pepper-and-salt' });
  expect((await run('diff', 'faas')).code).toBe(0);
  google.env.SALT = 'cinnamon';
  expect((await run('diff', 'faas')).stdout).toContain('  update  shop-trig-sign (us-east1)\n');
  const before = google.written.length;
  const trig = join(folder, 'trig.ts');
  writeFileSync(trig, readFileSync(trig, 'utf8').replace('region=us-east1', 'region=eu-west-1'));
  await built();
  const refused = await run('deploy', 'faas');
  expect(refused.stderr).toContain('There is no region eu-west-1 at project shop-1');
  expect(refused.stderr).toContain('There are: europe-west1, us-east1.');
  expect(google.written).toHaveLength(before);
});

test('too many requests, conflicts and failures are waited out; what ends in the middle is finished by the next deployment', async () => {
  const { google, run } = await build();
  google.faults.set('GET functions', [503, 429]);
  google.faults.set('POST functions', [429, 409, 503]);
  google.faults.set('GET operations', Array(8).fill(500));
  const stopped = await run('deploy', 'faas');
  expect(stopped).toMatchObject({ code: 2, stdout: '' });
  expect(stopped.stderr).toContain('Google Cloud Functions at 127.0.0.1');
  expect(stopped.stderr).toContain(
    'answered 500 to GET /v2/projects/shop-1/locations/europe-west1/operations/operation-',
  );
  google.faults.clear();
  const finishing = run('deploy', 'faas');
  await vi.waitFor(() => expect(google.functions.size).toBeGreaterThan(0));
  const under = setInterval(() => endOperations(google), 50);
  expect((await finishing).code).toBe(0);
  clearInterval(under);
  expect([...google.functions.values()].map(({ state }) => state)).toEqual(['ACTIVE', 'ACTIVE']);
  expect((await run('deploy', 'faas')).stdout).toBe(`${HEAD}  nothing differs\n`);
});

test('a deployment that is killed while a build runs is finished by the next one', async () => {
  const { google, run, folder } = await build();
  google.pauses.add('GET operations');
  const bin = join(ROOT, 'bin/faasify.js');
  const child = spawn(process.execPath, [bin, 'deploy', 'faas'], {
    cwd: folder,
    env: { ...process.env, ...google.env },
  });
  const ended = new Promise((done) => child.once('close', done));
  await vi.waitFor(() => expect(google.written).toHaveLength(2), { timeout: 60_000 });
  child.kill('SIGKILL');
  await ended;
  google.pauses.clear();
  expect((await run('deploy', 'faas', '--dry-run')).stdout).toContain(lines('update', 'calculate', 'square'));
  endOperations(google);
  expect((await run('deploy', 'faas')).stdout).toContain(lines('update', 'calculate', 'square'));
  expect((await run('diff', 'faas')).code).toBe(0);
  const [square] = [...google.functions.values()].filter(({ name }) => name === pathOf('square'));
  Object.assign(square ?? {}, { state: 'DEPLOYING' });
  const finishing = run('deploy', 'faas');
  setTimeout(() => Object.assign(square ?? {}, { state: 'UNKNOWN' }), 500);
  expect((await finishing).stdout).toContain(lines('update', 'square'));
  expect(google.functions.get(pathOf('square'))?.state).toBe('ACTIVE');
});

test('a build that fails is said, and tried again by the next deployment', async () => {
  const { google, run } = await build();
  google.broken.set('shop-trig-square', 'Build failed: npm ERR!');
  const broken = await run('deploy', 'faas');
  expect(broken).toMatchObject({ code: 2, stdout: '' });
  expect(broken.stderr).toContain('shop-trig-square (europe-west1): Build failed: npm ERR!');
  google.broken.clear();
  expect((await run('deploy', 'faas')).stdout).toContain(lines('update', 'square'));
});

test('an update that fails is not believed where the function is active as before', async () => {
  const { google, run, folder, built } = await build();
  await run('deploy', 'faas');
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "faasify": { "timeout": 20 } }');
  await built();
  google.silent.add('shop-trig-square');
  google.broken.set('shop-trig-square', 'Build failed: npm ERR!');
  expect((await run('deploy', 'faas')).stderr).toContain('Build failed: npm ERR!');
  expect(google.functions.get(pathOf('square'))?.state).toBe('ACTIVE');
  google.broken.clear();
  expect((await run('diff', 'faas')).stdout).toContain(lines('update', 'square'));
  expect((await run('deploy', 'faas')).stdout).toContain(lines('update', 'square'));
  expect((await run('deploy', 'faas')).stdout).toBe(`${HEAD}  nothing differs\n`);
});

test('what is not ours is not touched; who deploys, and where, has to be said', async () => {
  const { google, run, folder } = await build();
  put(google, 'square', { 'faasify-app': 'other', 'faasify-hash': 'c0ffee' });
  const refused = await run('deploy', 'faas');
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain('these exist and do not belong to this app: shop-trig-square');
  expect(google.written).toEqual([]);
  google.env.CLOUDSDK_AUTH_ACCESS_TOKEN = 'old';
  expect((await run('deploy', 'faas')).stderr).toContain('answered 401');
  google.env.CLOUDSDK_AUTH_ACCESS_TOKEN = '';
  expect((await run('deploy', 'faas')).stderr).toContain('npm install --save-dev google-auth-library');
  google.env.GOOGLE_CLOUD_REGION = '';
  google.env.CLOUDSDK_AUTH_ACCESS_TOKEN = 'ya29.token';
  google.functions.clear();
  expect((await run('diff', 'faas', '--region', 'us-east1')).stdout).toContain(
    '  create  shop-trig-square (us-east1)\n',
  );
  google.env.CLOUDSDK_AUTH_ACCESS_TOKEN = '';
  google.env.GOOGLE_CLOUD_REGION = 'europe-west1';
  google.env.GOOGLE_CLOUD_PROJECT = '';
  expect((await run('deploy', 'faas')).stderr).toContain('Set GOOGLE_CLOUD_PROJECT and GOOGLE_CLOUD_REGION.');
  google.env.GOOGLE_CLOUD_PROJECT = 'shop-1';
  google.functions.clear();
  const library = 'node_modules/google-auth-library';
  makeLibrary(join(folder, library));
  expect((await run('deploy', 'faas')).stdout).toContain(lines('create', 'calculate', 'square'));
});
