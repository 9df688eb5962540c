import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nameDeployed } from '../../src/2-plan/deployed-names.ts';
import { findAppName } from '../../src/app-name.ts';
import type { Manifest } from '../../src/types.ts';
import type { StubPlan } from '../../templates/runtime/plan.ts';
import { faasify, makeProject, TRIG } from '../cli/command.ts';

test('a unit is called after its app, and within the length that is allowed', () => {
  expect(nameDeployed('shop', 'trig-calculate')).toEqual({ name: 'shop-trig-calculate', alias: 'live' });
  const long = 'a-function-with-a-name-that-goes-on-and-on-and-on-and-on-and';
  const [one, other] = [nameDeployed('shop', `${long}1`).name, nameDeployed('shop', `${long}2`).name];
  expect(one).toMatch(/^shop-a-function-with-.*_[0-9a-f]{8}$/);
  expect(one.length).toBeLessThanOrEqual(64);
  expect(one).not.toBe(other);
});

describe('the name of an app', () => {
  const findNameIn = (text: string) =>
    findAppName(join(makeProject({ 'package.json': text, 'src/a.ts': '' }), 'src/a.ts'));

  test.each([
    ['{ "name": "shop" }', 'shop'],
    ['{ "name": "@acme/shop.web" }', 'acme-shop-web'],
    ['{ "name": "…" }', undefined],
    ['{ "name": 7 }', undefined],
    ['{}', undefined],
    ['not JSON', undefined],
    [`{ "name": "${'x'.repeat(41)}" }`, undefined],
  ])('%s → %s', (text, name) => {
    expect(findNameIn(text)).toBe(name);
  });
});

describe('a build for a provider', () => {
  const readOutput = (folder: string, file: string) => JSON.parse(readFileSync(join(folder, 'faas', file), 'utf8'));

  test('says in the manifest and to the stubs what its units are called once they are deployed', async () => {
    const project = makeProject({ ...TRIG, 'package.json': '{ "name": "@acme/trig", "type": "module" }' });
    expect((await faasify(project, '.', '--target', 'lambda')).code).toBe(0);
    const manifest: Manifest = readOutput(project, 'faasify.json');
    const plan: StubPlan = readOutput(project, 'app/node_modules/faasify/runtime/plan.json');
    expect(manifest.app).toBe('acme-trig');
    const names = manifest.units.map(({ name }) => ({ name: `acme-trig-${name}`, alias: 'live' }));
    expect(manifest.units.map(({ deployed }) => deployed)).toEqual(names);
    expect(plan.units.map(({ deployed }) => deployed)).toEqual(names);
    expect((await faasify(project, '.', '--target', 'lambda', '--app', 'other')).stdout).not.toContain(
      'nothing has changed',
    );
    expect(readOutput(project, 'faasify.json').units[0].deployed.name).toMatch(/^other-/);
  });

  test('has no such names without a name for the app, and none for this machine', async () => {
    const project = makeProject(TRIG);
    for (const flags of [
      ['--target', 'lambda'],
      ['--app', 'trig'],
    ]) {
      expect((await faasify(project, '.', ...flags)).code).toBe(0);
      expect(readOutput(project, 'faasify.json')).not.toHaveProperty('app');
    }
  });

  test('refuses a name that no provider takes', async () => {
    const { code, stderr } = await faasify(makeProject(TRIG), '.', '--target', 'lambda', '--app', 'my shop');
    expect([code, stderr]).toEqual([2, expect.stringContaining('--app: "my shop" is not a name')]);
  });
});
