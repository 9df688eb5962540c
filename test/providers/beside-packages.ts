import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { StartedUnit, StartInput } from './runtime.ts';

/** The units in folders from which the runtime's packages are found, as if they had been installed into each. */
export function placeBesidePackages({ units, home, scratch }: StartInput): StartedUnit[] {
  mkdirSync(scratch, { recursive: true });
  symlinkSync(join(home, 'node_modules'), join(scratch, 'node_modules'));
  return units.map(({ name, folder }) => {
    const place = join(scratch, 'units', name);
    cpSync(folder, place, { recursive: true });
    return { name, folder: place };
  });
}

/** `faas-js-runtime@4.0.1` → `faas-js-runtime 4.0.1` */
export function toVersion(installed: string): string {
  return installed.replace(/(?<=.)@/, ' ');
}
