/** An action of OpenWhisk that was made here, as plain data that is replaced and never changed. */

export interface Action {
  namespace: string;
  name: string;
  /** `0.0.1`, one more with every change. */
  version: string;
  publish: boolean;
  /** Milliseconds since the epoch. */
  updated: number;
  exec: ActionCode;
  parameters: readonly Parameter[];
  annotations: readonly Annotation[];
  limits: ActionLimits;
}

export interface ActionCode {
  /** `nodejs:20` */
  kind: string;
  /** The text of a file, or a zip in base64. */
  code: string;
  binary: boolean;
  /** The name of the function, if it is not `main`. */
  main?: string;
}

/** What a function is given that its caller says nothing of. */
export interface Parameter {
  key: string;
  value: unknown;
  /** It is a variable of the environment instead. */
  init?: true;
}

export interface Annotation {
  key: string;
  value: unknown;
}

export interface ActionLimits {
  /** Milliseconds */
  timeout: number;
  /** MB */
  memory: number;
  logs: number;
  concurrency: number;
}

/** The annotation of actions that are told the key of who has called. */
export const PROVIDE_KEY = 'provide-api-key';

/** As the API tells it. */
export function describeAction({ exec, ...rest }: Action, { withCode }: { withCode: boolean }): object {
  const { code: _, ...others } = exec;
  return { ...rest, exec: withCode ? exec : others };
}

/** As a list tells it. */
export function summarizeAction({ exec, parameters: _, ...rest }: Action): object {
  return { ...rest, exec: { binary: exec.binary } };
}

/** An annotation that is missing counts as `missing`. */
export function isAnnotated({ annotations }: Action, name: string, missing = false): boolean {
  const found = annotations.find(({ key }) => key === name);
  return found ? Boolean(found.value) : missing;
}
