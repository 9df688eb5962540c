/** How a unit learns that a signal which came with a call is aborted: whoever runs it has put the way where it looks. */
const KEY = 'faasify.aborts';

/** To be called while a call begins: `take` gets each notice, as text, until what is returned is called. */
export type Listen = (take: (notice: string) => void) => () => void;

export function findAborts(): Listen | undefined {
  const listen: unknown = Reflect.get(globalThis, Symbol.for(KEY));
  return typeof listen === 'function' ? (take) => listen(take) : undefined;
}

export function provideAborts(listen: Listen): void {
  Object.defineProperty(globalThis, Symbol.for(KEY), { value: listen });
}
