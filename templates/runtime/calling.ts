/** The thread that calls for a unit at another provider than AWS: it knows the transport of that one alone. */
import { transport } from 'faasify:transport';
import { type MessagePort, workerData } from 'node:worker_threads';
import { createCaller } from './elsewhere.ts';
import { passOn } from './invoking.ts';

const { control } = workerData as { control: MessagePort };
passOn(control, { send: createCaller(() => transport) });
