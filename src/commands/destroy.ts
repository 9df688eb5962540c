import { listResources, type Resource, destroy as remove } from '../5-deploy/destroy.ts';
import { type ProviderRequest, withDeployedApp } from './provider.ts';

export interface DestroyRequest extends ProviderRequest {
  /** Asked before anything is removed. */
  confirm(app: string, resources: Resource[]): Promise<boolean>;
}

export interface Destroyed {
  app: string;
  resources: Resource[];
  /** False: it was not confirmed. */
  isDone: boolean;
}

/** Removes everything of an app, and nothing else. */
export function destroy(request: DestroyRequest): Promise<Destroyed> {
  return withDeployedApp(request, async ({ name, cloud, read }) => {
    const resources = listResources(name, (await read(true)).actual);
    const isDone = resources.length === 0 || (await request.confirm(name, resources));
    if (isDone) await remove(cloud, name, resources);
    return { app: name, resources, isDone };
  });
}
