/** The feature of units whose functions may end the process: the reply says so, and the caller's process ends. */
import { renewNames } from './builtin-names.ts';
import type { Feature } from './dispatch.ts';
import { Unsupported } from './errors.ts';
import type { Reply } from './protocol.ts';

/** What `process.exit` throws over there, so that the function comes to its end. What it does on its way shows nowhere. */
const GONE = 'the process has ended';

type Code = string | number | null | undefined;

/** Import it before the code that exits, which may keep `exit` in a constant. */
export const exit: Feature = /* @__PURE__ */ createExit();

function createExit(): Feature {
  const { exit } = process;
  /** Notes that the call in hand ends the process. */
  let leave: ((codes: Code[]) => void) | undefined;
  process.exit = (...codes: Code[]): never => {
    if (!leave || !codes.slice(0, 1).every(isCode)) return exit(...codes); // which throws for what is no code
    leave(codes.slice(0, 1));
    throw GONE;
  };
  renewNames();
  return {
    begin(_request, _decoder, _extend, getReply) {
      let last: Reply | undefined;
      leave = (codes) => {
        last ??= { ...copyReply(getReply), exit: codes };
      };
      return {
        end() {
          leave = undefined;
        },
        add(reply) {
          if (!last) return;
          for (const key of Object.keys(reply)) Reflect.deleteProperty(reply, key);
          Object.assign(reply, last);
        },
      };
    },
  };
}

function isCode(code: Code): boolean {
  return code === undefined || code === null || (code !== '' && Number.isInteger(Number(code)));
}

/** As of now, whatever is printed or changed later. */
function copyReply(getReply: () => Reply): Reply {
  try {
    return JSON.parse(JSON.stringify(getReply())) as Reply;
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error;
    return { uncrossable: { path: error.path, reason: error.reason } };
  }
}
