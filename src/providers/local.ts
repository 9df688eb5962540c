import { NO_LIMITS, type Provider } from './provider.ts';

/** The embedded host. */
export const provider: Provider = {
  name: 'local',
  title: 'the embedded host',
  limits: {
    ...NO_LIMITS,
    source: 'this machine',
  },
  unitName: { pattern: /^[a-z0-9-]+$/, maxLength: 60 },
  starts: { http: true, schedule: 'any', warm: true },
};
