/** Turns the copy of a project into its faasified self, in place. */

import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { StubPlan } from '../../templates/runtime/plan.ts';
import { APP_RUNTIME } from '../4-package/stub-plan.ts';
import { listRewritten } from '../run/rewritten.ts';
import { settleRepository } from './repository-copy.ts';

/** `out` holds the build of the sources in `root`; `home` is the folder whose node_modules all of these sources can see. */
export function installApp(out: string, root: string, home: string): void {
  const files = listRewritten(out, root);
  for (const { original, rewritten } of files) copyFileSync(rewritten, original);
  const modules = join(home, 'node_modules');
  for (const name of ['faasify', join('@types', 'faasify')])
    rmSync(join(modules, name), { recursive: true, force: true });
  mkdirSync(modules, { recursive: true });
  cpSync(dirname(dirname(join(out, APP_RUNTIME))), modules, { recursive: true });
  movePlan(join(out, APP_RUNTIME), join(modules, 'faasify', 'runtime'));
  rmSync(join(out, 'app'), { recursive: true });
  settleRepository(
    home,
    files.map(({ original }) => original),
  );
}

/** The plan names bundles relative to where it was written; it is read from elsewhere. */
function movePlan(from: string, to: string): void {
  const plan = JSON.parse(readFileSync(join(to, 'plan.json'), 'utf8')) as StubPlan;
  const units = plan.units.map((unit) => ({ ...unit, bundle: join(from, unit.bundle) }));
  writeFileSync(join(to, 'plan.json'), JSON.stringify({ ...plan, units }));
}
