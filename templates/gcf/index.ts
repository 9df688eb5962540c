/** Google Cloud Functions: the same code answers requests (`--entry-point NAME`) and takes events (`--entry-point NAME-event`). */

import { handler, UNIT_NAME, UNIT_TIMEOUT } from 'faasify:unit';
import functions from '@google-cloud/functions-framework';
import { oneByOne } from '../runtime/one-by-one.ts';
import { respond } from '../runtime/respond-node.ts';
import { readData } from './event.ts';

const run = oneByOne(handler, { name: UNIT_NAME, timeout: UNIT_TIMEOUT });
functions.http(UNIT_NAME, respond(run));
functions.cloudEvent(`${UNIT_NAME}-event`, async (event) => run(readData(event)));
