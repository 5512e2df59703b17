/** Writes openapi.json from the contract: `npm run openapi`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { openApi } from '../lib/api/openapi.ts';

const root = new URL('..', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };
writeFileSync(new URL('openapi.json', root), `${JSON.stringify(openApi(version), null, 2)}\n`);
