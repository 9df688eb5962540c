import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

/** Files above this size are told apart by size and time of change. */
const LARGE = 4 * 1024 * 1024;

/** sha256 of the parts, hex; where one part ends and the next begins counts. */
export function hashParts(parts: Iterable<string | Uint8Array>): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
}

/** sha256, hex, as everybody else computes it. */
export function hashBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Hash of a file's content, or a word that equals no hash when it cannot be read. */
export function hashFile(file: string): string {
  try {
    const { size, mtimeMs } = statSync(file);
    return size > LARGE ? `${size}@${mtimeMs}` : hashParts([readFileSync(file)]);
  } catch {
    return 'unreadable';
  }
}
