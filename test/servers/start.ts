// Starts real servers on loopback for the tests in test/e2e, and stops exactly what it started.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startCgi } from './cgi.ts';
import { startChild } from './child.ts';

/** Why a server could not be started, in one sentence for the name of a skipped test. */
export interface Missing {
  readonly missing: string;
}

export interface StartedMapServer {
  /** The WMS of the county, told by the classic vendor parameter: `http://127.0.0.1:<port>/cgi-bin/mapserv?map=county`. */
  readonly url: string;
  /** The same county where nobody minded the encoding: it says UTF-8 and has bytes of Latin-1 in a title and an abstract. */
  readonly latin1Url: string;
  /** The landing page of its OGC API - Features, which calls itself by a host that nobody reaches. */
  readonly featuresUrl: string;
  /** Its WFS, of the same layers. */
  readonly wfsUrl: string;
  /** Of the processes that run for it just now: one for each request that is being answered. */
  pids(): readonly number[];
  stop(): Promise<void>;
}

export interface StartedKoop {
  /** The services directory. */
  readonly url: string;
  pids(): readonly number[];
  stop(): Promise<void>;
}

const HERE = fileURLToPath(new URL('.', import.meta.url));
const MAPSERV_PROGRAMS = ['/usr/lib/cgi-bin/mapserv', '/usr/bin/mapserv', '/usr/local/bin/mapserv'];
const KOOP_START_SECONDS = 60;
const INSTALL = 'run test/servers/install.sh';

/** MapServer 8 behind a CGI bridge; about 0.1 s a request. */
export async function startMapServer(): Promise<StartedMapServer | Missing> {
  const program = MAPSERV_PROGRAMS.find((path) => existsSync(path));
  if (program === undefined)
    return { missing: `MapServer is not installed (no ${MAPSERV_PROGRAMS.join(', ')}): ${INSTALL}` };
  const folder = await mkdtemp(join(tmpdir(), 'reeve-mapserver-'));
  const map = await readFile(join(HERE, 'mapserver/county.map'));
  await writeFile(join(folder, 'county.map'), map);
  await writeFile(join(folder, 'latin1.map'), inLatin1(map));
  await writeFile(join(folder, 'features.map'), asFeatures(map.toString('utf8')));
  await writeFile(
    join(folder, 'mapserver.conf'),
    `CONFIG\n  ENV\n    MS_MAP_NO_PATH "1"\n  END\n  MAPS\n    county "${folder}/county.map"\n    latin1 "${folder}/latin1.map"\n    features "${folder}/features.map"\n  END\nEND\n`,
  );
  const cgi = await startCgi(program, { MAPSERVER_CONFIG_FILE: join(folder, 'mapserver.conf') });
  const url = `http://127.0.0.1:${cgi.port}/cgi-bin/mapserv`;
  return {
    url: `${url}?map=county`,
    latin1Url: `${url}?map=latin1`,
    featuresUrl: `${url}/features/ogcapi`,
    wfsUrl: `${url}?map=features`,
    pids: () => cgi.pids(),
    stop: async () => {
      await cgi.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The UTF-8 bytes of the letter ae become its one byte of Latin-1. */
function inLatin1(map: Buffer): Buffer {
  return Buffer.from(map.toString('latin1').replaceAll('\xc3\xa6', '\xe6'), 'latin1');
}

/** Layers can be asked for as features only when they have a template (MapServer, "OGC API"). */
function asFeatures(map: string): string {
  const api = [
    '"oga_enable_request" "*"',
    '"oga_onlineresource" "http://maps.internal.example/oga"',
    '"oga_html_template_directory" "/usr/share/mapserver/ogcapi/templates/html-bootstrap4/"',
  ];
  return map
    .replace(/^(\s*)"ows_enable_request"\s+"\*"$/m, (line) => `${line}\n${api.join('\n')}`)
    .replaceAll('STATUS ON', 'STATUS ON TEMPLATE "none"');
}

/** Koop 10 as a process of its own. */
export async function startKoop(): Promise<StartedKoop | Missing> {
  const folder = join(HERE, 'koop');
  if (!existsSync(join(folder, 'node_modules/@koopjs/koop-core')))
    return { missing: `Koop is not installed: ${INSTALL}` };
  const child = await startChild({
    called: 'Koop',
    program: process.execPath,
    args: ['server.mjs'],
    cwd: folder,
    env: { SUPPRESS_NO_CONFIG_WARNING: '1' },
    startSecondsMax: KOOP_START_SECONDS,
  });
  if ('missing' in child) return child;
  return {
    url: `http://127.0.0.1:${child.port}/county/rest/services`,
    pids: () => child.pids(),
    stop: () => child.stop(),
  };
}
