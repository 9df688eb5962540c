import { spawn } from 'node:child_process';

/** What somebody at the terminal sees. `code` is null when the program was killed. */
export interface Run {
  stdout: string;
  stderr: string;
  code: number | null;
}

const TIMEOUT = 140_000;

/** Runs node in a process of its own, as from a terminal without colours. */
export function runNode(
  args: string[],
  cwd: string,
  stdin: string,
  env: NodeJS.ProcessEnv = process.env,
  node = process.execPath,
): Promise<Run> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env: cleanEnvironment(env), timeout: TIMEOUT, killSignal: 'SIGKILL' } as const;
    const child = spawn(node, args, options);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ stdout, stderr, code }));
    child.stdin.on('error', () => {}); // a program that reads nothing may be gone before its input
    child.stdin.end(stdin);
  });
}

/** Without what the test runner has set for itself. */
function cleanEnvironment(given: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = ['VITEST', 'NODE_OPTIONS', 'NODE_V8_COVERAGE', 'FORCE_COLOR'];
  return { ...Object.fromEntries(Object.entries(given).filter(([name]) => !own.includes(name))), NO_COLOR: '1' };
}
