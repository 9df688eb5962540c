/** The thread that calls for an app whose calls to AWS go through its SDK (`clientTransport: 'sdk'`). */
import { type MessagePort, workerData } from 'node:worker_threads';
import { signHeaders } from './aws.ts';
import { checkIn, checkOut } from './claim-check.ts';
import { createInvoke } from './invoke-api.ts';
import { passOn } from './invoking.ts';
import { createRouter } from './routing.ts';
import { sendBySdk } from './sdk.ts';

const { control } = workerData as { control: MessagePort };
const invoke = createInvoke({ sign: signHeaders, carrier: { checkIn, checkOut }, ask: sendBySdk });
passOn(control, { send: createRouter(invoke) });
