/** Azure Functions, version 4 of the programming model, with addresses, for which nobody needs a key, and what the clock starts. */

import { handler, ROUTES, SCHEDULES, UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import { app } from '@azure/functions';
import { oneByOne } from '../runtime/one-by-one.ts';
import { respond } from '../runtime/respond.ts';
import { answerAddress, toRoute } from './address.ts';

const run = oneByOne(handler, { name: UNIT_NAME, timeout: UNIT_TIMEOUT });

app.http(UNIT_NAME, {
  methods: ['POST'],
  authLevel: 'function',
  handler: async (request) => respond(run, await request.text()),
});
ROUTES.forEach((key, index) => {
  app.http(`${UNIT_NAME}-web-${index}`, {
    ...toRoute(key),
    authLevel: 'anonymous',
    handler: (request) => answerAddress(run, ROUTES, request),
  });
});
SCHEDULES.forEach(({ cron, fn }, index) => {
  app.timer(`${UNIT_NAME}-run-${index}`, {
    schedule: `0 ${cron}`,
    handler: async () => void (await run({ faasify: 'run', fn })),
  });
});
