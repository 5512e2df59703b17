import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { createRecords } from '../../lib/aws/records.ts';
import { answered, refusal } from './answers.ts';

const client = new S3Client({ region: 'eu-west-1' });
const s3 = mockClient(client);
const records = createRecords({ REEVE_BUCKET: 'b' }, client);

beforeEach(() => s3.reset());

describe('the record store on S3', () => {
  test('puts compressed bytes under the key', async () => {
    s3.on(PutObjectCommand).resolves({});
    const bytes = Uint8Array.of(1, 2);
    await records.put('staging/s/x.gz', bytes);
    expect(s3.commandCalls(PutObjectCommand).map(({ args }) => args[0].input)).toEqual([
      { Bucket: 'b', Key: 'staging/s/x.gz', Body: bytes, ContentType: 'application/gzip' },
    ]);
  });

  test('reads what is there, and says undefined of what is not', async () => {
    s3.on(GetObjectCommand, { Key: 'there' }).resolves(
      answered({ Body: { transformToByteArray: () => Promise.resolve(Uint8Array.of(7)) } }),
    );
    s3.on(GetObjectCommand, { Key: 'missing' }).rejects(refusal('NoSuchKey'));
    expect(await records.read('there')).toEqual(Uint8Array.of(7));
    expect(await records.read('missing')).toBeUndefined();
  });

  test('a copy names its source encoded, with the slashes as they are', async () => {
    s3.on(CopyObjectCommand).resolves({});
    expect(await records.copy('staging/s/a b+ü.gz', 'records/harvester=h/session=s/1.gz')).toBe('copied');
    expect(s3.commandCalls(CopyObjectCommand)[0]!.args[0].input).toEqual({
      Bucket: 'b',
      Key: 'records/harvester=h/session=s/1.gz',
      CopySource: 'b/staging/s/a%20b%2B%C3%BC.gz',
    });
  });

  test('a copy of nothing is missing, not an error', async () => {
    s3.on(CopyObjectCommand).rejects(refusal('NoSuchKey'));
    expect(await records.copy('a', 'b')).toBe('missing');
  });

  test('lists a page at a time, with a cursor while there is more', async () => {
    s3.on(ListObjectsV2Command).resolves({
      Contents: [{ Key: 'p/1' }, { Key: 'p/2' }],
      IsTruncated: true,
      NextContinuationToken: 't',
    });
    expect(await records.list('p/')).toEqual({ values: ['p/1', 'p/2'], cursor: 't' });
    s3.on(ListObjectsV2Command).resolves({ IsTruncated: false, NextContinuationToken: 'ignored' });
    expect(await records.list('p/', 't')).toEqual({ values: [] });
    expect(s3.commandCalls(ListObjectsV2Command).map(({ args }) => args[0].input.ContinuationToken)).toEqual([
      undefined,
      't',
    ]);
  });

  test('removes all under a prefix, page by page', async () => {
    s3.on(ListObjectsV2Command)
      .resolvesOnce({ Contents: [{ Key: 'p/1' }], IsTruncated: true, NextContinuationToken: 't' })
      .resolvesOnce({ Contents: [{ Key: 'p/2' }, { Key: 'p/3' }] });
    s3.on(DeleteObjectsCommand).resolves({});
    await records.removeAll('p/');
    expect(s3.commandCalls(DeleteObjectsCommand).map(({ args }) => args[0].input.Delete)).toEqual([
      { Objects: [{ Key: 'p/1' }], Quiet: true },
      { Objects: [{ Key: 'p/2' }, { Key: 'p/3' }], Quiet: true },
    ]);
  });

  test('removing nothing deletes nothing', async () => {
    s3.on(ListObjectsV2Command).resolves({});
    await records.removeAll('p/');
    expect(s3.commandCalls(DeleteObjectsCommand)).toEqual([]);
  });

  test('an object that DeleteObjects leaves is an error, although the answer is a success', async () => {
    s3.on(ListObjectsV2Command).resolves({ Contents: [{ Key: 'p/1' }] });
    s3.on(DeleteObjectsCommand).resolves({ Errors: [{ Key: 'p/1', Code: 'InternalError' }] });
    await expect(records.removeAll('p/')).rejects.toMatchObject({
      name: 'StoreBusy',
      message: 'AWS was not ready for DeleteObjects of p/ in bucket b: it left 1 (p/1: InternalError)',
    });
  });

  test.each(['SlowDown', 'AccessDenied', 'ExpiredToken'])('%s passes: try again', async (name) => {
    s3.on(PutObjectCommand).rejects(refusal(name));
    await expect(records.put('k', Uint8Array.of())).rejects.toMatchObject({ name: 'StoreBusy' });
  });

  test('a bucket that is not there is a bug, not a busy store', async () => {
    s3.on(GetObjectCommand).rejects(refusal('NoSuchBucket'));
    await expect(records.read('k')).rejects.toMatchObject({ name: 'InvariantBroken' });
  });

  test('no answer at all is a busy store', async () => {
    s3.on(PutObjectCommand).rejects(Object.assign(new Error('socket hang up'), { name: 'TimeoutError' }));
    await expect(records.put('k', Uint8Array.of())).rejects.toMatchObject({
      name: 'StoreBusy',
      message: 'AWS was not ready for PutObject of k in bucket b (TimeoutError: socket hang up)',
    });
  });
});
