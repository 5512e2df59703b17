/** The remote that Reeve ships, run in this process for who has no URL at hand. */
import { startSampleRemote, type SampleRemote } from '../sample/remote.ts';
import { ReeveError } from '../session/errors.ts';
import type { Pace } from '../session/limits.ts';
import type { Screen } from './screen.ts';

/** Nobody is burdened by it; slow enough that one can see the progress. */
export const SAMPLE_PACE: Partial<Pace> = { requestsPerSecond: 25 };
export const SAMPLE_TYPE = 'geonode';

const PREFIX = 'sample-';

/** Always the same harvester, whatever port the sample remote gets. */
export function sampleHarvesterId(type: string): string {
  return `${PREFIX}${type}`;
}

export function isSampleHarvester(id: string): boolean {
  return id.startsWith(PREFIX) && Object.hasOwn(URLS, id.slice(PREFIX.length));
}

/** The same each time, where it is free: a second session then finds what the first one held. */
const USUAL_PORT = 48_351;

async function startWhereItWas(): Promise<SampleRemote> {
  try {
    return await startSampleRemote({ port: USUAL_PORT });
  } catch (error) {
    if (!(error instanceof ReeveError)) throw error;
    return startSampleRemote();
  }
}

const URLS: Readonly<Record<string, (sample: SampleRemote) => string>> = {
  geonode: (sample) => sample.geonodeUrl,
  wms: (sample) => sample.wmsUrl,
  arcgis: (sample) => sample.arcgisUrl,
  ckan: (sample) => sample.ckanUrl,
  'dcat-us': (sample) => sample.dcatUsUrl,
};

export interface OpenSample {
  /** Of the service that is harvested. */
  readonly url: string;
  close(): Promise<void>;
}

export async function openSample(screen: Screen, type: string): Promise<OpenSample> {
  const sample = await startWhereItWas();
  const url = URLS[type]?.(sample) ?? sample.url;
  screen.note(
    `The sample remote, a county's catalogue of ${sample.catalogue.size} datasets, runs at ${url} while this command does.`,
  );
  return { url, close: () => sample.close() };
}
