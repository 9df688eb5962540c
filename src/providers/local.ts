import type { Provider } from './provider.ts';

/** The embedded host. */
export const provider: Provider = {
  name: 'local',
  title: 'the embedded host',
  limits: {
    zip: Number.POSITIVE_INFINITY,
    unpacked: Number.POSITIVE_INFINITY,
    payload: Number.POSITIVE_INFINITY,
    memory: { min: 16, max: Number.POSITIVE_INFINITY },
    timeout: Number.POSITIVE_INFINITY,
    source: 'this machine',
  },
  unitName: { pattern: /^[a-z0-9-]+$/, maxLength: 60 },
  starts: { http: true, schedule: 'any', warm: true },
};
