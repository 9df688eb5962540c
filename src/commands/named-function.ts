/** Which function of an output folder somebody means. */
import { FaasifyError } from '../errors.ts';
import { formatKnown } from '../suggest.ts';
import type { FunctionId, Manifest, ManifestUnit } from '../types.ts';

export interface NamedFunction {
  id: FunctionId;
  unit: ManifestUnit;
}

/** By its id, or as much of the end of it as names only one: `lib/trig#Angle.sin`, `trig#Angle.sin`, `Angle.sin`, `sin`. */
export function findNamedFunction(manifest: Manifest, name: string): NamedFunction {
  const all = manifest.units.flatMap((unit) => unit.functions.map((id) => ({ id, unit })));
  const found = all.filter(
    ({ id }) => id === name || (/[/#.]/.test(id.at(-name.length - 1) ?? '') && id.endsWith(name)),
  );
  const exact = found.find(({ id }) => id === name);
  const only = exact ?? (found.length === 1 ? found[0] : undefined);
  if (only) return only;
  if (found.length > 1) {
    throw new FaasifyError('no-function', `${name} may be ${found.map(({ id }) => id).join(' or ')}`, {
      fix: 'Write as much of it as names only one.',
    });
  }
  const stays = manifest.functions.find(
    ({ id, unit }) => unit === undefined && (id === name || id.endsWith(`#${name}`)),
  );
  const problem = stays ? `${stays.id} stays in the app: ${stays.reasons[0]?.message ?? 'it has no unit'}` : undefined;
  throw new FaasifyError('no-function', problem ?? `There is no function ${name} in any unit`, {
    fix: stays
      ? 'Only functions in units can be called from outside.'
      : formatKnown(
          name,
          all.map(({ id }) => id),
        ),
  });
}

/** The unit that is meant: by its name here or at the provider, or by one of its functions. */
export function findNamedUnit(manifest: Manifest, name: string): ManifestUnit {
  const named = manifest.units.find((unit) => unit.name === name || unit.deployed?.name === name);
  return named ?? findNamedFunction(manifest, name).unit;
}
