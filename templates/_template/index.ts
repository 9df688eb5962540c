/** Acme Functions: `export default async (request) => ({ status, body })` */
import { handler } from 'faasify:unit';
import { respond } from '../runtime/respond.ts';

export default async ({ body }: { body: string }) => respond(handler, body);
