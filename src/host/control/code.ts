/** The zips that were uploaded, by their hash, and the folders they are unpacked into. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiError } from './api-error.ts';
import type { StoredCode } from './state.ts';

export interface CodeStore {
  /** Looks whether it can be unpacked and keeps it. */
  add(zip: Buffer): Promise<StoredCode>;
  /** The folder with what is in it. */
  unpack(code: StoredCode): Promise<string>;
  /** Forgets all others, when everything that is being added has come to its end. */
  keep(listUsed: () => ReadonlySet<string>): void;
}

export interface CodeFolders {
  /** Where zips are kept. */
  zips: string;
  /** Where they are unpacked. */
  unpacked: string;
}

/** `open`: called when the first is needed. */
export function createCodeStore(open: () => CodeFolders): CodeStore {
  const zipOf = (hash: string) => join(open().zips, `${toHex(hash)}.zip`);
  const unpackedOf = (hash: string) => join(open().unpacked, toHex(hash));
  return {
    async add(zip) {
      mkdirSync(open().zips, { recursive: true });
      const sha256 = createHash('sha256').update(zip).digest('base64');
      await unpackOnce(zip, unpackedOf(sha256));
      if (!existsSync(zipOf(sha256))) writeWhole(zipOf(sha256), zip);
      return { sha256, size: zip.length };
    },
    async unpack({ sha256 }) {
      const target = unpackedOf(sha256);
      if (!existsSync(target)) await unpackOnce(readZip(zipOf(sha256), sha256), target);
      return target;
    },
    keep(listUsed) {
      setImmediate(() => {
        const names = new Set([...listUsed()].map(toHex));
        const { zips, unpacked } = open();
        for (const name of existsSync(zips) ? readdirSync(zips) : []) {
          const hash = name.replace(/\.zip$/, '');
          if (names.has(hash)) continue;
          rmSync(join(zips, name), { force: true });
          rmSync(join(unpacked, hash), { recursive: true, force: true });
        }
      });
    },
  };
}

function toHex(hash: string): string {
  return Buffer.from(hash, 'base64').toString('hex');
}

/** Whole or not at all, whoever else does it at the same time. */
async function unpackOnce(zip: Buffer, target: string): Promise<void> {
  if (existsSync(target)) return;
  const part = `${target}.${randomUUID()}`;
  try {
    mkdirSync(part, { recursive: true });
    const { unzip } = await import('./unzip.ts');
    await unzip(zip, part);
    if (!existsSync(target)) renameSync(part, target);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

/** Zips lie in a folder that others may write to. */
function readZip(file: string, sha256: string): Buffer {
  const zip = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
  if (createHash('sha256').update(zip).digest('base64') === sha256) return zip;
  throw new ApiError(500, 'ServiceException', 'The code of this function is not there any more: upload it again.');
}

/** A reader sees all of it or what was there before. */
export function writeWhole(file: string, content: string | Buffer): void {
  const part = `${file}.${randomUUID()}.part`;
  writeFileSync(part, content, { mode: 0o600 });
  renameSync(part, file);
}
