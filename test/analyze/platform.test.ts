import { join } from 'node:path';
import { expect, it } from 'vitest';
import { analyze } from '../../src/1-analyze/analyze.ts';
import { createPackages } from '../../src/1-analyze/packages/facts.ts';
import { loadProgram } from '../../src/1-analyze/program/load.ts';
import { makeProject } from '../cli/command.ts';
import { writeFiles } from './write-files.ts';

const IMPORTS = `
import { EOL, constants } from 'node:os';
import path, { sep } from 'node:path';
import posix from 'node:path/posix';
import { fileURLToPath } from 'node:url';
const SEPARATED = 'a' + sep;
const AGAIN = SEPARATED + '!';
const OTHER = path.posix.join('a', 'b');
`;

it('says what may be another thing on another platform', () => {
  const cases = {
    "path.join('a', 'b')": true,
    "path.resolve('a')": true,
    sep: true,
    EOL: true,
    'constants.signals.SIGINT': true,
    'process.platform': true,
    'fileURLToPath(text)': true,
    '[text].map(path.basename)': true,
    AGAIN: true,
    "posix.join('a', 'b')": false,
    "path.win32.join('a', 'b')": false,
    OTHER: false,
    "encodeURI('a b')": false,
  };
  const codes = Object.keys(cases);
  const functions = codes.map((code, i) => `export function f${i}(text: string): unknown { return ${code}; }`);
  const folder = makeProject({ 'main.ts': `${IMPORTS}\n${functions.join('\n')}\n` });
  const facts = analyze(loadProgram({ path: join(folder, 'main.ts'), cwd: folder }));
  const asks = (name: string) =>
    facts.functions.find((fn) => fn.name === name)?.effects.some(({ kind }) => kind === 'platform');
  expect(Object.fromEntries(codes.map((code, i) => [code, asks(`f${i}`)]))).toEqual(cases);
});

it('sees it in packages, where it was decided when they were loaded, too', () => {
  const folder = writeFiles({
    'package.json': '{ "name": "made-up" }',
    'index.js': `
const path = require('path');
const isWindows = process.platform === 'win32';
const sep = path.sep;
exports.joinAll = (a, b) => path.join(a, b);
exports.quote = (text) => isWindows ? '"' + text + '"' : text;
exports.split = (text) => text.split(sep);
exports.add = (a, b) => a + b;
`,
  });
  const packages = createPackages();
  const effects = (name: string) => packages.packageEffects(join(folder, 'index.js'), name, []).effects;
  for (const name of ['joinAll', 'quote', 'split']) expect([name, ...effects(name)]).toContain('platform');
  expect(effects('add')).toEqual([]);
});
