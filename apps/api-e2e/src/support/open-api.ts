import type { ApiClient } from './api-client.ts';

export type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema?: object;
}

export interface Operation {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema?: object }> };
  security?: object[];
  responses: Record<string, object>;
}

export interface OpenApi {
  paths: Record<string, Partial<Record<Method, Operation>>>;
  components: { schemas: Record<string, object>; securitySchemes: object };
}

export interface Route {
  method: Method;
  path: string;
  operation: Operation;
}

export async function openApi(client: ApiClient): Promise<OpenApi> {
  const { status, json } = await client.get('/docs-json');
  if (status !== 200) throw new Error(`the OpenAPI document was answered ${status}`);
  return json as OpenApi;
}

const methods: readonly Method[] = ['get', 'post', 'patch', 'put', 'delete'];

export function routesOf({ paths }: OpenApi): Route[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    methods.flatMap((method) => {
      const operation = operations[method];
      return operation ? [{ method, path, operation }] : [];
    }),
  );
}
