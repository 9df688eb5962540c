/** The feature of units whose functions look at the process around them: what they see is the caller's. */
import { renewNames } from './builtin-names.ts';
import { wrapClocks } from './clock.ts';
import type { Feature } from './dispatch.ts';

/** Import it before the code that asks, which may import `cwd` by its name. */
export const surroundings: Feature = /* @__PURE__ */ createSurroundings();

function createSurroundings(): Feature {
  const { cwd: getOwn } = process;
  let folder: string | undefined;
  process.cwd = () => folder ?? getOwn();
  const setClock = wrapClocks();
  renewNames();
  return {
    begin({ env = {}, cwd, argv = process.argv, clock }) {
      const list = [...argv];
      if (clock) setClock(clock); // what may turn out to be no list or no clock comes first
      const ownArgv = setArgv(list);
      const ownEnv = setEnv({ ...env });
      folder = cwd;
      return {
        end() {
          setEnv(ownEnv);
          setArgv(ownArgv);
          folder = undefined;
          if (clock) setClock(undefined);
        },
        add() {},
      };
    },
  };
}

/** Sets environment variables, or unsets them for null; returns what they were. */
function setEnv(values: Record<string, string | null>): Record<string, string | null> {
  const { env } = process;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const before = Object.hasOwn(env, name) ? `${env[name]}` : null;
      if (value === null) delete env[name];
      else env[name] = value;
      return [name, before];
    }),
  );
}

/** Returns what it was. The array stays the same one. */
function setArgv(values: readonly string[]): string[] {
  return process.argv.splice(0, process.argv.length, ...values);
}
