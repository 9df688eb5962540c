import { NAME, run } from 'faasify:handler';
import { type Around, isRecord, Refusal } from '../form.ts';
import { findRequest, toAnswerFor } from '../gateway.ts';
import { answerError, asAnswer, asValue } from '../meet.ts';

interface Context {
  awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** Requests of API Gateway, function URLs and load balancers get an answer, every other event gets the value. */
export const handler = async (event: unknown, context: Context): Promise<unknown> => {
  const around: Around = { id: context.awsRequestId, deadline: Date.now() + context.getRemainingTimeInMillis() };
  const request = findRequest(event);
  if (!request || !isRecord(event)) return asValue(await run({ ...around, kind: 'event', value: event }));
  try {
    return toAnswerFor(event, asAnswer(await run({ ...around, ...request })));
  } catch (error) {
    if (error instanceof Refusal) return toAnswerFor(event, answerError(error));
    throw error;
  }
};

Object.defineProperty(handler, 'name', { value: NAME });
