import { findRuntimeClient } from '../../../src/host/runtime/client-choice.ts';
import { ROOT, readExamples } from '../../harness/cases.ts';
import { describeCases } from '../../harness/suite.ts';

/** A folder with Amazon's client, and the nodes that it is to run in; without it a few run under ours in this one. */
const { FAASIFY_RIC: ric, FAASIFY_NODES: nodes = process.execPath } = process.env;

const clients = nodes
  .split(',')
  .map((node) => findRuntimeClient(ric ? 'ric' : 'own', ric ? [ric] : [], ROOT, { FAASIFY_NODE: node }));

const FEW = ['kvstore', 'transport'];
const examples = readExamples().filter(({ name }) => ric || process.env.CASE || FEW.includes(name));

describeCases('examples do the same from their zips', examples, () =>
  clients.map((client) => ({ calls: 'auto' as const, client })),
);
