/** What Fission is told of functions: https://fission.io/docs/reference/crd-reference/ */

export const API = { apiVersion: 'fission.io/v1' };
export const NAMESPACE = 'default';

/** Megabytes of a request, for which the environment has a variable; 1 without it. */
export const MAX_BODY = 64;

/** Pods of Node, which become those of functions when these are called. */
export function emitEnvironment(name: string, variables: Readonly<Record<string, string>> = {}): object {
  const all = { ...variables, BODY_PARSER_LIMIT: `${MAX_BODY}mb` };
  const env = Object.entries(all).map(([key, value]) => ({ name: key, value }));
  return { version: 3, poolsize: 3, runtime: { image: 'ghcr.io/fission/node-env-22', container: { name, env } } };
}

/** One call at a time for each pod. Its package has its name. */
export function describeFunction(
  name: string,
  { memory, timeout }: { memory: number; timeout: number },
  environment: string,
  packageVersion?: string,
): object {
  const packageref = {
    name,
    namespace: NAMESPACE,
    ...(packageVersion !== undefined && { resourceversion: packageVersion }),
  };
  return {
    environment: { name: environment, namespace: NAMESPACE },
    package: { functionName: 'index', packageref },
    functionTimeout: timeout,
    requestsPerPod: 1,
    resources: { limits: { memory: `${memory}Mi` } },
    InvokeStrategy: { StrategyType: 'execution', ExecutionStrategy: { ExecutorType: 'poolmgr' } },
  };
}
