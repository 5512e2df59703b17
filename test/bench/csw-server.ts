/** A CSW of as many synthetic records, on loopback: csw-server.ts <records>. Says `csw <url>` when it answers; each record is made when it is asked for. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeCatalogue } from '../../lib/sample/catalogue.ts';
import { isoRecord } from '../../lib/sample/iso-record.ts';

const catalogue = makeCatalogue(Number(process.argv[2] ?? '1000'));
const ORIGIN = 'http://county.example.org';
const CSW = 'xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:ows="http://www.opengis.net/ows"';

const CAPABILITIES =
  `<csw:Capabilities ${CSW} version="2.0.2"><ows:OperationsMetadata><ows:Operation name="GetRecords">` +
  '<ows:Parameter name="outputSchema"><ows:Value>http://www.isotc211.org/2005/gmd</ows:Value></ows:Parameter>' +
  '<ows:Parameter name="typeNames"><ows:Value>gmd:MD_Metadata</ows:Value></ows:Parameter></ows:Operation></ows:OperationsMetadata></csw:Capabilities>';

function page(start: number, size: number): string {
  const end = Math.min(start + size - 1, catalogue.size);
  const records: string[] = [];
  for (let pk = start; pk <= end; pk += 1) {
    const dataset = catalogue.dataset(pk);
    if (dataset !== undefined) records.push(isoRecord(dataset, ORIGIN));
  }
  return (
    `<csw:GetRecordsResponse ${CSW}><csw:SearchResults numberOfRecordsMatched="${catalogue.size}" numberOfRecordsReturned="${records.length}" ` +
    `nextRecord="${end >= catalogue.size ? 0 : end + 1}" elementSet="full">${records.join('')}</csw:SearchResults></csw:GetRecordsResponse>`
  );
}

const server = createServer((request, response) => {
  const query = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams;
  response.setHeader('content-type', 'application/xml');
  response.end(
    query.get('request') === 'GetRecords'
      ? page(Number(query.get('startPosition') ?? '1'), Number(query.get('maxRecords') ?? '10'))
      : CAPABILITIES,
  );
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`csw http://127.0.0.1:${(server.address() as AddressInfo).port}/csw\n`);
});
