/** Azure Functions, version 4 of the programming model. Whoever calls has to have a key of the function or of its app. */

import { handler, UNIT_NAME } from 'faasify:unit';
import { app } from '@azure/functions';
import { oneByOne } from '../runtime/one-by-one.ts';
import { respond } from '../runtime/respond.ts';

app.http(UNIT_NAME, {
  methods: ['POST'],
  authLevel: 'function',
  handler: async (request) => respond(oneByOne(handler), await request.text()),
});
