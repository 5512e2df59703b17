// How a repository is known by its answer to Identify.
import { expect, test } from 'vitest';
import { oaiPmh } from '../../../lib/harvesters/oai-pmh.ts';
import { textReply } from '../replies.ts';

const URL_HARVESTED = 'https://repository.example/oai';

test('the probe knows a repository by what it says of itself', () => {
  const probe = (body: string) => oaiPmh.readProbe(URL_HARVESTED, textReply(`<OAI-PMH>${body}</OAI-PMH>`));
  expect(
    probe('<Identify><repositoryName>The county</repositoryName><baseURL>x</baseURL></Identify>'),
  ).toEqual({ match: true, title: 'The county' });
  expect(probe('<error code="badVerb">no</error>')).toMatchObject({ match: false });
  expect(oaiPmh.readProbe(URL_HARVESTED, textReply('<html><title>Hi</title></html>'))).toMatchObject({
    match: false,
    because: expect.stringContaining('an HTML page') as string,
  });
});
