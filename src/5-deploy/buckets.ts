/** The requests for buckets. Loaded by deployments that need one: its client is the largest of all. */
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketTaggingCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { FaasifyError } from '../errors.ts';
import type { Cloud } from './cloud.ts';
import type { BucketChange } from './diff.ts';
import { ifFound, isNotFound, ProviderError } from './provider-error.ts';
import type { ActualBucket, DesiredBucket, Tags } from './state.ts';

/** Everything of every app lies below it in a bucket of ours. */
const ALL = 'faasify/';
/** Days after which what was left behind is gone. */
const DAYS = 1;
const BATCH = 1000;

export type BucketName = Pick<DesiredBucket, 'name' | 'isOwn' | 'prefix'>;

/** Where one is, and the id of the account that has it: that of somebody else with the same name is never written to. */
function place({ account }: Cloud, Bucket: string) {
  return { Bucket, ExpectedBucketOwner: account.id };
}

/** Undefined if there is none of ours; throws if there is none of the user's. */
export async function readBucket(cloud: Cloud, region: string, wanted: BucketName): Promise<ActualBucket | undefined> {
  const s3 = cloud.open(region, S3Client);
  const { name, isOwn, prefix } = wanted;
  if (!isOwn) await refuseMissing(cloud, region, name);
  const tags = isOwn ? await readTags(s3, cloud, name) : {};
  if (!tags) return undefined;
  const at = place(cloud, name);
  const [access, encryption, expiry, zips] = await Promise.all([
    isOwn ? ifFound(s3.send(new GetPublicAccessBlockCommand(at))) : undefined,
    isOwn ? ifFound(s3.send(new GetBucketEncryptionCommand(at))) : undefined,
    isOwn ? ifFound(s3.send(new GetBucketLifecycleConfigurationCommand(at))) : undefined,
    listKeys(cloud, region, name, `${prefix}code/`),
  ]);
  const { BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets } =
    access?.PublicAccessBlockConfiguration ?? {};
  return {
    name,
    isOwn,
    tags,
    isPrivate: [BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets].every(Boolean),
    isEncrypted: (encryption?.ServerSideEncryptionConfiguration?.Rules ?? []).length > 0,
    expires: (expiry?.Rules ?? []).some(
      ({ Status, Filter, Expiration }) => Status === 'Enabled' && Filter?.Prefix === ALL && Expiration?.Days === DAYS,
    ),
    leftovers: zips,
  };
}

async function refuseMissing(cloud: Cloud, region: string, name: string): Promise<void> {
  const answer = await ifFound(cloud.open(region, S3Client).send(new HeadBucketCommand(place(cloud, name))));
  if (answer && (answer.BucketRegion ?? region) === region) return;
  throw new FaasifyError('no-bucket', `There is no bucket ${name} in ${region}`, {
    fix: 'Nothing has been changed. Make it there, or leave the setting bucket out: the app then gets one of its own.',
  });
}

