import { readExamples } from './harness/cases.ts';
import { describeCases } from './harness/suite.ts';

describeCases('examples do the same after the cut', readExamples(), () => [
  { calls: 'auto' },
  { calls: 'blocking', direct: true },
]);
