/** Scripts for providers' own tools give functions the variables that they read, where these have values; tools that note what they are told stand for them. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadProvider } from '../../src/providers/index.ts';
import type { ProviderApp } from '../../src/providers/provider.ts';
import { listVariables } from '../../src/providers/variables.ts';
import { makeProject } from '../cli/command.ts';

const TOOLS = ['az', 'deno', 'faas-cli', 'fn', 'func', 'gcloud', 'kubectl', 'kubeless', 'npm', 'npx', 'scw'];
const TOOL = `#!/bin/sh
printf '%s' "\${0##*/}" >> "$NOTES"
for word in "$@"; do
  printf ' [%s]' "$word" >> "$NOTES"
  case "$word" in --env-vars-file=*) cat "\${word#*=}" >> "$NOTES" ;; esac
done
cat >> "$NOTES"
echo >> "$NOTES"
`;

const VALUE = `a  b'"$HOME\`é`;

/** What tools are told by a script with these variables, line by line; `isFine`: it has come to its end. */
async function runScript(target: string, env: Record<string, string>) {
  const provider = await loadProvider(target);
  const unit = { settings: { memory: 512, timeout: 30 }, package: 'packages/price.zip' };
  const folders = ['price', 'other'].map((name) => `units/${name}`);
  const app: ProviderApp = {
    name: 'shop',
    units: [
      { ...unit, name: 'shop-price', unit: 'price', folder: 'units/price', env: ['RATES', 'MARKET', 'PATH'] },
      { ...unit, name: 'shop-other', unit: 'other', folder: 'units/other', env: [] },
    ],
  };
  const folder = makeProject(
    Object.fromEntries(folders.flatMap((one) => ['package.json', 'host.json'].map((file) => [`${one}/${file}`, '{}']))),
  );
  for (const name of [target, 'tools']) mkdirSync(join(folder, name));
  for (const name of TOOLS) {
    writeFileSync(join(folder, 'tools', name), TOOL);
    chmodSync(join(folder, 'tools', name), 0o755);
  }
  const lines = provider.commands?.(app) ?? [];
  const keys = { FAASIFY_KEY_WORKERS: 'k', FAASIFY_KEY_NETLIFY: 'k', FAASIFY_KEY_VERCEL: 'k', FAASIFY_KEY_DENO: 'k' };
  const places = {
    ...{ SCW_FUNCTION_NAMESPACE: 'n', AZURE_FUNCTIONAPP_NAME: 'shop', AZURE_RESOURCE_GROUP: 'g', DENO_DEPLOY_ORG: 'o' },
    ...{ FUNC_REGISTRY: 'r', KUBELESS_NODE_IMAGE: 'i', NOTES: join(folder, 'notes') },
  };
  const { status, stderr } = spawnSync('sh', ['-c', ['set -eu', ...lines].join('\n')], {
    cwd: folder,
    env: { PATH: `${join(folder, 'tools')}:${process.env.PATH}`, ...keys, ...places, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  const notes = existsSync(join(folder, 'notes')) ? readFileSync(join(folder, 'notes'), 'utf8') : '';
  return { isFine: status === 0, stderr, notes, text: lines.join('\n') };
}

/** How the tool is told a value, where the others are told all the same. */
const TOLD: Record<string, string> = {
  gcf: JSON.stringify({ RATES: VALUE }),
  workers: `npx [wrangler] [secret] [put] [RATES] [--config] [units/price/wrangler.jsonc]${VALUE}\n`,
  netlify: `npx [netlify] [env:set] [RATES] [${VALUE}] [--secret]`,
  vercel: `npx [vercel] [env] [add] [RATES] [production] [--sensitive] [--force]${VALUE}\n`,
  scaleway: `[secret-environment-variables.0.key=RATES] [secret-environment-variables.0.value=${VALUE}]\n`,
  azure: `az [functionapp] [config] [appsettings] [set] [--name] [shop] [--resource-group] [g] [--output] [none] [--settings] [RATES=${VALUE}]\n`,
  deno: `deno [deploy] [env] [add] [RATES] [${VALUE}] [--secret]`,
  fn: `fn [config] [function] [shop] [shop-price] [RATES] [${VALUE}]\n`,
  knative: 'func [deploy] [--path] [units/price] [--env] [RATES={{ env:RATES }}]\n',
  kubeless: `[--runtime-image] [i] [--env] [RATES=${VALUE}]\n`,
  openfaas: `faas-cli [up] [--yaml] [openfaas/stack.yml] [--env] [RATES=${VALUE}]\n`,
};

test.each(Object.entries(TOLD))('%s', async (target, told) => {
  const set = await runScript(target, { RATES: VALUE });
  expect(set).toMatchObject({ isFine: true, stderr: '' });
  expect(set.notes).toContain(told);
  expect(set.notes).not.toMatch(/MARKET|\[PATH/);
  const unset = await runScript(target, {});
  expect(unset).toMatchObject({ isFine: true, stderr: '' });
  expect(unset.notes).not.toContain('RATES');
  const both = await runScript(target, { RATES: 'r', MARKET: 'm' });
  expect(both.notes).toMatch(/RATES.*MARKET|MARKET.*RATES/s);
});

test('what providers have for themselves is not set, nor what is ours', () => {
  const env = ['B', 'AA', 'FAASIFY_KEY', 'HOME', '_X', 'FN_LISTENER'];
  expect(listVariables([{ env }, { env: ['CC', 'AA'] }], /^FN_/)).toEqual(['AA', 'CC']);
});
