/**
 * What a provider calls is made of `templates/<target>/index.ts`: `units/<unit>/<target>.ts`. What else it wants in the package of a
 * unit lies in `units/<unit>/<target>/`.
 */
import { posix } from 'node:path';
import { canLead, type LoadedProvider } from '../providers/index.ts';
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
    const described = { name, unit: unit.name, settings: unit.settings, env: [...new Set(env)].sort() };
    const source = provider.entry ? [{ path: `${target}.ts`, text: emitEntry(provider, unit, plan, name) }] : [];
    const files = provider.files?.(described) ?? [];
    return [...source, ...files.map(({ path, text }) => ({ path: `${target}/${path}`, text }))];
  });
}

/** That of a unit which calls others begins with how they are reached from there: `import '../../calls/http.ts';`, see 4-package. */
function emitEntry(provider: LoadedProvider, unit: UnitPlan, plan: Plan, name: string): string {
  const text = fillTemplate(provider, unit, name);
  const thread = canLead(provider) ? chooseThread(unit, plan) : undefined;
  if (thread === undefined) return text;
  const calls = `import '../../calls/${provider.name}${thread === 'near' ? '-near' : ''}.ts';\n`;
  return text.replace(/^(?=import )/m, calls);
}

/**
 *     import { handler, UNIT_NAME } from 'faasify:unit';        import { handler } from './handler.ts';
 *     import { respond } from '../runtime/respond-node.ts';  →  import { respond } from '../../runtime/respond-node.ts';
 *     functions.http(UNIT_NAME, respond(handler));              functions.http('shop-price', respond(handler));
 */
function fillTemplate({ name: target, entryText }: LoadedProvider, unit: UnitPlan, name: string): string {
  const home = posix.join('units', unit.name, `${target}.ts`);
  const toSpecifier = (written: string) =>
    written === UNIT_MODULE ? './handler.ts' : relativeSpecifier(home, posix.join(target, written));
  return entryText
    .replace(IMPORT_OF_UNIT, (_, names: string) => emitUnitImport(names))
    .replace(SPECIFIER, (_, before: string, written: string) => `${before}'${toSpecifier(written)}'`)
    .replaceAll(/\bUNIT_NAME\b/g, emitString(name))
    .replaceAll(/\bUNIT_TIMEOUT\b/g, `${unit.settings.timeout}`);
}

const UNIT_MODULE = 'faasify:unit';
const IMPORT_OF_UNIT = /^import \{([^}]*)\} from 'faasify:unit';\n/gm;
const SPECIFIER = /(\bfrom |\bimport\(|^import )'(faasify:unit|\.\.?\/[^']+)'/gm;

/** The name of the unit and its timeout are no imports, but stand in their places. */
function emitUnitImport(names: string): string {
  const imported = names.split(',').map((name) => name.trim());
  const left = imported.filter((name) => name !== '' && !/^UNIT_/.test(name));
  return left.length === 0 ? '' : `import { ${left.join(', ')} } from '${UNIT_MODULE}';\n`;
}
