/** The thread that calls for an app. */
import { type MessagePort, workerData } from 'node:worker_threads';
import { signHeaders } from './aws.ts';
import { checkIn, checkOut } from './claim-check.ts';
import { callElsewhere } from './elsewhere.ts';
import { passOn } from './invoking.ts';

const { control } = workerData as { control: MessagePort };
passOn(control, { sign: signHeaders, carrier: { checkIn, checkOut }, callElsewhere });
