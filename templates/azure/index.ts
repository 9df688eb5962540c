/** Azure Functions, version 4 of the programming model. Whoever calls has to have a key of the function or of its app. */

import { handler, UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import { app } from '@azure/functions';
import { oneByOne } from '../runtime/one-by-one.ts';
import { respond } from '../runtime/respond.ts';

const run = oneByOne(handler, { name: UNIT_NAME, timeout: UNIT_TIMEOUT });

app.http(UNIT_NAME, {
  methods: ['POST'],
  authLevel: 'function',
  handler: async (request) => respond(run, await request.text()),
});
