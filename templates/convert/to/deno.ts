import { run } from 'faasify:handler';
import { answerRequest } from '../fetch.ts';

export default {
  fetch: (request: Request): Promise<Response> => answerRequest(run, request),
};
