/**
 * Texts of functions: in a unit all code has another one. A call that comes across one is of no use, whatever it makes of it, and is made again
 * where it came from.
 */
import type { Feature } from './dispatch.ts';
import { Unsupported } from './errors.ts';

const NATIVE = /\{ \[native code\] \}$/;

/** Import it before the code that reads, which may keep `toString` in a constant. */
export const texts: Feature = /* @__PURE__ */ createTexts();

function createTexts(): Feature {
  const { toString: readText } = Function.prototype;
  /** Calls in hand: which of several that wait has read is not known. */
  const calls = new Set<{ hasRead: boolean }>();
  const replacing = {
    toString(this: () => unknown): string {
      const text = readText.call(this);
      if (!NATIVE.test(text)) for (const call of calls) call.hasRead = true;
      return text;
    },
  };
  Function.prototype.toString = replacing.toString;
  return {
    begin() {
      const call = { hasRead: false };
      calls.add(call);
      return {
        end() {
          calls.delete(call);
        },
        add() {
          const { hasRead } = call;
          call.hasRead = false;
          if (hasRead)
            throw new Unsupported('ret', 'it has read the text of a function, which is another one in a unit');
        },
      };
    },
  };
}
