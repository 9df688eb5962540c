/** What a converted handler becomes a part of: the provider's file, what it wants beside it, and what deploys that. */
import { isTarget, loadProvider } from '../providers/index.ts';
import type { Provider } from '../providers/provider.ts';
import { type ConventionName, conventions } from './conventions.ts';
import { packings } from './packing.ts';

export interface Target {
  name: ConventionName;
  /** The function's, there. */
  fn: string;
  title: string;
  /** The path of the bundle in the output folder. */
  file: string;
  format: 'esm' | 'cjs';
  /** What stands before and behind the bundle. */
  around: { before: string; after: string };
  /** Seconds, and bytes each way. */
  limits: Limits;
  files: { name: string; text: string }[];
  commands: string[];
}

export interface Limits {
  timeout: number;
  payload: number;
}

/** Seconds that a call is taken to have where nothing ends it, and MB of memory of a function. */
const TIMEOUT = 900;
const MEMORY = 256;

export async function loadTarget(name: ConventionName, fn: string): Promise<Target> {
  const provider = await findProvider(name);
  const packing = packings[name](fn);
  const folder = packing.folder ?? '';
  const { entry, limits = NO_LIMITS } = provider ?? {};
  const file = packing.file ?? entry?.file ?? 'index.mjs';
  const format = entry?.format ?? 'esm';
  const isModule = format === 'cjs' && conventions[name].isModule === true;
  const { before = '', after = '' } = entry?.around ?? {};
  const settings = { memory: MEMORY, timeout: Math.min(limits.timeout, TIMEOUT) };
  const given = provider?.files?.({ name: fn, unit: fn, settings, env: [] }) ?? [];
  return {
    ...{ name, fn, title: conventions[name].title, file: folder + file, format },
    around: { before, after: `${isModule ? '\nmodule.exports = module.exports.default;\n' : ''}${after}` },
    limits: { timeout: limits.timeout, payload: limits.payload },
    files: [...given.map(({ path, text }) => ({ name: folder + path, text })), ...packing.files],
    commands: packing.commands,
  };
}

const NO_LIMITS = { timeout: Number.POSITIVE_INFINITY, payload: Number.POSITIVE_INFINITY };

export async function loadLimits(name: ConventionName): Promise<Limits> {
  return (await findProvider(name))?.limits ?? NO_LIMITS;
}

async function findProvider(name: ConventionName): Promise<Provider | undefined> {
  return isTarget(name) ? loadProvider(name) : undefined;
}
