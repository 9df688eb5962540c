/** The feature of units whose functions may give a promise although their types do not say so. */
import type { Feature } from './dispatch.ts';

/** Notes in the reply that the function had ended before its result was there. */
export const late: Feature = {
  begin() {
    let hasEnded = false;
    queueMicrotask(() => {
      hasEnded = true;
    });
    return {
      end() {},
      add(reply) {
        if (hasEnded) reply.late = true;
      },
    };
  },
};
