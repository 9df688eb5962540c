/** Published versions: what `$LATEST` was at some time, and never changes again. */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Answer, type ApiRequest, json } from './answer.ts';
import { conflict, invalid, refuseStale } from './api-error.ts';
import { describeVersion } from './describe.ts';
import { getReadable, getRecord } from './lookup.ts';
import { LATEST } from './names.ts';
import { takePage } from './pages.ts';
import type { Plane } from './plane.ts';
import { DESCRIPTION } from './settings.ts';
import { group, parseJson, readAs, text } from './shape.ts';
import type { FunctionRecord, Version } from './state.ts';

const PUBLISH = group({}, { CodeSha256: text(), Description: DESCRIPTION, RevisionId: text(), PublishTo: text() });

export function publishVersion(plane: Plane, request: ApiRequest): Answer {
  const record = getRecord(plane, request);
  const { CodeSha256, RevisionId, Description } = readAs(PUBLISH, parseJson(request.body.toString()));
  refuseStale(RevisionId, record.latest.revision);
  const { sha256 } = record.latest.code;
  if (CodeSha256 !== undefined && CodeSha256 !== sha256) {
    throw invalid(
      `CodeSHA256 (${CodeSha256}) is different from current CodeSHA256 in $LATEST (${sha256}). Please try again with the CodeSHA256 in $LATEST.`,
    );
  }
  const { record: published, version } = publish(record, Description);
  plane.records.put(published);
  return json(201, describeVersion(published, version, version.version));
}

/** The same as the last version is that version. */
export function publish(record: FunctionRecord, description?: string): { record: FunctionRecord; version: Version } {
  const { latest, versions, lastNumber } = record;
  const last = versions.at(-1);
  if (last && isDeepStrictEqual(contentOf(last), contentOf(latest))) return { record, version: last };
  const number = lastNumber + 1;
  const settings = description === undefined ? latest.settings : { ...latest.settings, Description: description };
  const version = { ...latest, settings, version: `${number}`, revision: randomUUID(), modified: now() };
  return { record: { ...record, versions: [...versions, version], lastNumber: number }, version };
}

function contentOf({ settings: { Description: _, ...settings }, code }: Version): object {
  return { settings, code };
}

export function listVersions(plane: Plane, request: ApiRequest): Answer {
  const record = getReadable(plane, request);
  const { page, next } = takePage([record.latest, ...record.versions], ({ version }) => version, request.query);
  return json(200, { Versions: page.map((version) => describeVersion(record, version, version.version)), ...next });
}

/** What an alias leads to stays. */
export function withoutVersion(record: FunctionRecord, { version }: Version): FunctionRecord {
  if (version === LATEST) throw invalid('$LATEST version cannot be deleted without deleting the function.');
  const users = record.aliases.filter((alias) => alias.version === version || Object.hasOwn(alias.weights, version));
  if (users.length > 0) {
    const names = users.map(({ name }) => name).join(', ');
    throw conflict(`Unable to delete version because the following aliases reference it: [${names}]`);
  }
  const policies = record.policies.filter(([qualifier]) => qualifier !== version);
  return { ...record, versions: record.versions.filter((one) => one.version !== version), policies };
}

/** As the API writes it. */
export function now(): string {
  return new Date().toISOString().replace('Z', '+0000');
}
