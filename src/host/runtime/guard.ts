/**
 * Instances are frozen between calls, and a frozen process does not see that the host has gone. A shell watches in its place:
 * when its input ends, however the host ended, it kills what is left and removes its files.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Guard {
  /** For the files of all instances. */
  folder: string;
  watch(pid: number): void;
  forget(pid: number): void;
  close(): void;
}

const SCRIPT = `
pids=' '
while read -r word pid; do
  case $word in
    watch) pids="$pids$pid " ;;
    forget) pids="\${pids%% $pid *} \${pids#* $pid }" ;;
  esac
done
for pid in $pids; do kill -KILL "-$pid"; done
rm -rf "$1"
`;

export function startGuard(): Guard {
  const folder = mkdtempSync(join(tmpdir(), 'faasify-runtime-'));
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'sh', folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  const { stdin } = shell;
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  return {
    folder,
    watch: (pid) => void stdin.write(`watch ${pid}\n`),
    forget: (pid) => void stdin.write(`forget ${pid}\n`),
    close: () => stdin.end(),
  };
}
