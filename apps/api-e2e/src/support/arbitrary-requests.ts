import fc, { type Arbitrary } from 'fast-check';
import type { OpenApi, Operation, Route } from './open-api.ts';

/** A part of JSON Schema: what the OpenAPI document uses. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  pattern?: string;
  format?: string;
}

export interface FuzzRequest {
  method: string;
  path: string;
  sender: 'nobody' | 'student' | 'admin';
  /** Which of the known students, where it is one. */
  who: number;
  contentType: string | null;
  body: string | null;
}

/** Values that exist in the system, so that valid requests reach the rules behind the validation. */
export interface Known {
  /** Of these the state stays: students can check in and out at them from the first request to the last. */
  eventIds: number[];
  /** What hosts change, end and delete. */
  hostedIds: number[];
  userIds: number[];
  digits: string[];
}

const mostItems = 12;

function stringOf(schema: Schema): Arbitrary<string> {
  const { minLength = 0, maxLength = 40, format, pattern } = schema;
  if (format === 'date-time')
    return fc.date({ noInvalidDate: true, min: new Date(0) }).map((date) => date.toISOString());
  if (format === 'uri') return fc.webUrl({ validSchemes: ['https'] });
  if (pattern) {
    try {
      return fc.stringMatching(new RegExp(pattern));
    } catch {
      // A pattern with a construct that fast-check cannot generate from.
    }
  }
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, minLength + 60) });
}

/** Values that this schema allows. */
export function valid(schema: Schema, document: OpenApi): Arbitrary<unknown> {
  const of = (part: Schema) => valid(part, document);
  if (schema.$ref) return of(document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map(of));
  if (schema.allOf) return fc.tuple(...schema.allOf.map(of)).map((parts) => Object.assign({}, ...parts) as unknown);
  const types = [schema.type ?? 'object'].flat();
  if (types.length > 1) return fc.oneof(...types.map((type) => of({ ...schema, type })));
  const [type = 'object'] = types;
  switch (type) {
    case 'string':
      return stringOf(schema);
    case 'integer':
      return fc.integer({
        min: Math.max(schema.minimum ?? (schema.exclusiveMinimum ?? -1) + 1, -(2 ** 31)),
        max: Math.min(schema.maximum ?? 2 ** 31 - 1, 2 ** 31 - 1),
      });
    case 'number':
      return fc.double({ min: schema.minimum ?? 0, max: schema.maximum ?? 1e6, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(of(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.max(schema.minItems ?? 0, Math.min(schema.maxItems ?? mostItems, mostItems)),
      });
    default: {
      const { properties = {}, required = [] } = schema;
      return fc.record(Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, of(property)])), {
        requiredKeys: required.filter((name) => name in properties),
      });
    }
  }
}

/** What breaks parsers and columns. */
const odd: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1.5,
    4_294_967_296,
    Number.MAX_SAFE_INTEGER,
    1e308,
    '',
    '\u0000',
    '\ud800',
    '＝1+1',
    "' OR 1=1 -- ",
    '../../etc/passwd',
    '9999-12-31T23:59:59-12:00',
    '0000-01-01T00:00:00Z',
    'x'.repeat(5_000),
    '𠮷'.repeat(300),
    [],
    {},
    [[[[]]]],
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Replaces, removes or adds something somewhere. */
function broken(value: unknown, [kind, at, replacement]: [number, number, unknown]): unknown {
  if (typeof value !== 'object' || value === null) return replacement;
  const keys = Object.keys(value);
  if (kind === 0 || keys.length === 0)
    return Array.isArray(value) ? [...(value as unknown[]), replacement] : { ...value, unexpected: replacement };
  const key = keys[at % keys.length] ?? '';
  const entries = Object.entries(value as Record<string, unknown>).flatMap(([name, part]): [string, unknown][] => {
    if (name !== key) return [[name, part]];
    if (kind === 1) return [];
    return [[name, kind === 2 ? replacement : broken(part, [2, at, replacement])]];
  });
  return Array.isArray(value) ? entries.map(([, part]) => part) : Object.fromEntries(entries);
}

/** Puts ids and digits that exist where the schema allows any. */
function withKnownValues(value: unknown, known: Known, pick: number): unknown {
  if (Array.isArray(value)) return value.map((part: unknown, index) => withKnownValues(part, known, pick + index));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as Record<string, unknown>).map(([name, part], index): [string, unknown] => {
      const at = pick % known.userIds.length;
      if (name === 'userId') return [name, known.userIds[at]];
      if (name === 'digits') return [name, known.digits[at]];
      if (name === 'connection') return [name, { kbps: 4_321.4, bytes: 192_000 }];
      if (name === 'userIds' && Array.isArray(part))
        return [name, [...new Set(part.map((_, offset) => known.userIds[(pick + offset) % known.userIds.length]))]];
      return [name, withKnownValues(part, known, pick + index)];
    }),
  );
}

