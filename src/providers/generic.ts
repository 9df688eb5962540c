import { emitPackageJson } from './package-json.ts';
import type { Provider } from './provider.ts';

/** Units only. */
export const provider: Provider = {
  name: 'generic',
  title: 'no provider',
  limits: {
    zip: Number.POSITIVE_INFINITY,
    unpacked: Number.POSITIVE_INFINITY,
    payload: Number.POSITIVE_INFINITY,
    memory: { min: 16, max: Number.POSITIVE_INFINITY },
    timeout: Number.POSITIVE_INFINITY,
    source: 'none of its own',
  },
  unitName: { pattern: /^[A-Za-z0-9_-]+$/, maxLength: 255 },
  entry: { file: 'index.js', format: 'esm' },
  files: ({ name }) => [emitPackageJson({ name, main: 'index.js' })],
};
