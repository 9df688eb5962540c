import { type Answer, type ApiRequest, json, NO_CONTENT } from './answer.ts';
import { invalid, notFound } from './api-error.ts';
import { getReadable, getRecord } from './lookup.ts';
import type { Plane } from './plane.ts';
import { group, map, parseJson, readAs, text } from './shape.ts';
import type { FunctionRecord } from './state.ts';

const MAX_TAGS = 50;
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const KEY = text({ min: 1, max: 128, pattern: CHARACTERS });
export const TAGS = map(KEY, text({ max: 256, pattern: CHARACTERS }));
const TAG = group({ Tags: TAGS }, {});

export function listTags(plane: Plane, request: ApiRequest): Answer {
  return json(200, { Tags: getReadable(plane, toNamed(request)).tags });
}

export function tagResource(plane: Plane, request: ApiRequest): Answer {
  const record = getTagged(plane, request);
  const { Tags } = readAs(TAG, parseJson(request.body.toString()));
  const tags = { ...record.tags, ...Tags };
  checkTags(tags);
  plane.records.put({ ...record, tags });
  return NO_CONTENT;
}

export function untagResource(plane: Plane, request: ApiRequest): Answer {
  const record = getTagged(plane, request);
  const gone = new Set(request.query.getAll('tagKeys'));
  if (gone.size === 0) throw invalid('Give the keys of the tags that are to go.');
  const tags = Object.fromEntries(Object.entries(record.tags).filter(([key]) => !gone.has(key)));
  plane.records.put({ ...record, tags });
  return NO_CONTENT;
}

export function checkTags(tags: Record<string, string>): void {
  const names = Object.keys(tags);
  if (names.length > MAX_TAGS) throw invalid(`A function has no more than ${MAX_TAGS} tags.`);
  const reserved = names.find((name) => /^aws:/i.test(name));
  if (reserved !== undefined) throw invalid(`Tags that begin with aws: are not yours to set: ${reserved}`);
}

/** Functions have tags; versions and aliases have none. */
function getTagged(plane: Plane, request: ApiRequest): FunctionRecord {
  return getRecord(plane, toNamed(request));
}

function toNamed(request: ApiRequest): ApiRequest {
  const { arn = '' } = request.params;
  if (!/^arn:aws[a-zA-Z-]*:lambda:[a-z0-9-]+:\d{12}:function:/.test(arn)) {
    throw notFound(`The resource you requested does not exist: ${arn.slice(0, 200)}`);
  }
  return { ...request, params: { name: arn } };
}
