import type { BucketName } from './buckets.ts';
import type { Cloud } from './cloud.ts';
import { isOurs } from './ownership.ts';
import { isAbsent, isDenied } from './provider-error.ts';
import type { ActualBucket } from './state.ts';

/** `isLooked`: it is only looked whether there is one, by somebody who may not be let. */
export type WantedBucket = BucketName & { isLooked?: true };

/** One without tags in which there is nothing was made by a deployment that was killed before it could say whose it is. */
export async function readOurBucket(
  cloud: Cloud,
  region: string,
  app: string,
  wanted: WantedBucket,
): Promise<ActualBucket | 'foreign' | undefined> {
  const { readBucket, isEmptyBucket } = await import('./buckets.ts');
  const found = await readBucket(cloud, region, wanted).catch((error) => {
    if (wanted.isLooked && (isDenied(error) || isAbsent(error))) return undefined;
    throw error;
  });
  if (!found?.isOwn || isOurs(found.tags, app)) return found;
  const isNew = Object.keys(found.tags).length === 0 && (await isEmptyBucket(cloud, region, wanted.name));
  return isNew ? found : 'foreign';
}
