/** What lies beside a unit's code for providers with tools of their own, and how these are called. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { provider as azure } from '../../src/providers/azure.ts';
import { provider as deno } from '../../src/providers/deno.ts';
import { provider as fn } from '../../src/providers/fn.ts';
import { provider as gcf } from '../../src/providers/gcf.ts';
import { provider as http } from '../../src/providers/http.ts';
import { provider as knative } from '../../src/providers/knative.ts';
import type { Provider, ProviderApp } from '../../src/providers/provider.ts';
import { provider as scaleway } from '../../src/providers/scaleway.ts';
import { quote } from '../../src/providers/shell.ts';
import { provider as workers } from '../../src/providers/workers.ts';

const settings = { memory: 512, timeout: 30, region: 'europe-west1' };
const unit = { name: 'shop-price', unit: 'price', settings, env: ['RATES'] };

const appFor = ({ name }: Provider, env: string[] = []): ProviderApp => ({
  name: 'shop',
  units: [{ ...unit, env, package: `packages/${name}/price.zip`, folder: `units/price/${name}` }],
});

function readFiles(provider: Provider): Record<string, string> {
  return Object.fromEntries((provider.files?.(unit) ?? []).map(({ path, text }) => [path, text]));
}

describe('gcf', () => {
  it('deploys with gcloud, private and for one call at a time', () => {
    expect(gcf.commands?.(appFor(gcf))[0]).toBe(
      'gcloud functions deploy shop-price --gen2 --region=europe-west1 --runtime=nodejs22 --source=units/price/gcf ' +
        '--entry-point=shop-price --trigger-http --no-allow-unauthenticated --memory=512Mi --timeout=30s --concurrency=1 --quiet',
    );
    expect(JSON.parse(readFiles(gcf)['package.json'] ?? '')).toEqual({
      private: true,
      type: 'module',
      name: 'shop-price',
      main: 'index.js',
      dependencies: { '@google-cloud/functions-framework': '5.0.5' },
    });
  });

  it('leaves room for the name of the function for events', () => {
    expect(`${'a'.repeat(gcf.unitName.maxLength)}-event`).toHaveLength(63);
  });
});

describe('knative', () => {
  it('has what func.yaml has no place for set by kubectl', () => {
    expect(knative.commands?.(appFor(knative)).slice(1)).toEqual([
      'func deploy --path units/price/knative',
      `kubectl patch services.serving.knative.dev shop-price --type=merge -p '{"spec":{"template":{"spec":{"timeoutSeconds":30}}}}'`,
    ]);
    expect(parse(readFiles(knative)['func.yaml'] ?? '')).toEqual({
      specVersion: '0.36.0',
      name: 'shop-price',
      runtime: 'node',
      created: '2026-01-01T00:00:00Z',
      run: { envs: [{ name: 'FUNC_BODY_LIMIT', value: '104857600' }] },
      deploy: {
        options: { resources: { requests: { memory: '512Mi' }, limits: { memory: '512Mi', concurrency: 1 } } },
      },
    });
  });
});

describe('fn', () => {
  it('gives every function a trigger', () => {
    expect(fn.commands?.(appFor(fn))).toEqual([
      'fn deploy --app shop --create-app --no-bump --working-dir "$PWD/units/price/fn"',
    ]);
    expect(parse(readFiles(fn)['func.yaml'] ?? '')).toMatchObject({
      schema_version: 20180708,
      name: 'shop-price',
      entrypoint: 'node func.js',
      memory: 512,
      timeout: 30,
      triggers: [{ name: 'shop-price', type: 'http', source: '/shop-price' }],
    });
  });
});

describe('scaleway', () => {
  it('uploads, then sets', () => {
    expect(scaleway.commands?.(appFor(scaleway)).slice(1, 3)).toEqual([
      'scw function deploy name=shop-price runtime=node22 zip-file=packages/scaleway/price.zip region=europe-west1 namespace-id="$SCW_FUNCTION_NAMESPACE"',
      `scw function function update "$(scw function function list name=shop-price region=europe-west1 -o 'template={{ .ID }}' namespace-id="$SCW_FUNCTION_NAMESPACE")" ` +
        'handler=handler.handle privacy=private memory-limit=512 timeout=30s region=europe-west1',
    ]);
  });
});

describe('http', () => {
  it('has a container for each unit, on one network', () => {
    const [compose] = http.project?.(appFor(http, ['RATES'])) ?? [];
    expect(compose?.path).toBe('compose.yaml');
    expect(parse(compose?.text ?? '')).toEqual({
      services: {
        'shop-price': {
          build: '../units/price/http',
          mem_limit: '512m',
          environment: ['FAASIFY_KEY', 'RATES'],
          expose: ['8080'],
          restart: 'unless-stopped',
        },
      },
    });
    expect(readFiles(http).Dockerfile).toMatch(/^FROM node:22-slim\n/);
  });
});

it('quotes what the shell would take apart', () => {
  expect(['a-b', "it's", '$HOME', ''].map(quote)).toEqual(['a-b', `'it'\\''s'`, `'$HOME'`, `''`]);
});

describe('workers', () => {
  it('tells those that call others where these are', () => {
    const app = appFor(workers);
    const lines = (isCaller: object) =>
      (workers.commands?.({ ...app, units: app.units.map((one) => ({ ...one, ...isCaller })) }) ?? []).join('\n');
    expect(lines({})).not.toContain('ENDPOINT');
    expect(lines({ isCaller: true })).toContain('secret put FAASIFY_ENDPOINT_WORKERS --config');
    // It ends where it asks for what is not set.
    const { status, stderr } = spawnSync('bash', ['-c', lines({ isCaller: true })], {
      env: { FAASIFY_KEY_WORKERS: 'k', PATH: process.env.PATH },
      encoding: 'utf8',
    });
    expect(status).not.toBe(0);
    expect(stderr).toContain('where they are, https://{name}.<subdomain>.workers.dev: some call others');
  });
});

describe.each([
  ['deno', deno, 'deno deploy "$@" --prod'],
  ['azure', azure, 'func azure functionapp publish'],
])('%s', (_name, provider, publish) => {
  const { units, ...app } = appFor(provider);
  const two = units.flatMap((one) => [one, { ...one, name: 'shop-order', unit: 'order' }]);
  const count = (lines: string[] = []) => lines.filter((line) => line.includes(publish)).length;

  it('has one app for all units, as long as none of them calls another', () => {
    expect(count(provider.commands?.({ ...app, units: two }))).toBe(1);
  });

  it('has an app for each unit if there are any that do, and tells these where the others are', () => {
    const lines = provider.commands?.({ ...app, units: two.map((one) => ({ ...one, isCaller: true as const })) }) ?? [];
    expect(count(lines)).toBe(2);
    expect(
      lines.filter((line) => line.includes(`FAASIFY_ENDPOINT_${provider.name.toUpperCase()}`)).length,
    ).toBeGreaterThan(1);
    const { status, stderr } = spawnSync('bash', ['-n'], { input: lines.join('\n'), encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });
});
