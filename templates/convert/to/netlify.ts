import { NAME, run } from 'faasify:handler';
import { answerRequest } from '../fetch.ts';

interface Context {
  requestId?: string;
  ip?: string;
  waitUntil?(work: Promise<unknown>): void;
}

export default (request: Request, context: Context): Promise<Response> => {
  const { requestId: id, ip } = context;
  const around = { ...(id !== undefined && { id }), ...(ip !== undefined && { ip }) };
  const later = (work: Promise<unknown>) => context.waitUntil?.(work);
  return answerRequest(run, request, { ...around, ...(context.waitUntil && { later }) }, `/.netlify/functions/${NAME}`);
};
