import { expect, test } from 'vitest';
import { askForPackages } from '../../src/4-package/installed.ts';

const file = (name: string, content: unknown) => ({ name, text: Buffer.from(JSON.stringify(content)) });
const own = { name: 'package.json', text: '{"name":"shop","dependencies":{"z-framework":"1.0.0"}}' };

test('what was packed is asked for in the version that was packed', () => {
  const entries = [
    own,
    file('node_modules/sharp/package.json', { name: 'sharp', version: '0.34.1' }),
    file('node_modules/@img/linux-x64/package.json', { version: '0.34.2' }),
    file('node_modules/sharp/lib/package.json', { version: '9.9.9' }),
    file('node_modules/sharp/node_modules/semver/package.json', { version: '7.0.0' }),
  ];
  const [changed, ...others] = askForPackages(entries);
  expect(JSON.parse(`${changed?.text}`)).toEqual({
    name: 'shop',
    dependencies: { '@img/linux-x64': '0.34.2', sharp: '0.34.1', 'z-framework': '1.0.0' },
  });
  expect(others).toEqual(entries.slice(1));
});

test('nothing is changed without packages, or without a package.json', () => {
  expect(askForPackages([own])).toEqual([own]);
  const packed = file('node_modules/sharp/package.json', { version: '1.0.0' });
  expect(askForPackages([packed])).toEqual([packed]);
});
