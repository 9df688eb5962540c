/** Runtimes that are on no registry: folders of a clone, in which `npm install` has been run. */
import { execFileSync } from 'node:child_process';

/** `apache/openwhisk-runtime-nodejs @d7baea7 (2024-12-14), Node 20.19.2` */
export function describeCheckout(repository: string, folder: string): string {
  const node = `Node ${process.versions.node}`;
  try {
    const log = execFileSync('git', ['-C', folder, 'log', '-1', '--format=@%h (%cs)'], { encoding: 'utf8' });
    return `${repository} ${log.trim()}, ${node}`;
  } catch {
    return `${repository}, ${node}`;
  }
}
