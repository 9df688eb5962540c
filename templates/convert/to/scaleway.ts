import { run } from 'faasify:handler';
import { answer } from '../fetch.ts';
import { isRecord, makeId } from '../form.ts';
import { findRequest, toAnswerFor } from '../gateway.ts';

export const handle = async (event: unknown): Promise<unknown> => {
  const request = findRequest(event) ?? {
    kind: 'http',
    method: 'POST',
    url: '/',
    headers: [],
    body: new Uint8Array(0),
  };
  return toAnswerFor(isRecord(event) ? event : {}, await answer(run, { id: makeId(), ...request }));
};
