import type { Provider } from './provider.ts';

/** A plain server of Node in a folder that is ready for a container. */
export const provider: Provider = {
  name: 'http',
  title: 'a server of Node',
  limits: {
    zip: Number.POSITIVE_INFINITY,
    unpacked: Number.POSITIVE_INFINITY,
    payload: Number.POSITIVE_INFINITY,
    memory: { min: 16, max: Number.POSITIVE_INFINITY },
    timeout: Number.POSITIVE_INFINITY,
    source: 'none of its own',
  },
  unitName: { pattern: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, maxLength: 63 },
  entry: { file: 'index.mjs', format: 'esm' },
};
