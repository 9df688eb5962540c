import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';

const FILE = join(import.meta.dirname, '../../dist/runtime/index.cjs');
const TEXT = readFileSync(FILE, 'utf8');

/** What Jest 26 gives to the realm of its tests. */
const OLD_REALM = {
  ...{ process, Buffer, URL, URLSearchParams, TextEncoder, TextDecoder, ArrayBuffer, Uint8Array, queueMicrotask },
  ...{ setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate, console },
};

describe('the runtime as it is put into apps', () => {
  it('asks for modules of Node by names that older test runners know, too: Jest 26 looks for a file `node:path`', () => {
    const required = [...TEXT.matchAll(/\brequire\("([^"]*)"\)/g)].map(([, name]) => name);
    expect(required).toContain('path');
    expect(required.filter((name) => name?.startsWith('node:'))).toEqual([]);
  });

  it('can be loaded in a realm that has neither DOMException nor performance nor AbortSignal', () => {
    const load = runInContext(
      `(function (module, exports, require, __filename, __dirname) {${TEXT}\n})`,
      createContext(OLD_REALM),
    );
    const module = { exports: {} };
    load(module, module.exports, createRequire(FILE), FILE, dirname(FILE));
    expect(module.exports).toHaveProperty('cut');
  });
});
