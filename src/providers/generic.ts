import { emitPackageJson } from './package-json.ts';
import { NO_LIMITS, type Provider } from './provider.ts';

/** Units only. */
export const provider: Provider = {
  name: 'generic',
  title: 'no provider',
  limits: {
    ...NO_LIMITS,
    source: 'none of its own',
  },
  unitName: { pattern: /^[A-Za-z0-9_-]+$/, maxLength: 255 },
  entry: { file: 'index.js', format: 'esm' },
  files: ({ name }) => [emitPackageJson({ name, main: 'index.js' })],
};
