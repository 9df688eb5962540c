/**
 * What `import ts from 'typescript'` means in `dist`: the same module, started faster. The compiler is nine megabytes of
 * CommonJS; Node would read it twice to find its exports, and compile every function again in every process.
 */

import { createRequire } from 'node:module';
import type ts from 'typescript';
import { loadCached } from './code-cache.ts';

const require = createRequire(import.meta.url);
const typescript: typeof ts = loadCached(require.resolve('typescript'));
export default typescript;
