/** Deployments to moto, whose programs are in `FAASIFY_EMULATORS`, beside the bare requests that they need. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listEmulators, startEmulator } from '../test/deploy/emulator.ts';
import { medians, timeProgram } from './measure.ts';

const HERE = import.meta.dirname;
const UNITS = 100;

/** Milliseconds, of whole processes. */
export interface DeployTimes {
  bare: number;
  ours: number;
  /** Of a deployment with nothing to do. */
  nothing: number;
}

/** `command`: the file of faasify; `work`: where files may be made. */
export async function timeDeploy(command: string, work: string, rounds: number): Promise<DeployTimes> {
  const [moto] = listEmulators(process.env.FAASIFY_EMULATORS ?? '');
  if (!moto) throw new Error('there is no emulator');
  const service = await startEmulator(moto);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: service.url,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  });
  try {
    const out = await buildUnits(command, work);
    const faasify = (...args: string[]) => timeProgram([command, ...args], work);
    const peer = (what: string) => timeProgram([join(HERE, 'peers/deploy.cjs'), join(out, 'faasify.json'), what], work);
    const timeOf = async (run: Promise<{ total: number }>) => (await run).total;
    return await medians(rounds, {
      bare: async () => {
        const time = await timeOf(peer('deploy'));
        await peer('remove');
        return time;
      },
      ours: () => timeOf(faasify('deploy', out)),
      nothing: async () => {
        const time = await timeOf(faasify('deploy', out));
        await faasify('destroy', out, '--yes');
        return time;
      },
    });
  } finally {
    await service.stop();
  }
}

async function buildUnits(command: string, work: string): Promise<string> {
  const home = join(work, 'units');
  const out = join(home, 'faas');
  mkdirSync(home, { recursive: true });
  const functions = Array.from(
    { length: UNITS },
    (_, index) =>
      `export function f${index}(value: number): number {\n  return value * ${index} + Math.abs(value);\n}\n`,
  );
  writeFileSync(join(home, 'package.json'), '{ "name": "units", "type": "module" }\n');
  writeFileSync(join(home, 'lib.ts'), functions.join('\n'));
  await timeProgram([command, home, '--target', 'lambda', '--out', out], work);
  return out;
}
