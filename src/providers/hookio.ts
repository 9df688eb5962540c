import { emitPackageJson } from './package-json.ts';
import { NO_LIMITS, type Provider } from './provider.ts';
import { command } from './shell.ts';

/**
 * hook.io runs a hook in a context that has nothing of Node but `require`, with every request anew. The unit is made once for each
 * process, in the context that Node's own modules live in: objects of both would not know each other.
 */
const BEFORE = 'function unit(module, exports, require, __filename) {';
const AFTER = `}
var run = require('vm').runInThisContext;
var units = run('globalThis[Symbol.for("faasify.units")] ??= new Map()');
var text = '(' + unit + ')';
if (!units.has(text)) {
  var made = { exports: {} };
  run(text, { filename: 'hook.js' })(made, made.exports, require, require('path').resolve('hook.js'));
  units.set(text, made.exports);
}
module['exports'] = units.get(text);
`;

export const provider: Provider = {
  name: 'hookio',
  title: 'hook.io',
  limits: {
    ...NO_LIMITS,
    timeout: 10,
    source: 'run-service 3.0.1, 2026-11',
  },
  unitName: { pattern: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, maxLength: 50 },
  starts: { lacks: { schedule: 'hook.io has a clock only for what is set on its pages' } },
  entry: { file: 'index.js', format: 'cjs', whole: true, around: { before: BEFORE, after: AFTER } },
  files: ({ name }) => [emitPackageJson({ name, type: 'commonjs', main: 'index.js' })],
  commands: ({ units }) => units.map(({ folder }) => command('hook', 'deploy', folder)),
};
