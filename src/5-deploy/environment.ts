/** Environment variables of deployed functions: names from the program, values from where the deployment is made. */

import { isSettable } from '../providers/variables.ts';

/** Those that the provider sets itself and lets nobody set, among them its credentials. */
const RESERVED =
  /^(_HANDLER|_X_AMZN_TRACE_ID|AWS_(DEFAULT_REGION|REGION|EXECUTION_ENV|ACCESS_KEY|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)|AWS_LAMBDA_.*|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;

/** A name that is not the user's to give a value to: the provider's, and ours. */
export function isReservedVariable(name: string): boolean {
  return RESERVED.test(name) || name.startsWith('FAASIFY_');
}

/** What has no value here gets none. */
export function selectEnvironment(names: readonly string[], env: NodeJS.ProcessEnv): Record<string, string> {
  const found = names
    .filter((name) => isSettable(name) && !RESERVED.test(name))
    .flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function countBytes(env: Readonly<Record<string, string>>): number {
  return Object.entries(env).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
}

/** Takes values out of what somebody else has written: providers quote what they refuse. */
export function redact(text: string, env: Readonly<Record<string, string>>): string {
  const values = [...new Set(Object.values(env))].filter(Boolean).sort((a, b) => b.length - a.length);
  return values.reduce((rest, value) => {
    const pattern = value.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return rest.replaceAll(new RegExp(value.length < 4 ? `(?<!\\w)${pattern}(?!\\w)` : pattern, 'g'), '***');
  }, text);
}
