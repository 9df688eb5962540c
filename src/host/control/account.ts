/** What functions stand on, as far as deployments ask for it: roles and log groups are kept and told, and mean nothing here. */
import { existsSync, readFileSync } from 'node:fs';
import { writeWhole } from './code.ts';

export interface Role {
  name: string;
  id: string;
  path: string;
  trust: string;
  description: string;
  /** ISO 8601 */
  created: string;
  /** Name → text. */
  policies: Record<string, string>;
  tags: Record<string, string>;
}

export interface LogGroup {
  region: string;
  name: string;
  /** Milliseconds since the epoch, days. */
  created: number;
  retention?: number;
  tags: Record<string, string>;
}

/** By name, and by region and name; sorted. */
export interface Account {
  roles: Catalogue<Role>;
  groups: Catalogue<LogGroup>;
}

export interface Catalogue<T> {
  find(key: string): T | undefined;
  list(): T[];
  /** Is on disk when it returns. */
  put(key: string, item: T): void;
  remove(key: string): void;
}

interface Kept {
  roles: Record<string, Role>;
  groups: Record<string, LogGroup>;
}

/** `file`: where it is kept, if it is to outlive this process. */
export function openAccount(file: string | undefined): Account {
  const kept = file !== undefined && existsSync(file) ? readKept(file) : { roles: {}, groups: {} };
  const roles = new Map(Object.entries(kept.roles));
  const groups = new Map(Object.entries(kept.groups));
  const save = () => {
    if (file === undefined) return;
    writeWhole(
      file,
      JSON.stringify({ roles: Object.fromEntries(roles), groups: Object.fromEntries(groups) } satisfies Kept),
    );
  };
  return { roles: catalogue(roles, save), groups: catalogue(groups, save) };
}

function readKept(file: string): Kept {
  const { roles, groups } = { ...(JSON.parse(readFileSync(file, 'utf8')) as Partial<Kept> | null) };
  if (typeof roles === 'object' && typeof groups === 'object') return { roles, groups };
  throw new Error(`${file} is nothing that was kept here`);
}

function catalogue<T>(items: Map<string, T>, save: () => void): Catalogue<T> {
  return {
    find: (key) => items.get(key),
    list: () => [...items].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item),
    put(key, item) {
      items.set(key, item);
      save();
    },
    remove(key) {
      items.delete(key);
      save();
    },
  };
}
