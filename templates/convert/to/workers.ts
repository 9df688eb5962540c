import { run } from 'faasify:handler';
import { answerRequest } from '../fetch.ts';

interface Context {
  waitUntil(work: Promise<unknown>): void;
}

export default {
  fetch(request: Request, _env: unknown, context: Context): Promise<Response> {
    const ip = request.headers.get('cf-connecting-ip');
    return answerRequest(run, request, { ...(ip !== null && { ip }), later: (work) => context.waitUntil(work) });
  },
};
