import type { Provider } from './provider.ts';

const MB = 1024 * 1024;

/** AWS Lambda. */
export const lambda: Provider = {
  name: 'lambda',
  template: 'lambda/handler.ts',
  limits: {
    zip: 50 * MB,
    unpacked: 250 * MB,
    payload: 6 * MB,
    memory: { min: 128, max: 10_240 },
    timeout: 900,
    source: 'AWS Lambda quotas, 2026-11',
  },
  unitName: { pattern: /^[A-Za-z0-9_-]+$/, maxLength: 64 },
};
