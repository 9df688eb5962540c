/** Functions are made, told, changed and removed. */
import { randomUUID } from 'node:crypto';
import { type Answer, type ApiRequest, json, NO_CONTENT } from './answer.ts';
import { conflict, invalid, refuseStale } from './api-error.ts';
import { describeVersion } from './describe.ts';
import { find, findMade, getRecord } from './lookup.ts';
import { LATEST, parseName, toFunctionArn } from './names.ts';
import { takePage } from './pages.ts';
import type { Plane } from './plane.ts';
import { ARCHITECTURES, changeSettings, defaultSettings, SETTINGS } from './settings.ts';
import { bytes, flag, group, parseJson, readAs, text } from './shape.ts';
import type { FunctionRecord, StoredCode, Version } from './state.ts';
import { checkTags, TAGS } from './tags.ts';
import { now, publish, withoutVersion } from './versions.ts';

const CODE = {
  ZipFile: bytes(),
  ImageUri: text(),
  S3Bucket: text(),
  S3Key: text(),
};
const { Runtime, Role, Handler, ...OPTIONAL } = SETTINGS;
const CREATE = group(
  { FunctionName: text({ min: 1, max: 140 }), Role, Code: group({}, CODE) },
  {
    ...{ Runtime, Handler, ...OPTIONAL, Architectures: ARCHITECTURES, Tags: TAGS, Publish: flag() },
    PackageType: text({ values: ['Zip', 'Image'] }),
  },
);

export async function createFunction(plane: Plane, request: ApiRequest): Promise<Answer> {
  const given = readAs(CREATE, parseJson(request.body.toString()));
  const { FunctionName, Code, PackageType, Architectures, Tags = {}, Publish = false, ...settings } = given;
  const name = readNewName(FunctionName, request.region);
  refuseTaken(plane, request.region, name);
  checkTags(Tags);
  if (PackageType === 'Image') throw invalid('This server runs zips, no images.');
  const { Runtime, Handler } = settings;
  if (Runtime === undefined) throw invalid('Runtime is mandatory for functions created with deployment packages.');
  if (Handler === undefined) throw invalid('Handler is mandatory for functions created with deployment packages.');
  const own = { ...defaultSettings(name), Runtime, Handler, Role: given.Role, ...(Architectures && { Architectures }) };
  const latest = { settings: changeSettings(name, own, settings), ...stamp() };
  const code = await plane.code.add(readZip(Code));
  refuseTaken(plane, request.region, name);
  const made: FunctionRecord = {
    ...{ region: request.region, name, latest: { ...latest, code, version: LATEST }, versions: [], lastNumber: 0 },
    ...{ aliases: [], tags: Tags, policies: [] },
  };
  return keep(plane, made, Publish, 201);
}

function stamp(): Pick<Version, 'revision' | 'modified'> {
  return { revision: randomUUID(), modified: now() };
}

const NEW_NAME = /^[a-zA-Z0-9-_]{1,64}$/;

function readNewName(given: string, region: string): string {
  const { name, qualifier } = parseName(given, region);
  if (NEW_NAME.test(name) && qualifier === undefined) return name;
  throw invalid(`The name of a function consists of up to 64 letters, digits, - and _, and no qualifier: ${name}`);
}

function refuseTaken(plane: Plane, region: string, name: string): void {
  if (plane.units.has(name)) throw conflict(`Function already exist: ${name} is a unit of the folder served here`);
  if (plane.records.find(region, name)) throw conflict(`Function already exist: ${name}`);
}

function readZip({ ZipFile, ImageUri, S3Bucket, S3Key }: { [K in keyof typeof CODE]?: string | Buffer }): Buffer {
  if (ImageUri !== undefined) throw invalid('This server runs zips, no images.');
  if (S3Bucket !== undefined || S3Key !== undefined)
    throw invalid('There is no S3 in this server: send the zip itself.');
  if (Buffer.isBuffer(ZipFile)) return ZipFile;
  throw invalid('Please provide a source for function code.');
}

/** Is live when it is answered; with `Publish` as a version, too. */
function keep(plane: Plane, record: FunctionRecord, isPublished: boolean, status: number): Answer {
  const { record: kept, version } = isPublished ? publish(record) : { record, version: record.latest };
  plane.records.put(kept);
  const qualifier = isPublished ? version.version : undefined;
  return json(status, describeVersion(kept, version, qualifier));
}

