/** The feature of units whose functions may end the process: the reply says so, and the caller's process ends. */
import type { Feature } from './dispatch.ts';
import { Unsupported } from './errors.ts';
import type { Reply } from './protocol.ts';

/** What `process.exit` throws over there, so that the function comes to its end. What it does on its way shows nowhere. */
const GONE = 'the process has ended';

type Code = string | number | null | undefined;

export const exit: Feature = {
  begin(_request, _decoder, _extend, getReply) {
    const { exit } = process;
    let last: Reply | undefined;
    process.exit = (...codes: Code[]): never => {
      if (!codes.slice(0, 1).every(isCode)) return exit(...codes); // which throws
      last ??= { ...copyReply(getReply), exit: codes.slice(0, 1) };
      throw GONE;
    };
    return {
      end() {
        process.exit = exit;
      },
      add(reply) {
        if (!last) return;
        for (const key of Object.keys(reply)) Reflect.deleteProperty(reply, key);
        Object.assign(reply, last);
      },
    };
  },
};

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
