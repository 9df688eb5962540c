/** What describes an app to a provider: `<out>/<target>/…`, with the commands of the provider's own tool. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadedProvider } from '../providers/index.ts';
import type { ProviderApp } from '../providers/provider.ts';
import { describeStarts } from '../providers/starts.ts';
import type { Manifest, OutputFile } from '../types.ts';

const SCRIPT = 'deploy.sh';

/** By path from the output folder. */
export function describeProjects(manifest: Manifest, providers: readonly LoadedProvider[]): OutputFile[] {
  return providers.flatMap((provider) => {
    const app = describeApp(manifest, provider);
    if (app.units.length === 0) return [];
    const files = provider.project?.(app) ?? [];
    const commands = provider.commands?.(app) ?? [];
    const script = commands.length > 0 ? [{ path: SCRIPT, text: emitScript(provider, commands) }] : [];
    return [...files, ...script].map(({ path, text }) => ({ path: `${provider.name}/${path}`, text }));
  });
}

function describeApp({ app, units }: Manifest, provider: LoadedProvider): ProviderApp {
  return {
    ...(app !== undefined && { name: app }),
    units: units.flatMap(({ name: unit, settings, env, calls, places = [], routes, schedules }) => {
      const place = places.find((one) => one.target === provider.name);
      if (!place?.package) return [];
      const { folder, zip } = place.package;
      const starts = describeStarts(provider, { ...(routes && { routes }), ...(schedules && { schedules }) });
      const caller = calls && { isCaller: true as const };
      return [{ ...{ name: place.name, unit, settings, env, folder, package: zip }, ...caller, ...starts }];
    }),
  };
}

/** Runs in the output folder, wherever it is started from. */
function emitScript({ title }: LoadedProvider, commands: readonly string[]): string {
  const head = ['#!/bin/sh', `# Deploys what was built to ${title}, with its own tool.`, 'set -eu', ENTER];
  return `${[...head, ...commands].join('\n')}\n`;
}

const ENTER = 'cd "$(dirname "$0")/.."';

export interface DeployScript {
  /** From the output folder. */
  path: string;
  /** What it does there. */
  commands: string[];
}

/** The one that was written for a target; undefined for one that nothing is deployed to. */
export function findScript(out: string, target: string): DeployScript | undefined {
  const path = join(target, SCRIPT);
  if (!existsSync(join(out, path))) return undefined;
  const lines = readFileSync(join(out, path), 'utf8').trimEnd().split('\n');
  return { path, commands: lines.slice(lines.indexOf(ENTER) + 1) };
}
