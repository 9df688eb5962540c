import { NAME, run } from 'faasify:handler';
import { answerRequest } from '../fetch.ts';

const answer = (request: Request): Promise<Response> => answerRequest(run, request, {}, `/api/${NAME}`);

export {
  answer as DELETE,
  answer as GET,
  answer as HEAD,
  answer as OPTIONS,
  answer as PATCH,
  answer as POST,
  answer as PUT,
};
