/** Google Cloud Functions: the same code answers requests (`--entry-point NAME`) and takes events (`--entry-point NAME-event`). */

import { handler, UNIT_NAME } from 'faasify:unit';
import functions from '@google-cloud/functions-framework';
import { inTurn } from '../runtime/in-turn.ts';
import { respond } from '../runtime/respond-node.ts';
import { readData } from './event.ts';

const run = inTurn(handler);
functions.http(UNIT_NAME, respond(run));
functions.cloudEvent(`${UNIT_NAME}-event`, async (event) => run(readData(event)));
