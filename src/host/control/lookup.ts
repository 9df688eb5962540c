/** Which function, version or alias a request is about. */
import type { ServedFunction } from '../served.ts';
import type { ApiRequest } from './answer.ts';
import { ApiError, invalid } from './api-error.ts';
import { HERE, LATEST, parseName, refuseUnknown } from './names.ts';
import type { Plane } from './plane.ts';
import { defaultSettings } from './settings.ts';
import { type Alias, type FunctionRecord, findAlias, findVersion, type Version } from './state.ts';

/** When units were changed: nobody knows. */
const NEVER = '1970-01-01T00:00:00.000+0000';

/** A function that was made here, as far as it is named: `version` is what its qualifier leads to. */
export interface Made {
  kind: 'made';
  record: FunctionRecord;
  qualifier?: string;
  version: Version;
  alias?: Alias;
}

export interface UnitFound {
  kind: 'unit';
  unit: ServedFunction;
}

export function find(plane: Plane, request: ApiRequest): Made | UnitFound {
  const { name, qualifier } = readTarget(request);
  const unit = findUnit(plane, request.region, name);
  if (unit) {
    const { deployed } = unit;
    if (qualifier === undefined || qualifier === LATEST || deployed?.alias === qualifier) return { kind: 'unit', unit };
    throw refuseUnknown(HERE, name, qualifier);
  }
  const record = plane.records.find(request.region, name);
  const alias = record && qualifier !== undefined ? findAlias(record, qualifier) : undefined;
  const version = record && findVersion(record, alias?.version ?? qualifier ?? LATEST);
  if (!record || !version) throw refuseUnknown(request.region, name, qualifier);
  return { kind: 'made', record, version, ...(qualifier !== undefined && { qualifier }), ...(alias && { alias }) };
}

/** What may be changed: units are what the program says. */
export function findMade(plane: Plane, request: ApiRequest): Made {
  const found = find(plane, request);
  if (found.kind === 'made') return found;
  const message = `${found.unit.configuration.FunctionName} is a unit of the output folder that is served here: it is changed by building it again.`;
  throw new ApiError(403, 'AccessDeniedException', message);
}

/** What may be looked at: units as if they had been made. */
export function findReadable(plane: Plane, request: ApiRequest): Made {
  const found = find(plane, request);
  return found.kind === 'made' ? found : toMade(found);
}

/** Its alias leads to the only version that it has. */
function toMade({ unit: { configuration, deployed } }: UnitFound): Made {
  const {
    FunctionName: name,
    Runtime,
    Handler,
    Description,
    Timeout,
    MemorySize,
    CodeSha256,
    CodeSize,
  } = configuration;
  const settings = { ...defaultSettings(name), Runtime, Handler, Description, Timeout, MemorySize, Role: '' };
  const stamp = { revision: CodeSha256, modified: NEVER };
  const version = { version: LATEST, settings, code: { sha256: CodeSha256, size: CodeSize }, ...stamp };
  const alias = deployed && {
    name: deployed.alias,
    version: LATEST,
    description: '',
    weights: {},
    revision: CodeSha256,
  };
  const rest = { versions: [], lastNumber: 0, aliases: alias ? [alias] : [], tags: {}, policies: [] };
  return { kind: 'made', record: { region: HERE, name, latest: version, ...rest }, version };
}

/** A function as a whole, to be changed; a qualifier makes no sense. */
export function getRecord(plane: Plane, request: ApiRequest): FunctionRecord {
  return asWhole(findMade(plane, request));
}

/** The same, to be looked at. */
export function getReadable(plane: Plane, request: ApiRequest): FunctionRecord {
  return asWhole(findReadable(plane, request));
}

function asWhole({ record, qualifier }: Made): FunctionRecord {
  if (qualifier === undefined) return record;
  throw invalid('This operation is about a function, not about one of its versions or aliases.');
}

/** By its name, or by the one it is to have once it is deployed, unless that is deployed here. */
export function findUnit({ units, records }: Plane, region: string, name: string): ServedFunction | undefined {
  const unit = units.get(name);
  if (unit || records.find(region, name)) return unit;
  return [...units.values()].find(({ deployed }) => deployed?.name === name);
}

function readTarget({ params, query, region }: ApiRequest): { name: string; qualifier?: string } {
  const { name, qualifier } = parseName(params.name ?? '', region);
  const asked = query.get('Qualifier') ?? undefined;
  if (qualifier !== undefined && asked !== undefined && qualifier !== asked) {
    throw invalid('The derived qualifier from the function name does not match the specified qualifier.');
  }
  const one = qualifier ?? asked;
  return { name, ...(one !== undefined && { qualifier: one }) };
}
