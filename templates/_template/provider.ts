import type { Provider } from '../../src/providers/provider.ts';

const MB = 1024 * 1024;

export const provider: Provider = {
  name: 'acme',
  title: 'Acme Functions',
  limits: {
    zip: 50 * MB,
    unpacked: 250 * MB,
    payload: 6 * MB,
    memory: { min: 128, max: 4096 },
    timeout: 300,
    source: 'Acme Functions, limits, 2026-11',
  },
  unitName: { pattern: /^[a-z][a-z0-9-]*$/, maxLength: 63 },
  entry: { file: 'index.mjs', format: 'esm' },
  files: ({ name }) => [{ path: 'acme.json', text: `${JSON.stringify({ name, main: 'index.mjs' })}\n` }],
  commands: ({ units }) => units.map(({ name, folder }) => `acme deploy ${name} --source ${folder}`),
};
