/** A process of its own for tests: child.ts <folder> <url of a GeoNode> <harvests | waits>. Tells what it does, one word a line. */
import { HANDLERS } from '../../lambdas/index.ts';
import { openEmbedded } from '../../lib/local/embedded/embedded.ts';
import { createRemote } from '../../lib/remote/remote.ts';
import { remotePolicy } from '../../lib/remote/policy.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';
import { silentLog } from './stand-ins.ts';
import { sampleHarvester } from './whole.ts';

const [folder = '', url = '', what = ''] = process.argv.slice(2);
const say = (word: string): void => void process.stdout.write(`${word}\n`);

const remote = createRemote({ policy: remotePolicy({ allowLoopback: true, requestsPerSecondMax: 0 }) });
const log = { ...silentLog(), info: (message: string) => message === 'batch committed' && say('committed') };
const world = await openEmbedded({
  folder,
  limits: DEFAULT_LIMITS,
  handlers: HANDLERS,
  remote,
  log,
  doing: 'a test',
});
say('open');
if (what === 'harvests') {
  await world.ports.harvesters.create(sampleHarvester(url));
  const started = await world.start({ harvester: 'sample' });
  if (started.outcome === 'started') say((await world.waitClosed(started.session.id)).status);
} else {
  await new Promise<void>((resolve) => process.stdin.once('data', () => resolve()).resume());
}
await world.close();
await remote.close();
process.stdin.pause();
say('closed');
