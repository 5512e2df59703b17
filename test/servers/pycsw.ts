// pycsw 3 on loopback over records that the test gives it: CSW 2.0.2 and 3.0.0, OAI-PMH, OGC API - Records and STAC from one database.
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild } from './child.ts';
import type { Missing } from './start.ts';

/** A document as it is loaded: `.xml` (gmd, gmi, csw:Record ...) or `.json` (STAC). Loaded in the order of their names. */
export interface PycswDocument {
  readonly name: string;
  readonly content: string;
}

export interface StartedPycsw {
  readonly cswUrl: string;
  readonly oaiUrl: string;
  /** The landing page of OGC API - Records; its one collection is `metadata:main`. */
  readonly recordsUrl: string;
  readonly stacUrl: string;
  /** Adds a record, or replaces the one of that id, by the server's own Transaction. Both as ISO 19139. */
  insert(xml: string): Promise<void>;
  replace(xml: string): Promise<void>;
  remove(id: string): Promise<void>;
  /** Spoils a stored record so that every page that holds it fails, whichever protocol asks. */
  poison(id: string): Promise<void>;
  pids(): readonly number[];
  stop(): Promise<void>;
}

const HERE = fileURLToPath(new URL('./pycsw', import.meta.url));
const PYTHON = join(HERE, 'venv/bin/python');
const START_SECONDS = 90;

/** @param pageSize the most that the server gives at a time, whatever is asked for; it says nothing when it cuts */
export async function startPycsw(
  documents: readonly PycswDocument[],
  { pageSize = 10 }: { pageSize?: number } = {},
): Promise<StartedPycsw | Missing> {
  if (!existsSync(join(HERE, 'venv/installed')))
    return { missing: 'pycsw is not installed: run test/servers/install.sh' };
  const folder = await mkdtemp(join(tmpdir(), 'reeve-pycsw-'));
  for (const { name, content } of documents) await writeFile(join(folder, name), content);
  const child = await startChild({
    called: 'pycsw',
    program: PYTHON,
    args: ['serve.py', folder, String(pageSize)],
    cwd: HERE,
    env: { PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' },
    startSecondsMax: START_SECONDS,
  });
  if ('missing' in child) {
    await rm(folder, { recursive: true, force: true });
    return child;
  }
  const url = `http://127.0.0.1:${child.port}`;
  const transact = (operation: string): Promise<void> => transaction(`${url}/csw`, operation);
  return {
    cswUrl: `${url}/csw`,
    oaiUrl: `${url}/oaipmh`,
    recordsUrl: url,
    stacUrl: `${url}/stac`,
    insert: (xml) => transact(`<csw:Insert>${xml}</csw:Insert>`),
    replace: (xml) => transact(`<csw:Update>${xml}</csw:Update>`),
    remove: (id) =>
      transact(
        `<csw:Delete typeName="csw:Record"><csw:Constraint version="1.1.0"><ogc:Filter><ogc:PropertyIsEqualTo><ogc:PropertyName>dc:identifier</ogc:PropertyName><ogc:Literal>${id}</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter></csw:Constraint></csw:Delete>`,
      ),
    poison: async (id) => {
      const said = await child.order(JSON.stringify({ poison: id }));
      if (said !== 'done') throw new Error(`pycsw could not spoil ${id}: ${said}`);
    },
    pids: () => child.pids(),
    stop: async () => {
      await child.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One operation of the transaction extension (CSW 2.0.2, 10.11), which must have changed exactly one record. */
async function transaction(url: string, operation: string): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/xml' },
    body: `<csw:Transaction xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:ogc="http://www.opengis.net/ogc" service="CSW" version="2.0.2">${operation}</csw:Transaction>`,
  });
  const said = await answer.text();
  if (!/<csw:total(Inserted|Updated|Deleted)>1</.test(said))
    throw new Error(`pycsw refused a transaction: ${said.slice(-600)}`);
}
