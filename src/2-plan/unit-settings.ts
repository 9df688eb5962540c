import { isTarget, LOCAL } from '../providers/index.ts';
import type { Provider, ProviderLimits } from '../providers/provider.ts';
import type { Annotation, Problem, Settings, UnitSettings } from '../types.ts';
import { parseRoute } from './routes.ts';
import { findScheduleProblem } from './schedules.ts';
import { findWatchProblem } from './watches.ts';

/** `arn:aws:iam::123456789012:role/name` */
export const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/** What an annotation may set, and how its text is read; undefined for a text that makes no sense. */
const READERS: Record<keyof UnitSettings, (text: string) => string | number | undefined> = {
  memory: readMemory,
  timeout: readTimeout,
  region: (text) => (/^[a-z0-9-]+$/.test(text) ? text : undefined),
  concurrency: readCount,
  hedge: readMilliseconds,
  target: readTargets,
  storage: readMemory,
  role: (text) => (ROLE_ARN.test(text) ? text : undefined),
  warm: readMinutes,
  reservedConcurrency: readCount,
  provisionedConcurrency: readCount,
};

/** What an annotation may say of a single function, and what is wrong with its text. */
const STARTS: Record<string, { example: string; findProblem(text: string): string | undefined }> = {
  http: { example: 'http="GET /price/{id}"', findProblem: (text) => findProblemOf(parseRoute(text)) },
  schedule: { example: 'schedule="rate(5 minutes)"', findProblem: findScheduleProblem },
  watch: { example: 'watch="inbox/*.csv"', findProblem: findWatchProblem },
};

const EXAMPLES: Record<keyof UnitSettings, string> = {
  memory: 'memory=512',
  timeout: 'timeout=30s',
  region: 'region=eu-west-1',
  concurrency: 'concurrency=10',
  hedge: 'hedge=200ms',
  target: 'target=lambda,openwhisk',
  storage: 'storage=1GB',
  role: 'role=arn:aws:iam::123456789012:role/name',
  warm: 'warm=5m',
  reservedConcurrency: 'reservedConcurrency=10',
  provisionedConcurrency: 'provisionedConcurrency=2',
};

/** What units have that nobody asks anything for. MB, and seconds. */
const USUAL = { memory: 512, timeout: 30 };

/**
 * The annotation over what was asked for in general. What nobody has asked for is as usual, or as near to that as those of `providers`
 * have it where the unit is to be.
 */
export function readUnitSettings(
  annotation: Annotation | undefined,
  settings: Settings,
  providers: readonly Pick<Provider, 'name' | 'limits'>[] = [],
): UnitSettings {
  const own: Partial<Record<string, string | number>> = {};
  for (const [key, text] of Object.entries(annotation?.settings ?? {})) {
    const value = isKey(key) ? READERS[key](text) : undefined;
    if (value !== undefined) own[key] = value;
  }
  const targets = listTargets(annotation, settings);
  const usual = fitUsual(providers.filter(({ name }) => targets.includes(name)).map(({ limits }) => limits));
  return {
    memory: settings.memory ?? usual.memory,
    timeout: settings.timeout ?? usual.timeout,
    ...(settings.region === undefined ? {} : { region: settings.region }),
    ...(settings.concurrency === undefined ? {} : { concurrency: settings.concurrency }),
    ...(settings.hedge === undefined ? {} : { hedge: settings.hedge }),
    ...own,
  };
}

/** Where one has less than another wants at least, that is a problem of the unit. */
function fitUsual(limits: readonly Pick<ProviderLimits, 'memory' | 'timeout'>[]): typeof USUAL {
  const least = Math.max(USUAL.memory, ...limits.map(({ memory }) => memory.min));
  return {
    memory: Math.min(least, ...limits.map(({ memory }) => memory.max)),
    timeout: Math.min(USUAL.timeout, ...limits.map(({ timeout }) => timeout)),
  };
}

/** Where the unit of a function with that annotation is to be, in the order in which its places are asked. */
export function listTargets(annotation: Annotation | undefined, settings: Settings): readonly string[] {
  const own = annotation?.settings.target;
  return (own === undefined ? undefined : readTargets(own)?.split(',')) ?? settings.targets;
}

export function findAnnotationProblems(annotation: Annotation): Problem[] {
  return Object.entries(annotation.settings).flatMap(([key, text]): Problem[] => {
    const start = Object.hasOwn(STARTS, key) ? STARTS[key] : undefined;
    if (start) {
      const problem = start.findProblem(text);
      const message = `@faas ${key}="${text}" cannot be read: ${problem}. Write it like ${start.example}.`;
      return problem === undefined ? [] : [{ code: 'annotation-value', severity: 'error', message, at: annotation.at }];
    }
    if (!isKey(key)) {
      const known = [...Object.values(EXAMPLES), ...Object.values(STARTS).map(({ example }) => example)].join(', ');
      const message = `@faas does not know ${key}. It understands ${known} and off.`;
      return [{ code: 'annotation-key', severity: 'error', message, at: annotation.at }];
    }
    if (READERS[key](text) !== undefined) return [];
    const message = `@faas ${key}=${text} cannot be read. Write it like ${EXAMPLES[key]}.`;
    return [{ code: 'annotation-value', severity: 'error', message, at: annotation.at }];
  });
}

function isKey(key: string): key is keyof UnitSettings {
  return Object.hasOwn(READERS, key);
}

/** `512`, `512MB`, `1GB` → MB */
function readMemory(text: string): number | undefined {
  const [, digits, unit] = /^(\d+)\s*(mb?|gb?)?$/i.exec(text) ?? [];
  const megabytes = Number(digits) * (unit?.toLowerCase().startsWith('g') ? 1024 : 1);
  return megabytes > 0 ? megabytes : undefined;
}

/** `30`, `30s`, `500ms`, `5m` → seconds */
function readTimeout(text: string): number | undefined {
  const [, digits, unit = 's'] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min)?$/i.exec(text) ?? [];
  const factor = { ms: 0.001, s: 1, m: 60, min: 60 }[unit.toLowerCase()] ?? 1;
  const seconds = Number(digits) * factor;
  return seconds > 0 ? seconds : undefined;
}

/** Names of providers, each once. */
function readTargets(text: string): string | undefined {
  const names = text.split(',');
  const isKnown = names.every((name) => name !== LOCAL && isTarget(name));
  return isKnown && new Set(names).size === names.length ? text : undefined;
}

/** `200`, `200ms`, `1s` → milliseconds */
function readMilliseconds(text: string): number | undefined {
  const seconds = readTimeout(/^\d+$/.test(text) ? `${text}ms` : text);
  return seconds === undefined ? undefined : Math.max(1, Math.round(seconds * 1000));
}

/** `5m`, `1h` → minutes; what is put to sleep after some minutes is not kept warm by a day. */
function readMinutes(text: string): number | undefined {
  const seconds = /\d(m|min|h)$/i.test(text) ? readTimeout(text.replace(/h$/i, 'm')) : undefined;
  const minutes = seconds === undefined ? 0 : (seconds / 60) * (/h$/i.test(text) ? 60 : 1);
  return Number.isInteger(minutes) && minutes >= 1 && minutes <= 60 ? minutes : undefined;
}

function findProblemOf(parsed: object): string | undefined {
  return 'problem' in parsed ? String(parsed.problem) : undefined;
}

function readCount(text: string): number | undefined {
  return /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
}
