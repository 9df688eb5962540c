import { NAME, run } from 'faasify:handler';
import { app } from '@azure/functions';
import { answer, fromRequest } from '../fetch.ts';

app.http(NAME, {
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'],
  authLevel: 'function',
  route: `${NAME}/{*path}`,
  handler: async (request, context) => {
    const call = await fromRequest(request, { id: context.invocationId }, `/api/${NAME}`);
    const { status, headers, body } = await answer(run, call);
    return { status, headers, body };
  },
});
