/**
 * How a unit at another provider than AWS reaches the others there, through the transport of that provider alone; its entry begins with
 * this. Where they are stands in the environment of the functions, as it would in that of an app.
 */
import { createCaller } from './elsewhere.ts';
import { provideWay } from './lead-way.ts';
import { createLink, type Link } from './link.ts';
import { openBeside } from './near.ts';
import type { Transport } from './provider-transport.ts';

/** `thread`: the text of the thread that makes the requests; without it they are made in the one that the functions run in, which never sleeps. */
export function lead(target: string, transport: Transport, thread?: string): void {
  let link: Link | undefined;
  const forget = () => {
    link = undefined;
  };
  const open = () =>
    thread === undefined ? openBeside(createCaller(() => transport)) : createLink({ text: thread }, forget);
  const openOnce = () => {
    link ??= open();
    return link;
  };
  provideWay(target, transport, openOnce, true);
}
