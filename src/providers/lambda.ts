import type { Provider } from './provider.ts';

const MB = 1024 * 1024;

/** AWS Lambda. */
export const provider: Provider = {
  name: 'lambda',
  title: 'AWS Lambda',
  limits: {
    zip: 250 * MB,
    unpacked: 250 * MB,
    payload: 6 * MB,
    memory: { min: 128, max: 10_240 },
    timeout: 900,
    source: 'AWS Lambda quotas, 2026-11',
  },
  unitName: { pattern: /^[A-Za-z0-9_-]+$/, maxLength: 64 },
  starts: { http: true, schedule: 'any', warm: true },
  prices: {
    perCall: (memory, seconds) => lambdaPrices.call + (memory / 1024) * seconds * lambdaPrices.gigabyteSecond.x86_64,
    source: 'AWS Lambda pricing, x86, 2026-05',
  },
};

/** Days for which CloudWatch can keep logs. */
const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** What can be set for functions that are deployed. */
export const lambdaDeployment = {
  runtimes: ['nodejs20.x', 'nodejs22.x', 'nodejs24.x'],
  architectures: ['x86_64', 'arm64'],
  retentions: RETENTIONS,
  /** Bytes of a zip that is sent with the request; larger ones are fetched from a bucket. */
  directZip: 50 * MB,
  /** MB of /tmp. */
  storage: { min: 512, max: 10_240 },
  /** Bytes of all environment variables together, names and values. */
  environment: 4096,
  /** Tags of a function. */
  tags: 50,
  /** Seconds; addresses of one function, whose policy has at most 20 kB. */
  http: { wait: 30, addresses: 36, source: 'API Gateway quotas for HTTP APIs, 2026-11' },
  source: 'AWS Lambda quotas, 2026-11',
} as const;

/** In dollars, of the first tier in most regions; some regions take a little more. */
export const lambdaPrices = {
  call: 0.2 / 1_000_000,
  gigabyteSecond: { x86_64: 0.0000166667, arm64: 0.0000133334 },
  /** Of instances that are kept ready, whether anybody calls or not. */
  provisionedGigabyteSecond: { x86_64: 0.0000041667, arm64: 0.0000033334 },
  source: 'AWS Lambda pricing, 2026-05',
} as const;