type Sent = Pick<FuzzRequest, 'contentType' | 'body' | 'who'>;

const oneOf = (known: Known): Arbitrary<number> => fc.nat(known.userIds.length - 1);

function withoutBody(known: Known): Arbitrary<Sent> {
  return oneOf(known).map((who) => ({ contentType: null, body: null, who }));
}

function bodiesOf(operation: Operation, document: OpenApi, known: Known): Arbitrary<Sent> {
  const who = oneOf(known);
  const content = operation.requestBody?.content['application/json'];
  const others = Object.keys(operation.requestBody?.content ?? {}).filter((type) => type !== 'application/json');
  const nothing = withoutBody(known);
  const raw = fc.record({
    who,
    contentType: fc.constantFrom(
      'application/json',
      'text/plain',
      'application/xml',
      'application/json; charset=utf-16',
      ...others,
    ),
    body: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.constantFrom('{', '[]', 'null', '{"a":', '\u0000', '"x"'),
    ),
  });
  if (!content?.schema) return fc.oneof(nothing, raw);
  // The sender's own values come first: so the digits of a check-in are right.
  const good = fc
    .tuple(valid(content.schema as Schema, document), who, fc.boolean())
    .map(([body, pick, real]) => ({ body: real ? withKnownValues(body, known, pick) : body, who: pick }));
  const faulty = fc
    .tuple(good, fc.tuple(fc.nat(3), fc.nat(20), odd))
    .map(([{ body, who }, fault]) => ({ body: broken(body, fault), who }));
  const json = (bodies: typeof faulty) =>
    bodies.map(({ body, who }) => ({ contentType: 'application/json', body: JSON.stringify(body ?? null), who }));
  return fc.oneof(
    { arbitrary: json(good), weight: 5 },
    { arbitrary: json(faulty), weight: 5 },
    { arbitrary: raw, weight: 1 },
    { arbitrary: nothing, weight: 1 },
  );
}

/** Changes the event itself, not what is kept of it. */
const isHosting = ({ method, path }: Route) =>
  method !== 'get' && /^\/api\/admin\/events\/\{eventId\}(\/end)?$/.test(path);
/** Most rules, and all that is counted, lie behind these two. */
const isAct = ({ method, path }: Route) => method === 'post' && /\/(check-ins|check-outs)$/.test(path);

function parameterValues(name: string, known: Known, hosting: boolean): Arbitrary<string> {
  const eventIds = hosting ? known.hostedIds : known.eventIds;
  const real = { eventId: eventIds, userId: known.userIds, kilobytes: [64] }[name] ?? known.userIds;
  return fc.oneof(
    { arbitrary: fc.constantFrom(...real).map(String), weight: 6 },
    {
      arbitrary: fc.constantFrom(
        '0',
        '-1',
        '1.5',
        '4294967295',
        '4294967296',
        '9'.repeat(30),
        'x',
        '%00',
        '%2e%2e%2f',
        '1%27',
        '%C0%AE',
        '1e3',
      ),
      weight: 1,
    },
  );
}

function queries({ parameters = [] }: Operation): Arbitrary<string> {
  const names = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  if (names.length === 0) return fc.constantFrom('', '', '', '?x=1', '?__proto__=1');
  const value = fc.oneof(
    fc.constantFrom(
      '1',
      'true',
      'false',
      'merge',
      'check-in',
      '0',
      '-1',
      '',
      '99999999999',
      '%00',
      '%',
      '9'.repeat(400),
    ),
    fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => encodeURIComponent(text.toWellFormed())),
  );
  return fc
    .array(fc.tuple(fc.constantFrom(...names, 'unknown'), value), { maxLength: 4 })
    .map((pairs) => (pairs.length ? `?${pairs.map(([name, text]) => `${name}=${text}`).join('&')}` : ''));
}

/** Any request that the document speaks of, in its form and beside it. */
export function requestsOf(routes: Route[], document: OpenApi, known: Known): Arbitrary<FuzzRequest> {
  return fc.oneof(
    ...routes.map((route) => {
      const { method, path, operation } = route;
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
      const usual = path.startsWith('/api/admin/') ? 'admin' : 'student';
      const requests = fc
        .record({
          values: fc.tuple(...names.map((name) => parameterValues(name, known, isHosting(route)))),
          query: queries(operation),
          sender: fc.oneof(
            { arbitrary: fc.constant(usual), weight: 8 },
            { arbitrary: fc.constantFrom('nobody', 'student', 'admin'), weight: 1 },
          ),
          sent: method === 'get' ? withoutBody(known) : bodiesOf(operation, document, known),
        })
        .map(({ values, query, sender, sent }): FuzzRequest => {
          const address = names.reduce((text, name, index) => text.replace(`{${name}}`, values[index] ?? ''), path);
          return { method, path: `${address}${query}`, sender, ...sent };
        });
      return { arbitrary: requests, weight: isAct(route) ? 5 : 1 };
    }),
  );
}
