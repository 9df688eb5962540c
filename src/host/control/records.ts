/** Where the functions that were made here are: in memory, and in a folder if they are to outlive this process. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from './code.ts';
import type { FunctionRecord } from './state.ts';

export interface Records {
  find(region: string, name: string): FunctionRecord | undefined;
  /** Of all regions, or one, sorted by name. */
  list(region?: string): FunctionRecord[];
  /** Is on disk when it returns. */
  put(record: FunctionRecord): void;
  remove(record: FunctionRecord): void;
}

/** Throws where a file in the folder is none of ours. */
export function openRecords(folder: string | undefined): Records {
  const records = new Map<string, FunctionRecord>();
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    for (const record of readRecords(folder)) records.set(keyOf(record.region, record.name), record);
  }
  return {
    find: (region, name) => records.get(keyOf(region, name)),
    list: (region) =>
      [...records.values()]
        .filter((record) => region === undefined || record.region === region)
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    put(record) {
      if (folder !== undefined) writeWhole(join(folder, nameFile(record)), JSON.stringify(record));
      records.set(keyOf(record.region, record.name), record);
    },
    remove(record) {
      if (folder !== undefined) rmSync(join(folder, nameFile(record)), { force: true });
      records.delete(keyOf(record.region, record.name));
    },
  };
}

function keyOf(region: string, name: string): string {
  return `${region}/${name}`;
}

/** Names that differ in case only are two files everywhere. */
function nameFile({ region, name }: FunctionRecord): string {
  const hash = createHash('sha256').update(keyOf(region, name)).digest('hex').slice(0, 8);
  return `${region}.${name}.${hash}.json`;
}

function readRecords(folder: string): FunctionRecord[] {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
  return files.map((file) => {
    const record: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    if (isRecord(record) && nameFile(record) === file) return record;
    throw new Error(`${join(folder, file)} is no function that was kept here`);
  });
}

function isRecord(value: unknown): value is FunctionRecord {
  const { region, name, latest, versions, aliases, tags, policies } = { ...(value as Partial<FunctionRecord> | null) };
  return (
    typeof region === 'string' &&
    typeof name === 'string' &&
    typeof latest === 'object' &&
    typeof tags === 'object' &&
    [versions, aliases, policies].every((list) => Array.isArray(list))
  );
}
