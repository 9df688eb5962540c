/** What is filled in when a handler is converted. */
declare module 'faasify:handler' {
  import type { Run } from './form.ts';

  /** Calls the handler. */
  export const run: Run;
  /** Of the function at its new provider. */
  export const NAME: string;
}
