// Reads a catalogue of as many datasets as the first argument says, in a process of its own, so that its heap can be limited; prints what came of it.
import { dcatUs } from '../../../lib/harvesters/dcat-us.ts';

const datasets = Number(process.argv[2]);
const url = 'https://agency.example/data.json';
const about = 'One of very many datasets, with a description of usual length. '.repeat(14);

/** Outside of the heap, as lib/remote hands bodies over. */
function document(): Buffer {
  const pieces: Buffer[] = [];
  for (let number = 0; number < datasets; number += 1) {
    const dataset = {
      identifier: `id-${number}`,
      title: `Dataset ${number}`,
      description: about,
      keyword: ['one', 'two', 'three'],
      spatial: '1,2,3,4',
      temporal: '2001-01-01/2002-01-01',
      publisher: { name: 'Agency', subOrganizationOf: { name: 'Government' } },
      contactPoint: { fn: 'Anna', hasEmail: 'mailto:anna@agency.example' },
      distribution: [{ downloadURL: `https://agency.example/${number}.csv`, mediaType: 'text/csv' }],
    };
    pieces.push(Buffer.from(`${number === 0 ? '' : ','}${JSON.stringify(dataset)}`));
  }
  return Buffer.concat([Buffer.from('{"dataset":['), ...pieces, Buffer.from(']}')]);
}

const settings = dcatUs.settings.parse({});
const body = document();
const request = dcatUs.firstListing(url, settings);
const listing = dcatUs.readListing({ url, settings, request }, { url, status: 200, headers: {}, body });
let [records, failures] = [0, 0];
for (const resource of listing.stream ?? []) {
  const { reading } = dcatUs.readResource({ url, settings }, resource, undefined);
  if (reading === 'record') records += 1;
  else failures += 1;
}
process.stdout.write(`${JSON.stringify({ bytes: body.length, records, failures })}\n`);
