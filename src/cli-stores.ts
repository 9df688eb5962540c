/** What `deploy`, `diff` and `destroy` do where a provider's API takes functions whole. */
import type { Shell } from './cli-deploy.ts';
import type { ProviderRequest } from './commands/provider.ts';
import type { Stored, StoreResult } from './commands/stores.ts';
import { FaasifyError } from './errors.ts';

interface Flags {
  json?: boolean;
}

/** True if there is nothing more to do: no unit is for AWS as well. */
export async function runStoresDeploy(request: ProviderRequest, flags: Flags, shell: Shell): Promise<boolean> {
  const { deployStores, openStores } = await import('./commands/stores.ts');
  const { stores, isAll } = await openStores(request);
  await show(await deployStores(stores), 'deploy', flags, shell);
  return isAll;
}

export async function runStoresDiff(request: ProviderRequest, flags: Flags, shell: Shell): Promise<boolean> {
  const { diffStores, openStores } = await import('./commands/stores.ts');
  const { stores, isAll } = await openStores(request);
  const results = await diffStores(stores);
  await show(results, 'diff', flags, shell);
  if (isAll) shell.end(results.every(({ changes }) => changes.length === 0));
  return isAll;
}

export async function runStoresDestroy(
  request: ProviderRequest,
  { yes, ...flags }: Flags & { yes?: boolean },
  shell: Shell,
): Promise<boolean> {
  const { deployStores, diffStores, emptyStores, openStores } = await import('./commands/stores.ts');
  const { stores, isAll } = await openStores(request, true);
  const emptied = emptyStores(stores);
  const planned = await diffStores(emptied);
  if (planned.every(({ changes }) => changes.length === 0)) return isAll;
  if (!yes && !(await confirm(stores, planned, shell))) {
    shell.end(false);
    return true;
  }
  await show(await deployStores(emptied), 'destroy', flags, shell);
  return isAll;
}

async function confirm(stores: readonly Stored[], planned: readonly StoreResult[], shell: Shell): Promise<boolean> {
  const [app = ''] = stores.map((stored) => stored.app);
  const { formatStores } = await import('./report/stores-text.ts');
  const answer = await shell.ask(`${formatStores(planned)}Remove all this? Type the name of the app (${app}): `);
  if (answer !== undefined) return answer.trim() === app;
  throw new FaasifyError('not-confirmed', `Nobody is there to say whether the functions of ${app} are to go`, {
    fix: 'Nothing has been removed. Add --yes if they are.',
  });
}

async function show(results: readonly StoreResult[], kind: string, { json }: Flags, shell: Shell): Promise<void> {
  if (results.length === 0) return;
  const { formatStores } = await import('./report/stores-text.ts');
  shell.print(json ? `${JSON.stringify({ kind, providers: results }, undefined, 2)}\n` : formatStores(results));
}
