import { isTarget, LOCAL, type LoadedProvider, loadProvider } from '../providers/index.ts';
import type { Analysis, Settings } from '../types.ts';

/** Those of the settings, and of annotations: `@faas target=gcf`. Where everything is local, that is all there is. */
export async function loadAsked(settings: Settings, { functions }: Analysis): Promise<LoadedProvider[]> {
  const named = functions.flatMap(({ annotation }) => annotation?.settings.target?.split(',') ?? []);
  const others = settings.target === LOCAL ? [] : named.filter((name) => name !== LOCAL && isTarget(name));
  return Promise.all([...new Set([...settings.targets, ...others.sort()])].map(loadProvider));
}
