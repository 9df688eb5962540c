import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { execute, startFailure } from '../../src/verify/execution.ts';

const run = (...command: string[]) => execute(command, tmpdir(), process.env);

it('keeps the two streams, the exit code and the signal apart', async () => {
  const fine = await run('node', '-e', 'console.log(1); console.error(2); process.exitCode = 7');
  expect(fine).toMatchObject({ code: 7, signal: null, stdout: '1\n', stderr: '2\n' });
  expect(await run('node', '-e', 'process.kill(process.pid, "SIGTERM")')).toMatchObject({
    code: null,
    signal: 'SIGTERM',
  });
});

it('takes a single argument with spaces as a line for the shell', async () => {
  expect((await run('echo a && echo b')).stdout).toBe('a\nb\n');
});

it('tells a command that could not start from one that failed', async () => {
  expect(startFailure(await run('no-such-command-here'))).toContain('ENOENT');
  expect(startFailure(await run('no-such-command-here --flag'))).toContain('not found');
  expect(startFailure(await run('node', '-e', 'process.exit(1)'))).toBeUndefined();
});
