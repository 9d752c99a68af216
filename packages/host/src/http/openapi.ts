import { PATHS, type OperationId, type PluginInfo } from '@muster/api';
import { ErrorBody, ROUTES, type RouteDefinition } from '@muster/api/routes';
import type { HttpRoute, Plugin } from '@muster/sdk';
import { z } from 'zod';

type Json = Record<string, unknown>;

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' });
  return rest;
};

const parameters = (place: 'path' | 'query', schema: z.ZodObject | undefined): Json[] => {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    description: schema['description'] ?? name,
    schema,
  }));
};

const STREAMS: Readonly<Record<string, string>> = {
  sse: 'text/event-stream',
  ndjson: 'application/x-ndjson',
  upload: 'application/x-ndjson',
  bytes: 'application/octet-stream',
};

const FAILURE = { description: 'An error', content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } };

function operation(id: string, route: RouteDefinition, body: Json | undefined): Json {
  const type = STREAMS[route.stream ?? ''] ?? 'application/json';
  const answer = route.stream === 'bytes' ? { type: 'string', format: 'binary' } : schemaOf(route.response, 'output');
  return {
    operationId: id,
    summary: route.summary,
    description: `Needs the scope \`${route.scope}\`.`,
    parameters: [...parameters('path', route.params), ...parameters('query', route.query)],
    ...(route.stream === 'upload'
      ? {
          requestBody: {
            required: true,
            content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
          },
        }
      : {}),
    ...(body ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } } : {}),
    responses: { 200: { description: 'Done', content: { [type]: { schema: answer } } }, default: FAILURE },
  };
}

/** `runAction` once more for each action, with the action's own input in the place of any object. */
function actionOperations(plugin: PluginInfo): [path: string, item: Json][] {
  const { properties, ...run } = schemaOf(ROUTES.runAction.body, 'input') as { properties: Record<string, Json> };
  return plugin.actions.map((action) => {
    const required = ((action.input['required'] as string[] | undefined) ?? []).length > 0 ? { required: ['input'] } : {};
    const body = { ...run, ...required, properties: { ...properties, input: action.input } };
    const route = { ...ROUTES.runAction, summary: `${plugin.title}: ${action.title}`, params: undefined };
    const { params: _, ...own } = route;
    return [`/v1/plugins/${plugin.id}/actions/${action.name}`, { post: operation(`run_${plugin.id}_${action.name}`, own, body) }];
  });
}

/** A fixed path of a plugin. */
function pluginOperation(plugin: Plugin, name: string, { path, summary, scopes, query, body, response }: HttpRoute): Json {
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter = '']) => parameter);
  const inPath = named.map((parameter) => ({ name: parameter, in: 'path', required: true, schema: { type: 'string' } }));
  const content = response ? { 'application/json': { schema: schemaOf(response, 'output') } } : { 'text/plain': {} };
  return {
    operationId: `${plugin.id}_${name}`,
    summary: `${plugin.title}: ${summary}`,
    description: `Needs ${scopes.map((scope) => `\`${scope}\``).join(' and ')}. The token may be the password of basic authentication.`,
    security: [{}, { token: [] }, { password: [] }],
    parameters: [...inPath, ...parameters('query', query)],
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } } }),
    responses: { 200: { description: 'Done', content }, default: FAILURE },
  };
}

/** The OpenAPI 3.1 document: every route, and every action and path of every plugin that is loaded. Its schemas are JSON Schema as zod writes it. */
export function openApiDocument(version: string, plugins: readonly PluginInfo[], loaded: readonly Plugin[] = []): Json {
  const paths: Record<string, Json> = {};
  for (const id of Object.keys(PATHS) as OperationId[]) {
    const [method = '', path = ''] = PATHS[id].split(' ');
    const route: RouteDefinition = ROUTES[id];
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(id, route, route.body && schemaOf(route.body, 'input')) };
  }
  for (const plugin of plugins) for (const [path, item] of actionOperations(plugin)) paths[path] = item;
  for (const plugin of loaded) {
    for (const [name, route] of Object.entries(plugin.http?.routes ?? {})) {
      const method = route.method.toLowerCase();
      paths[route.path] = { [method]: pluginOperation(plugin, name, route), ...paths[route.path] };
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'muster', version, description: 'Over the socket no token is needed; over TCP a bearer token is.' },
    security: [{}, { token: [] }],
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' }, password: { type: 'http', scheme: 'basic' } },
      schemas: { Error: schemaOf(ErrorBody, 'output') },
    },
    paths,
  };
}
