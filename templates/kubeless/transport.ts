/** Kubeless: `POST` to the function's service, `http://{name}.<namespace>.svc.cluster.local:8080`, or to its HTTP trigger. */

import type { Failure, Unit } from '../runtime/line.ts';
import type { Answer } from '../runtime/provider-transport.ts';
import { describeStatus, postJson, readJson, type Transport } from '../runtime/provider-transport.ts';

export const transport: Transport = {
  toRequest: postJson,
  readAnswer: (unit, answer) => (answer.status === 408 ? describeTimeout(unit, answer) : readJson(unit, answer)),
};

function describeTimeout(unit: Unit, answer: Answer): Failure {
  return { ...describeStatus(unit, answer), code: 'timeout', mayHaveRun: true };
}
