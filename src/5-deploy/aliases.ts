import { CreateAliasCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { mapLimit } from '../4-package/map-limit.ts';
import type { Cloud } from './cloud.ts';
import { extendHistory, formatHistory } from './history.ts';
import { type Aliases, keyOf } from './state.ts';

export interface Move {
  region: string;
  name: string;
  version: string;
}

/** Lets callers reach these versions, and notes in which deployment that was. Fails where somebody else has moved an alias since. */
export async function moveAliases(
  cloud: Cloud,
  {
    alias,
    aliases,
    deployment,
    moves,
  }: { alias: string; aliases: Aliases; deployment: string; moves: readonly Move[] },
): Promise<void> {
  await mapLimit(moves, async ({ region, name, version }) => {
    const { lambda } = cloud.at(region);
    const known = aliases.get(keyOf({ region, name }));
    const Description = formatHistory(extendHistory(known?.history ?? [], { deployment, version }));
    const input = { FunctionName: name, Name: alias, FunctionVersion: version, Description };
    if (!known) await lambda.send(new CreateAliasCommand(input));
    else await lambda.send(new UpdateAliasCommand({ ...input, ...(known.revision && { RevisionId: known.revision }) }));
  });
}
