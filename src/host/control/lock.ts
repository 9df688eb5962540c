import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One server at a time has a folder; what one has left that was killed is no lock. Returns what gives it back. */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'lock');
  const give = () => rmSync(file, { force: true });
  if (take(file)) return give;
  const owner = Number(readFileSync(file, 'utf8'));
  if (isAlive(owner)) throw new Error(`another server, process ${owner}, has ${folder}`);
  give();
  if (take(file)) return give;
  throw new Error(`another server has ${folder}`);
}

function take(file: string): boolean {
  try {
    writeFileSync(file, `${process.pid}`, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
