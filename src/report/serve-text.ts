/** What `faasify serve` says when it begins. */
import type { Serving } from '../commands/serve.ts';

export function formatServing(
  serving: Pick<Serving, 'url' | 'functions' | 'routes' | 'schedules' | 'watches'>,
  isOn: { schedules: boolean; watches: boolean },
): string {
  const { url, functions, routes, schedules, watches } = serving;
  const how = isOn.schedules ? 'runs' : 'would run, with --schedules,';
  const when = isOn.watches ? 'runs' : 'would run, with --watches <folder>,';
  return [
    ...functions.map((name) => `  ${name}\n`),
    ...routes.map(({ key, fn }) => `  ${key.replace(' ', ` ${url}`)}  ${fn}\n`),
    ...schedules.map(({ expression, fn }) => `  ${fn} ${how} by ${expression}\n`),
    ...watches.map(({ glob, fn }) => `  ${fn} ${when} when ${glob} changes\n`),
    `listening on ${url} (as every provider is called), Ctrl-C to end\n`,
  ].join('');
}
