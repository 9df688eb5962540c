/** A build for one provider, and `faasify` in its folder. */
import { expect, vi } from 'vitest';
import { faasify, makeProject, TRIG } from '../cli/command.ts';

/** `env`: what the command line finds, whatever it is by then. */
export async function buildFor(target: string, env: Record<string, string>, files: Record<string, string> = TRIG) {
  const folder = makeProject(files);
  const run = async (...args: string[]) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    return faasify(folder, ...args);
  };
  const built = async (...args: string[]) => {
    const made = await run('.', '--target', target, '--app', 'shop', ...args);
    expect(made.code, made.stderr).toBe(0);
  };
  await built();
  return { folder, run, built };
}
