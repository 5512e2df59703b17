/** Writes the OpenAPI 3.1 document from the contract: its schemas are JSON Schema 2020-12, as zod writes them. */
import * as z from 'zod/mini';
import { HARVESTER_TYPES } from '../harvesters/index.ts';
import type { Json, JsonObject } from '../json.ts';
import { ALWAYS_POSSIBLE, ROUTES, type AnswerSpec, type Route } from './contract.ts';
import { Problem, PROBLEM_STATUS, type ProblemName } from './problem.ts';
import { Id } from './schemas.ts';

const NAMED = '#/components/schemas/';

/** `version` is the package's. */
export function openApi(version: string): JsonObject {
  const schemas = new Schemas();
  const paths: Record<string, Record<string, Json>> = {};
  for (const [operationId, route] of Object.entries<Route>(ROUTES)) {
    const path = (paths[route.path] ??= {});
    path[route.method.toLowerCase()] = operationOf(operationId, route, schemas);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Reeve',
      version,
      description:
        'Harvests remote geospatial and open-data catalogues. A harvesting session never gets stuck and never lies.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ iam: [] }, { jwt: [] }],
    paths,
    components: {
      schemas: schemas.all(),
      securitySchemes: {
        iam: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: 'AWS Signature Version 4 of the service execute-api; the default of a deployed stack',
        },
        jwt: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'In its place, by the settings of a stack. `reeve serve` asks for neither: it answers its own machine only',
        },
      },
    },
  };
}

function operationOf(operationId: string, route: Route, schemas: Schemas): JsonObject {
  const { summary, description, body, bodyMayLack } = route;
  const parameters = parametersOf(route, schemas);
  return {
    operationId,
    summary,
    ...(description === undefined ? {} : { description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: bodyMayLack !== true,
            content: { 'application/json': { schema: schemas.of(body, 'input') } },
          },
        }),
    responses: { ...answersOf(route.answers, schemas), ...problemsOf(route.problems, schemas) },
  };
}

function parametersOf(route: Route, schemas: Schemas): Json[] {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: schemas.of(Id, 'input'),
  }));
  return [
    ...inPath,
    ...membersOf(route.query, 'query', schemas),
    ...membersOf(route.headers, 'header', schemas),
  ];
}

function membersOf(schema: z.ZodMiniObject | undefined, where: string, schemas: Schemas): Json[] {
  return Object.entries(schema?.shape ?? {}).map(([name, member]) => {
    const { description, ...plain } = schemas.of(member as z.ZodMiniType, 'input');
    return {
      name,
      in: where,
      required: !(member as z.ZodMiniType).safeParse(undefined).success,
      ...(description === undefined ? {} : { description }),
      schema: plain,
    };
  });
}

function answersOf(answers: Readonly<Record<number, AnswerSpec>>, schemas: Schemas): JsonObject {
  return Object.fromEntries(
    Object.entries(answers).map(([status, { says, body, headers }]) => [
      status,
      {
        description: says,
        ...(headers === undefined
          ? {}
          : {
              headers: Object.fromEntries(
                Object.entries(headers).map(([name, description]) => [
                  name,
                  { description, required: true, schema: { type: 'string' } },
                ]),
              ),
            }),
        ...(body === undefined
          ? {}
          : { content: { 'application/json': { schema: schemas.of(body, 'output') } } }),
      },
    ]),
  );
}

function problemsOf(problems: readonly ProblemName[], schemas: Schemas): JsonObject {
  const named = [...ALWAYS_POSSIBLE, ...problems].map((name) => [PROBLEM_STATUS[name], name] as const);
  return Object.fromEntries(
    named
      .sort(([a], [b]) => a - b)
      .map(([status, name]) => [
        String(status),
        {
          description: name,
          content: { 'application/problem+json': { schema: schemas.of(Problem, 'output') } },
        },
      ]),
  );
}

/** Schemas with an id are written once, and referred to. */
class Schemas {
  readonly #named: Record<string, Json> = {};

  of(schema: z.ZodMiniType, io: 'input' | 'output'): JsonObject {
    const {
      $schema,
      $defs = {},
      ...plain
    } = z.toJSONSchema(schema, {
      io,
      reused: 'inline',
      override: ({ jsonSchema }) => {
        // An id is the name of the component, and no part of its schema.
        delete jsonSchema.id;
      },
    }) as Record<string, Json>;
    for (const [name, written] of Object.entries($defs as JsonObject))
      this.#named[nameOf(name)] = referring(written);
    const id = z.globalRegistry.get(schema)?.id;
    if (id === undefined) return referring(plain) as JsonObject;
    // A schema that refers to itself is a definition already.
    if (plain['$ref'] === undefined) this.#named[id] = referring(plain);
    return { $ref: `${NAMED}${id}` };
  }

  /** By name; the settings of every harvester type among them. */
  all(): JsonObject {
    for (const { type, describes, settings } of HARVESTER_TYPES) {
      const id = `${type}-settings`;
      this.of(settings.check(z.meta({ id, description: describes })), 'input');
    }
    return Object.fromEntries(Object.entries(this.#named).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** The only schema of the contract that has no name of its own and refers to itself is that of any JSON. */
function nameOf(definition: string): string {
  return definition.startsWith('__schema') ? 'Json' : definition;
}

/** The same with references to components, where zod refers to definitions of its own. */
function referring(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(referring);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([name, member]) => [
      name,
      name === '$ref' && typeof member === 'string'
        ? member.replace(/^#\/\$defs\/(.*)$/, (_, id: string) => `${NAMED}${nameOf(id)}`)
        : referring(member),
    ]),
  );
}
