/** Where the actions that were made here are: in memory, and in a folder if they are to outlive this process. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../control/code.ts';
import type { Action } from './action.ts';

export interface KeptActions {
  find(namespace: string, name: string): Action | undefined;
  /** Of a namespace, sorted by name. */
  list(namespace: string): Action[];
  /** Is on disk when it returns. */
  put(action: Action): void;
  remove(action: Action): void;
}

/** Throws where a file in the folder is none of ours. */
export function openActions(folder: string | undefined): KeptActions {
  const actions = new Map<string, Action>();
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    for (const action of readActions(folder)) actions.set(keyOf(action), action);
  }
  return {
    find: (namespace, name) => actions.get(keyOf({ namespace, name })),
    list: (namespace) =>
      [...actions.values()].filter((one) => one.namespace === namespace).sort((a, b) => (a.name < b.name ? -1 : 1)),
    put(action) {
      if (folder !== undefined) writeWhole(join(folder, nameFile(action)), JSON.stringify(action));
      actions.set(keyOf(action), action);
    },
    remove(action) {
      if (folder !== undefined) rmSync(join(folder, nameFile(action)), { force: true });
      actions.delete(keyOf(action));
    },
  };
}

type Place = Pick<Action, 'namespace' | 'name'>;

function keyOf({ namespace, name }: Place): string {
  return `${namespace}/${name}`;
}

/** Names may have spaces, and differ in case only. */
function nameFile(place: Place): string {
  return `${createHash('sha256').update(keyOf(place)).digest('hex')}.json`;
}

function readActions(folder: string): Action[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.map((file) => {
    const action: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    if (isAction(action) && nameFile(action) === file) return action;
    throw new Error(`${join(folder, file)} is no action that was kept here`);
  });
}

function isAction(value: unknown): value is Action {
  const { namespace, name, exec, limits, parameters, annotations } = { ...(value as Partial<Action> | null) };
  return (
    typeof namespace === 'string' &&
    typeof name === 'string' &&
    typeof exec?.code === 'string' &&
    typeof limits?.timeout === 'number' &&
    Array.isArray(parameters) &&
    Array.isArray(annotations)
  );
}
