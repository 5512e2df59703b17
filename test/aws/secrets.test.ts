import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test } from 'vitest';
import { createSecrets } from '../../lib/aws/secrets.ts';
import { refusal } from './answers.ts';

const client = new SecretsManagerClient({ region: 'eu-west-1' });
const manager = mockClient(client);
const secrets = createSecrets('reeve/', client);
const ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:';

beforeEach(() => manager.reset());

test.each([
  ['secret:reeve/county', 'reeve/county'],
  [`${ARN}reeve/county-AbCdEf`, `${ARN}reeve/county-AbCdEf`],
])('%s is read as its text', async (reference, id) => {
  manager.on(GetSecretValueCommand).resolves({ SecretString: '{"token":"c4n4ry"}' });
  expect(await secrets.read(reference)).toBe('{"token":"c4n4ry"}');
  expect(manager.commandCalls(GetSecretValueCommand).map(({ args }) => args[0].input)).toEqual([
    { SecretId: id },
  ]);
});

test.each([
  ['secret:other/county', 'secret:other/county'],
  ['secret:reeve', 'secret:reeve'],
  [`${ARN}tenant-b/county-AbCdEf`, 'secret:tenant-b/county-AbCdEf'],
  ['env:AWS_SECRET_ACCESS_KEY', 'env:AWS_SECRET_ACCESS_KEY'],
  ['file:/proc/self/environ', 'file:/proc/self/environ'],
])('secret-04: %s is out of reach, and AWS is not even asked', async (reference, shown) => {
  await expect(secrets.read(reference)).rejects.toMatchObject({
    name: 'SettingsInvalid',
    message: `The secret ${shown} is out of reach; allowed are secrets of Secrets Manager whose name begins with reeve/ (setting secretsPrefix)`,
  });
  expect(manager.calls()).toEqual([]);
});

test.each([
  ['ResourceNotFoundException', 'does not exist'],
  ['AccessDeniedException', 'may not be read by this installation'],
  ['InvalidRequestException', 'is marked for deletion, or may not be read as it is'],
  ['DecryptionFailure', 'could not be decrypted: its KMS key does not allow it'],
])('secret-04: %s names the secret and neither account nor role', async (name, why) => {
  const said = `User: arn:aws:sts::123456789012:assumed-role/x is not authorized on ${ARN}reeve/county`;
  manager.on(GetSecretValueCommand).rejects(refusal(name, said));
  const error = await secrets.read(`${ARN}reeve/county-AbCdEf`).catch((one: unknown) => one);
  expect(error).toMatchObject({
    name: 'SettingsInvalid',
    message: `The secret secret:reeve/county-AbCdEf ${why}; allowed are secrets of Secrets Manager whose name begins with reeve/ (setting secretsPrefix)`,
  });
  expect(String(error)).not.toContain('123456789012');
});

test('a secret of bytes is refused, and a busy service is asked again later', async () => {
  manager.on(GetSecretValueCommand).resolvesOnce({ SecretBinary: new Uint8Array([1]) });
  await expect(secrets.read('secret:reeve/a')).rejects.toThrow('The secret secret:reeve/a holds no text');
  manager.on(GetSecretValueCommand).rejects(refusal('ThrottlingException', 'slow down'));
  await expect(secrets.read('secret:reeve/a')).rejects.toMatchObject({ name: 'StoreBusy' });
});