const UPDATE_CODE = group(
  {},
  {
    ...CODE,
    Architectures: ARCHITECTURES,
    Publish: flag(),
    DryRun: flag(),
    RevisionId: text(),
    SourceKMSKeyArn: text(),
  },
);

export async function updateCode(plane: Plane, request: ApiRequest): Promise<Answer> {
  const { latest } = getRecord(plane, request);
  const given = readAs(UPDATE_CODE, parseJson(request.body.toString()));
  const { RevisionId, Publish = false, DryRun = false, Architectures } = given;
  refuseStale(RevisionId, latest.revision);
  const code = await plane.code.add(readZip(given));
  const record = getRecord(plane, request);
  refuseStale(RevisionId, record.latest.revision);
  const settings = { ...record.latest.settings, ...(Architectures && { Architectures }) };
  const changed = { ...record, latest: { ...record.latest, ...stamp(), settings, code } };
  if (DryRun) return json(200, describeVersion(changed, changed.latest));
  return keep(plane, changed, Publish, 200);
}

const UPDATE_SETTINGS = group({}, { ...SETTINGS, RevisionId: text() });

export function updateConfiguration(plane: Plane, request: ApiRequest): Answer {
  const record = getRecord(plane, request);
  const { RevisionId, ...given } = readAs(UPDATE_SETTINGS, parseJson(request.body.toString()));
  refuseStale(RevisionId, record.latest.revision);
  const settings = changeSettings(record.name, record.latest.settings, given);
  return keep(plane, { ...record, latest: { ...record.latest, ...stamp(), settings } }, false, 200);
}

export function getFunction(plane: Plane, request: ApiRequest): Answer {
  const found = find(plane, request);
  if (found.kind === 'unit') {
    return json(200, { Configuration: found.unit.configuration, Code: { RepositoryType: 'Local' } });
  }
  const { record, version, qualifier } = found;
  return json(200, {
    Configuration: describeVersion(record, version, qualifier),
    Code: { RepositoryType: 'Local' },
    Tags: record.tags,
    ...(record.reserved !== undefined && { Concurrency: { ReservedConcurrentExecutions: record.reserved } }),
  });
}

export function getConfiguration(plane: Plane, request: ApiRequest): Answer {
  const found = find(plane, request);
  if (found.kind === 'unit') return json(200, found.unit.configuration);
  return json(200, describeVersion(found.record, found.version, found.qualifier));
}

/** Units and what was made here, sorted by name; with `FunctionVersion=ALL` every version. */
export function listFunctions({ units, records }: Plane, { region, query }: ApiRequest): Answer {
  const all = query.get('FunctionVersion');
  if (all !== null && all !== 'ALL') throw invalid('FunctionVersion must be ALL.');
  const own = [...units].map(([name, { configuration }]) => ({ key: name, item: configuration }));
  const others = records.list(region).filter(({ name }) => !units.has(name));
  const made = others.flatMap((record) => {
    const versions = all === null ? [record.latest] : [record.latest, ...record.versions];
    return versions.map((version) => {
      const qualifier = all === null ? undefined : version.version;
      return {
        key: `${record.name}${qualifier === undefined ? '' : `:${qualifier}`}`,
        item: describeVersion(record, version, qualifier),
      };
    });
  });
  const sorted = [...own, ...made].sort((a, b) => (a.key < b.key ? -1 : 1));
  const { page, next } = takePage(sorted, ({ key }) => key, query);
  return json(200, { Functions: page.map(({ item }) => item), ...next });
}

/** As a whole, or one of its versions. */
export function deleteFunction(plane: Plane, request: ApiRequest): Answer {
  const { record, version, qualifier, alias } = findMade(plane, request);
  if (alias) throw invalid('Aliases are removed with DeleteAlias.');
  if (qualifier === undefined) plane.records.remove(record);
  else plane.records.put(withoutVersion(record, version));
  plane.executor.release(toFunctionArn(record.region, record.name));
  plane.code.keep(() => listUsed(plane));
  return NO_CONTENT;
}

/** Hashes of all code that functions have. */
export function listUsed({ records }: Plane): Set<string> {
  const codes: StoredCode[] = records
    .list()
    .flatMap(({ latest, versions }) => [latest, ...versions].map(({ code }) => code));
  return new Set(codes.map(({ sha256 }) => sha256));
}
