// DCAT-US: which answers are no catalogue, and how a catalogue is recognised.
import { describe, expect, test } from 'vitest';
import { dcatUs } from '../../../lib/harvesters/dcat-us.ts';
import type { RemoteReply } from '../../../lib/harvesters/harvester.ts';
import { jsonReply, textReply, thrownBy } from '../replies.ts';

const URL_OF_FILE = 'https://agency.example/data.json';
const HEAD = { conformsTo: 'https://project-open-data.cio.gov/v1.1/schema' };
const DATASET = { identifier: 'id-1', title: 'Dataset 1' };

function list(reply: RemoteReply) {
  const settings = dcatUs.settings.parse({});
  const request = dcatUs.firstListing(URL_OF_FILE, settings);
  return dcatUs.readListing({ url: URL_OF_FILE, settings, request }, reply);
}

describe('what is no catalogue is refused, and not taken for an empty one', () => {
  test.each([
    [
      'an HTML page with status 200',
      textReply('<!doctype html><title>Sign in</title>'),
      'an HTML page ("Sign in")',
    ],
    ['nothing', textReply(''), 'with nothing'],
    ['JSON without datasets', jsonReply({ title: 'x' }), 'JSON that has no list of datasets'],
    ['datasets that are null', jsonReply({ dataset: null }), 'JSON that has no list of datasets'],
    ['an error in JSON', jsonReply({ error: { code: 499 } }), 'JSON that has no list of datasets'],
    ['a text', jsonReply('x'), 'something that is no catalogue'],
    ['JSON that is cut off before any dataset', textReply('{"dataset": ['), 'JSON that was cut off'],
    [
      'a graph of JSON-LD',
      jsonReply({ '@graph': [{ '@type': 'dcat:Dataset' }] }),
      'whose nodes are in one @graph',
    ],
    ['RDF in XML', textReply('<?xml version="1.0"?><rdf:RDF/>'), 'XML'],
    ['status 404', textReply('', { status: 404 }), 'there is nothing at that address'],
  ])('%s', (_, reply, because) => {
    expect(thrownBy(() => list(reply)).message).toContain(because);
  });

  test('catalogues in catalogues without end', () => {
    const text = `${'{"catalog":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
    expect(thrownBy(() => list(textReply(text))).message).toContain('catalogues nested deeper than 8');
  });
});

describe('a catalogue is recognised', () => {
  test('by what it says of itself, or by a dataset, with its title', () => {
    expect(dcatUs.readProbe(URL_OF_FILE, jsonReply({ ...HEAD, title: 'Open data', dataset: [] }))).toEqual({
      match: true,
      title: 'Open data',
    });
    expect(dcatUs.readProbe(URL_OF_FILE, jsonReply({ dataset: [DATASET] }))).toEqual({ match: true });
  });

  test('also when it is broken further on: that the harvest will say', () => {
    const text = JSON.stringify({ ...HEAD, dataset: [DATASET] }).slice(0, -2);
    expect(dcatUs.readProbe(URL_OF_FILE, textReply(text))).toEqual({ match: true });
  });

  test.each([
    [
      'datasets of something else',
      jsonReply({ dataset: [{ pk: 1 }] }),
      'its JSON does not look like a catalogue of DCAT',
    ],
    ['a page', textReply('<html><title>Hi</title></html>'), 'an HTML page ("Hi")'],
  ])('and not by %s', (_, reply, because) => {
    expect(dcatUs.readProbe(URL_OF_FILE, reply)).toEqual({
      match: false,
      because: expect.stringContaining(because) as string,
    });
  });
});
