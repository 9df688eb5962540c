import { openNetlify } from './netlify-store.ts';
import type { Provider, ProviderApp } from './provider.ts';
import { command } from './shell.ts';

const MB = 1024 * 1024;

/** One site, with a function for each unit. */
export const provider: Provider = {
  name: 'netlify',
  title: 'Netlify Functions',
  limits: {
    zip: 50 * MB,
    unpacked: 250 * MB,
    payload: 4.5 * MB,
    memory: { min: 1024, max: 4096 },
    timeout: 60,
    source: 'Netlify, configuration for functions, 2026-11: 6 MB, of which what is escaped takes a part',
  },
  unitName: { pattern: /^[A-Za-z0-9_-]+$/, maxLength: 60 },
  entry: { file: 'index.mjs', format: 'esm' },
  openStore: openNetlify,
  project: () => [
    { path: 'netlify.toml', text: CONFIGURATION },
    { path: 'public/index.html', text: '<!doctype html><title>functions</title>\n' },
  ],
  commands: (app) => [
    ': "${FAASIFY_KEY_NETLIFY:?a key of your own, which calls have to bring}"',
    ...collect(app),
    'cd netlify',
    `npx netlify env:set FAASIFY_KEY "$FAASIFY_KEY_NETLIFY" --secret --context production --force`,
    command('npx', 'netlify', 'deploy', '--prod', '--no-build', '--dir=public', '--functions=functions'),
  ],
};

const CONFIGURATION = `[build]
  publish = "public"

[functions]
  directory = "functions"
  node_bundler = "none"
`;

/** A function is called what its folder is called. */
function collect({ units }: ProviderApp): string[] {
  return [
    command('rm', '-rf', 'netlify/functions'),
    command('mkdir', '-p', 'netlify/functions'),
    ...units.map(({ name, folder }) => command('cp', '-R', folder, `netlify/functions/${name}`)),
  ];
}
