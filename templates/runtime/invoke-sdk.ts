/** The thread that calls for an app whose calls to AWS go through its SDK (`clientTransport: 'sdk'`). */
import { type MessagePort, workerData } from 'node:worker_threads';
import { signHeaders } from './aws.ts';
import { checkIn, checkOut } from './claim-check.ts';
import { callElsewhere } from './elsewhere.ts';
import { passOn } from './invoking.ts';
import { sendBySdk } from './sdk.ts';

const { control } = workerData as { control: MessagePort };
passOn(control, { sign: signHeaders, carrier: { checkIn, checkOut }, callElsewhere, send: sendBySdk });
