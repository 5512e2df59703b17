/** The record store on S3: one bucket, objects under deterministic names. */
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Page, Records } from '../ports.ts';
import { ReeveError } from '../session/errors.ts';
import { clientSettings } from './client.ts';
import type { EnvironmentOf } from './environment.ts';
import { calling } from './faults.ts';
import type { Adapter } from './world.ts';

/** As many as a listing gives and as one DeleteObjects takes. */
const OBJECTS_A_CALL = 1_000;

/** Path style, because it needs no DNS entry per bucket: the same request works on AWS and on everything that speaks S3. */
function openS3(): S3Client {
  return new S3Client({ ...clientSettings(), forcePathStyle: true });
}

export const records: Adapter<'records'> = (environment) => createRecords(environment, openS3());

export function createRecords({ REEVE_BUCKET }: EnvironmentOf<'records'>, client: S3Client): Records {
  const store: Store = { bucket: REEVE_BUCKET, client };
  return {
    async put(key, bytes) {
      const object = { Bucket: store.bucket, Key: key, Body: bytes, ContentType: 'application/gzip' };
      await calling(spoken(store, 'PutObject', key), () => client.send(new PutObjectCommand(object)));
    },
    read: (key) =>
      calling<Uint8Array | undefined>(
        spoken(store, 'GetObject', key),
        async () => {
          const { Body } = await client.send(new GetObjectCommand({ Bucket: store.bucket, Key: key }));
          return Body?.transformToByteArray();
        },
        { NoSuchKey: undefined },
      ),
    copy: (from, to) =>
      calling<'copied' | 'missing'>(
        spoken(store, 'CopyObject', `${from} to ${to}`),
        async () => {
          const source = encodeURIComponent(`${store.bucket}/${from}`).replaceAll('%2F', '/');
          await client.send(new CopyObjectCommand({ Bucket: store.bucket, Key: to, CopySource: source }));
          return 'copied';
        },
        { NoSuchKey: 'missing' },
      ),
    list: (prefix, cursor) => list(store, prefix, cursor),
    async removeAll(prefix) {
      let cursor: string | undefined;
      do {
        const page: Page<string> = await list(store, prefix, cursor);
        if (page.values.length > 0) await remove(store, page.values, prefix);
        cursor = page.cursor;
      } while (cursor !== undefined);
    },
  };
}

interface Store {
  readonly bucket: string;
  readonly client: S3Client;
}

function spoken({ bucket }: Store, operation: string, key: string): string {
  return `${operation} of ${key} in bucket ${bucket}`;
}

async function list(store: Store, prefix: string, cursor: string | undefined): Promise<Page<string>> {
  const command = new ListObjectsV2Command({
    Bucket: store.bucket,
    Prefix: prefix,
    MaxKeys: OBJECTS_A_CALL,
    ContinuationToken: cursor,
  });
  const page = await calling(spoken(store, 'ListObjectsV2', prefix), () => store.client.send(command));
  const values = (page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key]));
  const next = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  return { values, ...(next === undefined ? {} : { cursor: next }) };
}

/** What could not be deleted is said in an answer that is a success. */
async function remove(store: Store, keys: readonly string[], prefix: string): Promise<void> {
  const doing = spoken(store, 'DeleteObjects', prefix);
  const objects = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
  const command = new DeleteObjectsCommand({ Bucket: store.bucket, Delete: objects });
  const { Errors: left = [] } = await calling(doing, () => store.client.send(command));
  if (left.length === 0) return;
  const example = `${left[0]?.Key ?? ''}: ${left[0]?.Code ?? 'no code'}`;
  throw new ReeveError('StoreBusy', `AWS was not ready for ${doing}: it left ${left.length} (${example})`);
}