async function readTags(s3: S3Client, cloud: Cloud, name: string): Promise<Tags | undefined> {
  try {
    const { TagSet = [] } = await s3.send(new GetBucketTaggingCommand(place(cloud, name)));
    return Object.fromEntries(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]));
  } catch (error) {
    if (error instanceof ProviderError && error.type === 'NoSuchTagSet') return {};
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Whether nothing at all is in it. */
export async function isEmptyBucket(cloud: Cloud, region: string, name: string): Promise<boolean> {
  const input = { ...place(cloud, name), MaxKeys: 1 };
  const { KeyCount = 0, Contents = [] } = await cloud.open(region, S3Client).send(new ListObjectsV2Command(input));
  return KeyCount + Contents.length === 0;
}

async function listKeys(cloud: Cloud, region: string, name: string, Prefix: string): Promise<string[]> {
  const keys: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const input = { ...place(cloud, name), Prefix, ...(ContinuationToken !== undefined && { ContinuationToken }) };
    const { Contents = [], NextContinuationToken } = await cloud
      .open(region, S3Client)
      .send(new ListObjectsV2Command(input));
    keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
    ContinuationToken = NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return keys;
}

/** `actual`: what was there before, with tags of others that stay. */
export async function applyBucket(
  cloud: Cloud,
  { action, settings, region }: BucketChange,
  { name, tags }: DesiredBucket,
  actual: ActualBucket | undefined,
): Promise<void> {
  const s3 = cloud.open(region, S3Client);
  const at = place(cloud, name);
  const kinds = new Set(settings.map(({ setting }) => setting.split(' ')[0]));
  if (action === 'create') {
    const where = region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region as 'EU' } };
    await s3.send(new CreateBucketCommand({ Bucket: name, ...where }));
  }
  if (action === 'create' || kinds.has('tag')) {
    const TagSet = Object.entries({ ...actual?.tags, ...tags }).map(([Key, Value]) => ({ Key, Value }));
    await s3.send(new PutBucketTaggingCommand({ ...at, Tagging: { TagSet } }));
  }
  if (kinds.has('public')) await s3.send(new PutPublicAccessBlockCommand({ ...at, ...CLOSED }));
  if (kinds.has('encryption')) await s3.send(new PutBucketEncryptionCommand({ ...at, ...ENCRYPTED }));
  if (kinds.has('objects')) await s3.send(new PutBucketLifecycleConfigurationCommand({ ...at, ...EXPIRING }));
  if (kinds.has('zips')) await deleteObjects(cloud, region, name, actual?.leftovers ?? []);
}

const CLOSED = {
  PublicAccessBlockConfiguration: {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  },
};
const ENCRYPTED = {
  ServerSideEncryptionConfiguration: {
    Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } }],
  },
};
const EXPIRING = {
  LifecycleConfiguration: {
    Rules: [
      {
        ID: 'faasify',
        Status: 'Enabled' as const,
        Filter: { Prefix: ALL },
        Expiration: { Days: DAYS },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: DAYS },
      },
    ],
  },
};

export interface Upload {
  bucket: string;
  key: string;
}

export async function putObject(cloud: Cloud, region: string, { bucket, key }: Upload, body: Buffer): Promise<void> {
  const input = { ...place(cloud, bucket), Key: key, Body: body, ContentType: 'application/zip' };
  await cloud.open(region, S3Client).send(new PutObjectCommand(input));
}

export async function deleteObject(cloud: Cloud, region: string, { bucket, key }: Upload): Promise<void> {
  await cloud.open(region, S3Client).send(new DeleteObjectCommand({ ...place(cloud, bucket), Key: key }));
}

async function deleteObjects(cloud: Cloud, region: string, name: string, keys: readonly string[]): Promise<void> {
  for (let index = 0; index < keys.length; index += BATCH) {
    const Objects = keys.slice(index, index + BATCH).map((Key) => ({ Key }));
    const input = { ...place(cloud, name), Delete: { Objects, Quiet: true } };
    const { Errors = [] } = await cloud.open(region, S3Client).send(new DeleteObjectsCommand(input));
    const [first] = Errors;
    if (first) throw new ProviderError('DeleteObjects', first.Code ?? 'Error', first.Message ?? '');
  }
}

/** Everything of an app, and nothing else. */
export async function emptyBucket(cloud: Cloud, region: string, name: string, prefix: string): Promise<void> {
  await ifFound(listKeys(cloud, region, name, prefix).then((keys) => deleteObjects(cloud, region, name, keys)));
}

export async function deleteBucket(cloud: Cloud, region: string, name: string): Promise<void> {
  try {
    await ifFound(cloud.open(region, S3Client).send(new DeleteBucketCommand(place(cloud, name))));
  } catch (error) {
    if (!(error instanceof ProviderError) || error.type !== 'BucketNotEmpty') throw error;
    throw new FaasifyError('not-ours', `The bucket ${name} holds objects that are not of this app`, {
      fix: 'Everything else that came before it is removed. Take them out and run it again.',
    });
  }
}
