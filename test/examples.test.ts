import { readExamples } from './harness/cases.ts';
import type { Way } from './harness/run.ts';
import { describeCases } from './harness/suite.ts';

const AWAITED: Way = { calls: 'auto' };
const BLOCKING: Way = { calls: 'blocking', direct: true };
/** `other`: for another Node, under which they run from their zips with awaited calls as well. */
const { CONFORMANCE, CASE } = process.env;
const ways = CASE !== undefined ? [AWAITED, BLOCKING] : CONFORMANCE === 'other' ? [BLOCKING] : [AWAITED];

describeCases('examples do the same after the cut', readExamples(), () => ways);
