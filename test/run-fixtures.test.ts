import { readFixtures } from './harness/cases.ts';
import { describeCases } from './harness/suite.ts';

describeCases('conformance programs do the same after the cut', readFixtures(), 'direct');
