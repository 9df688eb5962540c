import { join } from 'node:path';
import type { LoadedProgram } from '../1-analyze/load.ts';
import { findTypeErrors } from '../1-analyze/type-errors.ts';
import { checkRewritten } from '../3-transform/check.ts';
import { getInstallation } from '../installation.ts';
import type { Checked, CheckRequest } from './checker.ts';

/** Whether a rewriting compiles, and what the compiler says about the program as it was. */
export function checkProgram(loaded: LoadedProgram, { analysis, plan, app }: CheckRequest): Checked {
  const types = join(getInstallation(), 'templates', 'package', 'index.d.ts');
  const result = checkRewritten(loaded, analysis, plan, app, types);
  return { ...result, typeErrors: findTypeErrors(loaded, result.doubtful) };
}
