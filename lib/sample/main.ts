// Runs the sample remote as a process of its own: npx tsx lib/sample/main.ts [--datasets N] [--latency-millis N] [--port N]
import { parseArgs } from 'node:util';
import { sentenceOf } from '../session/errors.ts';
import { startSampleRemote } from './remote.ts';

const OPTIONS = {
  datasets: { type: 'string', default: '40' },
  'latency-millis': { type: 'string', default: '0' },
  port: { type: 'string', default: '0' },
} as const;

try {
  const { values } = parseArgs({ options: OPTIONS });
  const remote = await startSampleRemote({
    datasets: Number(values.datasets),
    latencyMillis: Number(values['latency-millis']),
    port: Number(values.port),
  });
  const { url, geonodeUrl, wmsUrl, arcgisUrl, ckanUrl, dcatUsUrl } = remote;
  process.stdout.write(
    `url      ${url}\ngeonode  ${geonodeUrl}\nwms      ${wmsUrl}\narcgis   ${arcgisUrl}\nckan     ${ckanUrl}\ndcat-us  ${dcatUsUrl}\n`,
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void remote.close());
} catch (error) {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exitCode = 1;
}
