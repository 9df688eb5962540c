/**
 * As `away`, but the requests are made in the thread of the unit, which takes a third of the time to start with: where all calls
 * are waited for and none changes anything, nobody ever sleeps until one is over.
 */
import { MessageChannel } from 'node:worker_threads';
import { type Away, createAway } from './away.ts';
import { createInvoke } from './invoke-api.ts';
import { passOn, type Send } from './invoking.ts';
import { createInnerLink, type Link } from './link.ts';
import { signHeaders } from './sign.ts';

export const near: Away = /* @__PURE__ */ createNear();

function createNear(): Away {
  let link: Link | undefined;
  return createAway(() => {
    link ??= openNear();
    return link;
  });
}

function openNear(): Link {
  return openBeside(createInvoke({ sign: signHeaders }));
}

/** A link whose requests are made in this thread. */
export function openBeside(send: Send): Link {
  const { port1, port2 } = new MessageChannel();
  passOn(port2, { send, isNear: true });
  return createInnerLink(
    port1,
    () => false,
    () => undefined,
  );
}
