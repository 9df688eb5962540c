/** What faasify's lines in a program import from 'faasify/runtime'. Its types for programs: templates/package/index.d.ts. */
export { cut, cutAsync, cutAsyncGenerator, cutGenerator, cutPromise } from './cut.ts';
export { parallel, sequence, settled } from './loops.ts';
export { bound, captured, cell, loaded, privates, restoring, share, site, sites } from './registry.ts';
