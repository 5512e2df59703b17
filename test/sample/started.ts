// Starts sample remotes that are closed when their test ends.
import { onTestFinished } from 'vitest';
import { type SampleRemote, type SampleSettings, startSampleRemote } from '../../lib/sample/remote.ts';

export async function started(settings: SampleSettings = {}): Promise<SampleRemote> {
  const remote = await startSampleRemote(settings);
  onTestFinished(() => remote.close());
  return remote;
}
