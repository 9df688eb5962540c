import { NO_LIMITS, type Provider } from './provider.ts';
import { command } from './shell.ts';

/** Auth0's, which has been closed: its runtime is there. */
export const provider: Provider = {
  name: 'webtask',
  title: 'Webtask',
  limits: {
    ...NO_LIMITS,
    source: 'webtask-runtime 2.0.0, which has none of its own',
  },
  unitName: { pattern: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, maxLength: 64 },
  starts: { lacks: { schedule: 'Auth0 has closed what had a clock' } },
  entry: { file: 'index.js', format: 'cjs', whole: true },
  commands: ({ units }) =>
    units.map(({ name, folder }) =>
      command('wt', 'create', `${folder}/index.js`, '--name', name, '--no-merge', '--no-parse', '--prod'),
    ),
};
