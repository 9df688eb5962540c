/** The call that an event asks for. */
import { toText } from '../runtime/body.ts';
import { readEvent } from '../runtime/respond.ts';

interface CloudEvent {
  type: string;
  data?: unknown;
}

/** Of a message of Pub/Sub what was published, of any other event its data: `{"args":[…]}` or named arguments. Throws a `TypeError`. */
export function readData({ type, data }: CloudEvent): object {
  return readEvent(type === PUBLISHED ? Buffer.from(readMessage(data), 'base64').toString() : toText(data));
}

/** https://cloud.google.com/eventarc/docs/cloudevents#pubsub */
const PUBLISHED = 'google.cloud.pubsub.topic.v1.messagePublished';

function readMessage(data: unknown): string {
  const { message }: { message?: unknown } = Object(data);
  const { data: published }: { data?: unknown } = Object(message);
  return typeof published === 'string' ? published : '';
}
