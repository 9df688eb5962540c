/**
 * What a provider calls is made of `templates/<target>/index.ts`: `units/<unit>/<target>.ts`. What else it wants in the package of a
 * unit lies in `units/<unit>/<target>/`.
 */
import { posix } from 'node:path';
import { canLead, type LoadedProvider } from '../providers/index.ts';
import type { ProviderSchedule, ProviderUnit } from '../providers/provider.ts';
import { describeStarts } from '../providers/starts.ts';
import type { OutputFile, Plan, UnitPlan } from '../types.ts';
import { relativeSpecifier } from './slice-paths.ts';
import { chooseThread } from './stubs.ts';
import { emitString } from './syntax.ts';

/** By path from `units/<unit>/`. */
export function emitEntries(unit: UnitPlan, plan: Plan, providers: readonly LoadedProvider[]): OutputFile[] {
  return unit.places.flatMap(({ target, name }) => {
    const provider = providers.find((one) => one.name === target);
    if (!provider) return [];
    const env = plan.cuts.filter((cut) => cut.unit === unit.name).flatMap((cut) => cut.env);
    const starts = describeStarts(provider, unit);
    const described = { name, unit: unit.name, settings: unit.settings, env: [...new Set(env)].sort(), ...starts };
    const source = provider.entry ? [{ path: `${target}.ts`, text: emitEntry(provider, unit, plan, described) }] : [];
    const files = provider.files?.(described) ?? [];
    return [...source, ...files.map(({ path, text }) => ({ path: `${target}/${path}`, text }))];
  });
}

/** That of a unit which calls others begins with how they are reached from there: `import '../../calls/http.ts';`, see 4-package. */
function emitEntry(provider: LoadedProvider, unit: UnitPlan, plan: Plan, described: ProviderUnit): string {
  const text = fillTemplate(provider, described);
  const thread = canLead(provider) ? chooseThread(unit, plan) : undefined;
  if (thread === undefined) return text;
  const isNear = thread === 'near' || provider.lacks?.threads;
  const calls = `import '../../calls/${provider.name}${isNear ? '-near' : ''}.ts';\n`;
  return text.replace(/^(?=import )/m, calls);
}

/**
 *     import { handler, UNIT_NAME } from 'faasify:unit';        import { handler } from './handler.ts';
 *     import { respond } from '../runtime/respond-node.ts';  →  import { respond } from '../../runtime/respond-node.ts';
 *     functions.http(UNIT_NAME, respond(handler));              functions.http('shop-price', respond(handler));
 */
function fillTemplate(provider: LoadedProvider, unit: ProviderUnit): string {
  const { name, routes = [], schedules = [] } = unit;
  const { name: target, entryText, webText = entryText } = provider;
  const isStarted = routes.length + schedules.length > 0;
  const home = posix.join('units', unit.unit, `${target}.ts`);
  const toSpecifier = (written: string) =>
    written === UNIT_MODULE ? './handler.ts' : relativeSpecifier(home, posix.join(target, written));
  return (isStarted ? webText : entryText)
    .replace(IMPORT_OF_UNIT, (_, names: string) => emitUnitImport(names))
    .replace(SPECIFIER, (_, before: string, written: string) => `${before}'${toSpecifier(written)}'`)
    .replaceAll(/\bUNIT_NAME\b/g, emitString(name))
    .replaceAll(/\bUNIT_TIMEOUT\b/g, `${unit.settings.timeout}`)
    .replaceAll(/\bROUTES\b/g, emitStrings(routes))
    .replaceAll(/\bSCHEDULES\b/g, `[${schedules.map(emitSchedule).join(', ')}]`);
}

const UNIT_MODULE = 'faasify:unit';
const IMPORT_OF_UNIT = /^import \{([^}]*)\} from 'faasify:unit';\n/gm;
const SPECIFIER = /(\bfrom |\bimport\(|^import )'(faasify:unit|\.\.?\/[^']+)'/gm;

function emitSchedule({ cron, fn }: ProviderSchedule): string {
  return `{ cron: ${emitString(cron)}, fn: ${emitString(fn)} }`;
}

function emitStrings(texts: readonly string[]): string {
  return `[${texts.map(emitString).join(', ')}]`;
}

const TEXTS = ['', 'UNIT_NAME', 'UNIT_TIMEOUT', 'ROUTES', 'SCHEDULES'];

/** The name of the unit and its timeout are no imports, but stand in their places; so do lists of what starts it. */
function emitUnitImport(names: string): string {
  const imported = names.split(',').map((name) => name.trim());
  const left = imported.filter((name) => !TEXTS.includes(name));
  return left.length === 0 ? '' : `import { ${left.join(', ')} } from '${UNIT_MODULE}';\n`;
}
