/** What `faasify serve` says when it begins. */
import type { Serving } from '../commands/serve.ts';

export function formatServing(
  serving: Pick<Serving, 'url' | 'functions' | 'routes' | 'schedules'>,
  isClockOn: boolean,
): string {
  const { url, functions, routes, schedules } = serving;
  const how = isClockOn ? 'runs' : 'would run, with --schedules,';
  return [
    ...functions.map((name) => `  ${name}\n`),
    ...routes.map(({ key, fn }) => `  ${key.replace(' ', ` ${url}`)}  ${fn}\n`),
    ...schedules.map(({ expression, fn }) => `  ${fn} ${how} by ${expression}\n`),
    `listening on ${url} (as every provider is called), Ctrl-C to end\n`,
  ].join('');
}
