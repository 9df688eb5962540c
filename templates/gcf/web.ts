/** Google Cloud Functions, with addresses: who asks for them comes to `--entry-point NAME-web`, where nothing else is to be had. */

import { handler, ROUTES, UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import functions from '@google-cloud/functions-framework';
import { oneByOne } from '../runtime/one-by-one.ts';
import { respond } from '../runtime/respond-node.ts';
import { serveRoutes } from '../runtime/web-node.ts';
import { readData } from './event.ts';

const run = oneByOne(handler, { name: UNIT_NAME, timeout: UNIT_TIMEOUT });
functions.http(UNIT_NAME, respond(run));
functions.cloudEvent(`${UNIT_NAME}-event`, async (event) => run(readData(event)));
functions.http(`${UNIT_NAME}-web`, serveRoutes(run, ROUTES));
