/** The committed document is what the contract says, and is OpenAPI. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ROUTES } from '../../lib/api/contract.ts';
import { openApi } from '../../lib/api/openapi.ts';
import { HARVESTER_TYPES } from '../../lib/harvesters/index.ts';
import { DOCUMENT, OPERATIONS } from './client.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === '$ref' ? [String(member)] : referencesIn(member),
  );
}

describe('openapi.json', () => {
  test('is current; `npm run openapi` writes it', () => {
    expect(DOCUMENT).toEqual(openApi(version));
  });

  test('has every route of the contract, each under its own name', () => {
    expect(OPERATIONS.map(({ operation }) => operation.operationId).sort()).toEqual(
      Object.keys(ROUTES).sort(),
    );
  });

  test('refers to nothing that it does not have', () => {
    const { schemas } = DOCUMENT['components'] as { schemas: Record<string, unknown> };
    const references = new Set(referencesIn(DOCUMENT));
    expect(references.size).toBeGreaterThan(10);
    for (const reference of references)
      expect(Object.keys(schemas)).toContain(reference.replace('#/components/schemas/', ''));
  });

  test('tells the settings of every harvester type', () => {
    const { schemas } = DOCUMENT['components'] as { schemas: Record<string, unknown> };
    for (const { type } of HARVESTER_TYPES)
      expect(schemas[`${type}-settings`]).toMatchObject({ type: 'object', additionalProperties: false });
  });
});
