import { describe, expect, test } from 'vitest';
import { nameAt } from '../../src/2-plan/deployed-names.ts';
import { listTargets, loadProvider } from '../../src/providers/index.ts';

const providers = await Promise.all(
  listTargets()
    .filter((name) => name !== 'local')
    .map(loadProvider),
);

const LONG = 'a'.repeat(50);
const APPS = ['shop', '2048-game', 'My_Shop', LONG, '9', undefined];
const UNITS = ['trig-calculate', 'a', 'a-b', 'b'.repeat(60), `${'b'.repeat(60)}c`];

describe.each(providers)('$name', (provider) => {
  test('takes the names of all units of all apps, and no two are the same', () => {
    const names = APPS.flatMap((app) => UNITS.map((unit) => nameAt(provider, app, unit)));
    const { pattern, maxLength } = provider.unitName;
    expect(names.filter((name) => !pattern.test(name) || name.length > maxLength)).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });
});
