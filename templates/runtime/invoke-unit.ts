/** The thread that calls for a unit which has been deployed. */
import { type MessagePort, workerData } from 'node:worker_threads';
import { createInvoke } from './invoke-api.ts';
import { passOn } from './invoking.ts';
import { signHeaders } from './sign.ts';

const { control } = workerData as { control: MessagePort };
passOn(control, { send: createInvoke({ sign: signHeaders }) });
