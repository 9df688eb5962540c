import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { collectNative } from '../../src/4-package/native.ts';
import { describeLambda } from '../../src/4-package/native-binary.ts';
import { build } from '../../src/commands/build.ts';
import { unzip } from '../../src/host/control/unzip.ts';

/** The beginning of a library, and names in it. */
function elf(processor: number, names = ''): Buffer {
  const header = Buffer.alloc(64);
  header.write('\x7fELF', 'latin1');
  header.writeUInt16LE(processor, 18);
  return Buffer.concat([header, Buffer.from(`napi_register_module_v1 GLIBC_2.17 ${names}`)]);
}

const [X64, ARM] = [0x3e, 0xb7];
const machine = describeLambda('nodejs22.x', 'x86_64');

function makeProject(files: Record<string, string | Buffer | object>): string {
  const folder = mkdtempSync(join(tmpdir(), 'faasify-native-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
  }
  return folder;
}

const listOf = (folder: string) => collectNative(['img'], folder, machine).map(({ name }) => name);
/** One package for each machine, as most are published now. */
const APART = {
  'node_modules/img/package.json': {
    dependencies: { tool: '1' },
    optionalDependencies: {
      'img-linux-x64': '1',
      'img-linux-x64-musl': '1',
      'img-linux-arm64': '1',
      'img-darwin': '1',
    },
  },
  'node_modules/img/index.js': '',
  'node_modules/img/src/img.cc': '',
  'node_modules/img/LICENSE': '',
  'node_modules/tool/package.json': {},
  'node_modules/img-linux-x64-musl/package.json': { os: ['linux'], cpu: ['x64'], libc: ['musl'] },
  'node_modules/img-linux-x64-musl/img.node': elf(X64, 'libc.musl-x86_64.so.1'),
};
const FITTING = {
  'node_modules/img-linux-x64/package.json': { os: ['linux'], cpu: ['x64'], libc: ['glibc'] },
  'node_modules/img-linux-x64/img.node': elf(X64),
  'node_modules/img-linux-x64/libimg.so.42': elf(X64),
};

describe('packages with native code', () => {
  test('go along with what they need, and what they have for the target', () => {
    expect(listOf(makeProject({ ...APART, ...FITTING }))).toEqual([
      'node_modules/img/LICENSE',
      'node_modules/img/index.js',
      'node_modules/img/package.json',
      'node_modules/img-linux-x64/img.node',
      'node_modules/img-linux-x64/libimg.so.42',
      'node_modules/img-linux-x64/package.json',
      'node_modules/tool/package.json',
    ]);
  });

  test('are found behind links, and another version lies below what needs it', () => {
    const folder = makeProject({
      'store/img/package.json': { dependencies: { tool: '1', other: '1' } },
      'store/img/a.node': elf(X64),
      'store/node_modules/tool/package.json': { version: '1', dependencies: { deep: '1' } },
      'store/node_modules/deep/package.json': {},
      'store/node_modules/other/package.json': { dependencies: { tool: '2' } },
      'store/node_modules/other/node_modules/tool/package.json': { version: '2' },
      'node_modules/x': '',
    });
    symlinkSync(join(folder, 'store/img'), join(folder, 'node_modules/img'));
    expect(listOf(folder).sort()).toEqual([
      'node_modules/deep/package.json',
      'node_modules/img/a.node',
      'node_modules/img/node_modules/tool/package.json',
      'node_modules/img/package.json',
      'node_modules/other/package.json',
      'node_modules/tool/package.json',
    ]);
  });

  test('with libraries for all machines in one folder leave the others out', () => {
    const inOne = {
      'node_modules/img/package.json': {},
      'node_modules/img/prebuilds/linux-x64/img.glibc.node': elf(X64),
      'node_modules/img/prebuilds/linux-x64/img.musl.node': elf(X64, 'libc.musl-x86_64.so.1'),
      'node_modules/img/prebuilds/linux-arm64/img.node': elf(ARM),
      'node_modules/img/prebuilds/win32-x64/img.node': 'MZ',
    };
    expect(listOf(makeProject(inOne))).toEqual([
      'node_modules/img/package.json',
      'node_modules/img/prebuilds/linux-x64/img.glibc.node',
    ]);
  });

  const one = (binary: Buffer | string) => ({
    'node_modules/img/package.json': {},
    'node_modules/img/img.node': binary,
  });
  test.each<[string, Record<string, string | Buffer | object>]>([
    ['is for others. Try npm install --os=linux --cpu=x64 --libc=glibc img', APART],
    ['is for another processor. Try npm install', one(elf(ARM))],
    ['is for another system. Try npm install', one('MZ')],
    ['is for musl. Try npm install', one(elf(X64, 'libc.musl-x86_64.so.1'))],
    [
      'is for another version of Node (ABI 115, not 127). Try to install it under',
      one(elf(X64, 'node_register_module_v115')),
    ],
    ['needs glibc 2.38, and there is 2.34. Try to install it under', one(elf(X64, 'GLIBC_2.38'))],
    ['is for another processor', { ...one(elf(X64)), 'node_modules/img/second.node': elf(ARM) }],
  ])('are refused if what is there %s', (problem, files) => {
    expect(() => listOf(makeProject(files))).toThrow(
      `img has no native code for linux on x64: what is there ${problem}`,
    );
  });

  test('are refused if something that they need is not there', () => {
    const files = { 'node_modules/img/package.json': { dependencies: { gone: '1' } } };
    expect(() => listOf(makeProject(files))).toThrow('gone is not installed');
  });

  test('that the user vouches for lie in the zip of the units that use them; else their functions stay, with a hint', async () => {
    const root = makeProject({
      'package.json': { name: 'shop', type: 'module' },
      'node_modules/img/package.json': { main: 'index.js', types: 'index.d.ts' },
      'node_modules/img/index.d.ts': 'export declare function size(text: string): number;',
      'node_modules/img/index.js':
        "const lib = require('./img.node');\nmodule.exports = lib;\nmodule.exports.size = lib.size;\n",
      'node_modules/img/img.node': elf(X64),
      'a.ts':
        "import { size } from 'img';\nexport function measure(text: string): number {\n  return size(text) + 1;\n}\nexport function plain(n: number): number {\n  return n * n + 1;\n}\n",
    });
    const request = { src: root, cwd: root, flags: { target: 'lambda', out: join(root, 'faas') } };
    const [kept] = (await build(request)).manifest.functions;
    expect(kept).toMatchObject({
      verdict: 'keep',
      reasons: [{ message: expect.stringContaining('in the setting native') }],
    });
    const { manifest } = await build({ ...request, flags: { ...request.flags, native: ['img'] } });
    expect(manifest.functions.filter(({ verdict }) => verdict === 'keep')).toEqual([]);
    const contents = await Promise.all(manifest.units.map(({ zip }) => listZip(join(root, 'faas', zip))));
    const beside = ['img.node', 'index.js', 'package.json'].map((name) => `node_modules/img/${name}`);
    expect(contents).toEqual([['handler.mjs', ...beside], ['handler.mjs']]);
  });
});

async function listZip(file: string): Promise<string[]> {
  const folder = makeProject({});
  await unzip(readFileSync(file), folder);
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => statSync(join(folder, name)).isFile()).sort();
}
