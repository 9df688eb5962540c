/** The thread that calls for an app. */
import { type MessagePort, workerData } from 'node:worker_threads';
import { signHeaders } from './aws.ts';
import { checkIn, checkOut } from './claim-check.ts';
import { createInvoke } from './invoke-api.ts';
import { passOn } from './invoking.ts';
import { createRouter } from './routing.ts';

const { control } = workerData as { control: MessagePort };
passOn(control, { send: createRouter(createInvoke({ sign: signHeaders, carrier: { checkIn, checkOut } })) });
