/** The real servers of the test suite start, speak their protocols, and leave nothing behind. */
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import sax from 'sax';
import { afterAll, describe, expect, test } from 'vitest';
import { type StartedKoop, type StartedMapServer, startKoop, startMapServer } from '../servers/start.ts';

/** With `REEVE_SERVERS=required` (as in CI) a server that is not there is a failure; otherwise its tests are skipped, with the reason. */
const REQUIRED = process.env['REEVE_SERVERS'] === 'required';

const mapServer = await startMapServer();
const koop = await startKoop();

test.runIf(REQUIRED)('every real server is there', () => {
  expect([mapServer, koop].flatMap((server) => ('missing' in server ? [server.missing] : []))).toEqual([]);
});

/** A suite for a server that runs; a named skip for one that is missing. */
function onServer<Server extends object>(
  name: string,
  server: Server | { missing: string },
  suite: (server: Server) => void,
): void {
  if ('missing' in server) test.skip(`${name}: ${server.missing}`, () => undefined);
  else describe(name, () => suite(server));
}

async function text(url: string): Promise<{ status: number; type: string; bytes: Buffer }> {
  const answer = await fetch(url);
  return {
    status: answer.status,
    type: answer.headers.get('content-type') ?? '',
    bytes: Buffer.from(await answer.arrayBuffer()),
  };
}

async function json<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T;
}

/** The text of all elements with that name; throws when it is not well-formed. */
function texts(xml: string, name: string): string[] {
  const found: string[] = [];
  const parser = sax.parser(true);
  let inside = false;
  parser.onerror = (error) => {
    throw error;
  };
  parser.onopentag = (tag) => {
    inside = tag.name === name;
    if (inside) found.push('');
  };
  parser.ontext = (part) => {
    if (inside) found.push(`${found.pop() ?? ''}${part}`);
  };
  parser.onclosetag = () => (inside = false);
  parser.write(xml).close();
  return found;
}

const LAYERS = [
  'parishes',
  'commons',
  'weirs',
  'becks',
  'tides',
  'ferries',
  'untitled',
  'empty_title',
  'mills',
  'forts',
  'orchards',
  'old/map 1786',
];

onServer<StartedMapServer>('MapServer', mapServer, (server) => {
  afterAll(() => server.stop());
  const ask = (query: string): ReturnType<typeof text> => text(`${server.url}&service=WMS&${query}`);

  test.each([
    ['1.1.1', 'WMT_MS_Capabilities', 'application/vnd.ogc.wms_xml'],
    ['1.3.0', 'WMS_Capabilities', 'text/xml'],
  ])(
    'answers capabilities %s with its twelve layers, and not the hidden one',
    async (version, root, type) => {
      const answer = await ask(`request=GetCapabilities&version=${version}`);
      const xml = answer.bytes.toString('utf8');
      expect([answer.status, answer.type.split(';')[0]]).toEqual([200, type]);
      expect(xml).toContain(`<${root} version="${version}"`);
      const names = texts(xml, 'Name');
      expect(names).toEqual(expect.arrayContaining(LAYERS));
      expect(names).toEqual(expect.arrayContaining(['county', 'land', 'water', 'inland', 'sea', 'heritage']));
      expect(names).not.toContain('hidden');
      expect(texts(xml, 'Title')).toEqual(
        expect.arrayContaining(['Ýsa’s Landing – 水位 🌊', 'Færger', 'Commons & greens', '']),
      );
    },
  );

  test('speaks the lowest version it knows when asked for a lower one', async () => {
    expect((await ask('request=GetCapabilities&version=0.0.1')).bytes.toString()).toContain(
      'version="1.0.0"',
    );
  });

  test('answers a service exception with status 200', async () => {
    const answer = await ask(
      'request=GetMap&version=1.3.0&layers=atlantis&styles=&crs=EPSG:4326&bbox=48,-11,50,-9&width=9&height=9&format=image/png',
    );
    expect(answer.status).toBe(200);
    expect(answer.bytes.toString()).toContain('ServiceException');
  });

  test('draws a map', async () => {
    const answer = await ask(
      'request=GetMap&version=1.3.0&layers=weirs&styles=&crs=EPSG:4326&bbox=48.9,-10.6,49.6,-9.4&width=40&height=30&format=image/png',
    );
    expect(answer.type).toBe('image/png');
    expect([answer.bytes.readUInt32BE(16), answer.bytes.readUInt32BE(20)]).toEqual([40, 30]);
  });

  test('says UTF-8 and has a byte that is none, in the county where nobody minded the encoding', async () => {
    const { bytes } = await text(`${server.latin1Url}&service=WMS&request=GetCapabilities&version=1.3.0`);
    expect(bytes.toString('latin1')).toMatch(/^<\?xml [^>]*encoding="UTF-8"/);
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toThrow();
    expect(bytes.toString('latin1')).toContain('F\xe6rger');
  });
});

interface Layer {
  id: number;
  name: string;
}

onServer<StartedKoop>('Koop', koop, (server) => {
  afterAll(() => server.stop());

  test('its directory lists four feature services, and each of them answers', async () => {
    const { services } = await json<{ services: { name: string; type: string }[] }>(`${server.url}?f=json`);
    expect(services.map(({ name }) => name)).toEqual(['weirs', 'ferries', 'county', 'nothing']);
    const layers = await Promise.all(
      services.map(({ name, type }) =>
        json<{ layers: Layer[]; tables: Layer[] }>(`${server.url}/${name}/${type}?f=json`),
      ),
    );
    expect(layers.map((service) => service.layers.map(({ name }) => name))).toEqual([
      ['Weirs and sluices'],
      ['Færger – ferries'],
      ['Weirs', 'Ferries'],
      [],
    ]);
    expect(layers[3]!.tables.map(({ name }) => name)).toEqual(['Nothing yet']);
  });

  test('each layer of a service answers under its own id, with its extent', async () => {
    const layer = await json<{ id: number; name: string; extent: { xmin: number } }>(
      `${server.url}/county/FeatureServer/1?f=json`,
    );
    expect(layer).toMatchObject({ id: 1, name: 'Ferries', extent: { xmin: -9.7 } });
  });

  test('an unknown service is an error with status 200', async () => {
    const answer = await fetch(`${server.url}/atlantis/FeatureServer?f=json`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ error: { code: 404 } });
  });
});

test.skipIf('missing' in mapServer || 'missing' in koop)(
  'stopping ends the processes, frees the ports and removes the folders',
  async () => {
    const before = folders();
    const [map, features] = [
      (await startMapServer()) as StartedMapServer,
      (await startKoop()) as StartedKoop,
    ];
    expect(folders()).toHaveLength(before.length + 1);
    const asked = fetch(`${map.url}&service=WMS&request=GetCapabilities`).catch(() => undefined);
    await expect.poll(() => map.pids().length, { interval: 1 }).toBe(1);
    const pids = [...map.pids(), ...features.pids()];
    expect(pids.map(isRunning)).toEqual([true, true]);
    await Promise.all([map.stop(), features.stop()]);
    await asked;
    expect(pids.map(isRunning)).toEqual([false, false]);
    expect(folders()).toEqual(before);
    await expect(fetch(map.url)).rejects.toThrow();
    await expect(fetch(features.url)).rejects.toThrow();
  },
);

function folders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('reeve-mapserver-'));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
