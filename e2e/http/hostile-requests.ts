/**
 * Requests to draw from, for every operation of an OpenAPI document: what its schemas describe, bent in places, and what
 * nobody should send at all. Values that mean something to the node under test (addresses, labels, ids) are handed in, so
 * that many requests get past the first check.
 */
import fc from 'fast-check'
import type { RawRequest } from './keep-alive-client.ts'

export interface Schema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly required?: readonly string[]
}

export interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
}

export interface OpenApiDocument {
  readonly servers: readonly { readonly url: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

export interface Surroundings {
  readonly host: string
  readonly tokens: readonly string[]
  /** Texts that fields of these names may hold so that the request is sound. */
  readonly known: Readonly<Record<string, readonly string[]>>
}

const hostileTexts = [
  '',
  ' ',
  '0',
  '-1',
  '1e309',
  'NaN',
  '18446744073709551615',
  '18446744073709551616',
  '9'.repeat(400),
  'null',
  'true',
  '__proto__',
  'constructor',
  'toString',
  '../../../etc/passwd',
  '..%2f..%2fvault.json',
  "' OR 1=1 --",
  '"; DROP TABLE intents; --',
  '<script>alert(1)</script>',
  '{{7*7}}',
  '%s%s%n',
  '\u0000',
  '\u202e\u2066',
  '\ud800',
  '\r\nX-Injected: yes',
  '😀'.repeat(100),
  'x'.repeat(5_000),
]

const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.jsonValue({ maxDepth: 6 }),
  fc.constantFrom(-0, 1e308, 2 ** 53, -1, 0.1, null, true, [], {}, [[[[[[[[]]]]]]]]),
  fc.constant(JSON.parse('{"__proto__":{"scopes":["spend"]},"constructor":{"prototype":{}}}') as unknown),
)

/** Null but for one in so many. */
const seldom = <T>(arbitrary: fc.Arbitrary<T>, oneIn: number): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary })

/** Sound most of the time, so that what lies behind the first check is reached. */
function valueFor(name: string, schema: Schema, around: Surroundings): fc.Arbitrary<unknown> {
  const { type, anyOf, properties, items, required = [] } = schema
  const known = around.known[name]
  const sound: fc.Arbitrary<unknown> =
    known !== undefined
      ? fc.constantFrom(...known)
      : schema.const !== undefined
        ? fc.constant(schema.const)
        : schema.enum !== undefined
          ? fc.constantFrom(...schema.enum)
          : anyOf !== undefined
            ? fc.oneof(...anyOf.map((branch) => valueFor(name, branch, around)))
            : type === 'object'
              ? fc.record(
                  Object.fromEntries(
                    Object.entries(properties ?? {}).map(([key, property]) => [key, valueFor(key, property, around)]),
                  ),
                  { requiredKeys: [...required] },
                )
              : type === 'array'
                ? fc.array(valueFor(name, items ?? {}, around), { maxLength: 4 })
                : type === 'integer'
                  ? fc.oneof(fc.nat(300), fc.maxSafeInteger())
                  : fc.string({ maxLength: 80 })
  const bent = type === 'object' ? withStrangers(sound) : hostileValue
  return fc.oneof({ weight: 9, arbitrary: sound }, { weight: 1, arbitrary: bent })
}

/** An object with a field more than its schema has, or one less. */
function withStrangers(sound: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(sound, fc.string({ maxLength: 20 }), hostileValue, fc.boolean())
    .map(([value, name, stranger, isMore]) => {
      if (typeof value !== 'object' || value === null) return stranger
      if (isMore) return { ...value, [name]: stranger }
      return Object.fromEntries(Object.entries(value).slice(1))
    })
}

/** What stands for a value in an address: percent-encoded, most of the time. */
function inAddress(value: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  const text = value.map((given) => (typeof given === 'string' ? given : (JSON.stringify(given) ?? '')))
  return fc.oneof(
    { weight: 12, arbitrary: text.map((given) => encodeURIComponent(given.toWellFormed())) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('%', '%zz', '%00', '%ff%fe', '..', '.', '%2e%2e', '%2f', ';x=1', '*', '%c0%af'),
    },
  )
}

/** JSON of a value, or text that only resembles it. */
function bodyBytes(value: fc.Arbitrary<unknown>): fc.Arbitrary<Uint8Array> {
  const text = value.map((given) => JSON.stringify(given) ?? 'null')
  return fc.oneof(
    { weight: 14, arbitrary: text.map((given) => Buffer.from(given)) },
    { weight: 1, arbitrary: text.map((given) => Buffer.from(given.slice(0, -1))) },
    { weight: 1, arbitrary: text.map((given) => Buffer.from(`\ufeff${given}`)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(
          '',
          ' ',
          '{}',
          '[]',
          'null',
          '{"a":1,"a":2}',
          '['.repeat(5_000),
          '"'.repeat(150_000),
          '1'.repeat(1_000),
        )
        .map((given) => Buffer.from(given)),
    },
  )
}

function headersOf(around: Surroundings): fc.Arbitrary<Record<string, string>> {
  const usually = (sound: string, ...bent: string[]) =>
    fc.oneof({ weight: 20, arbitrary: fc.constant(sound) }, { weight: 1, arbitrary: fc.constantFrom(...bent) })
  const token = fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...around.tokens).map((known) => `Bearer ${known}`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('Bearer', 'Bearer x', 'Basic Og==', 'bearer  y', `Bearer ${'z'.repeat(3_000)}`),
    },
  )
  return fc
    .record({
      authorization: token,
      host: usually(around.host, 'rebound.example', 'localhost', `${around.host}0`, '[::1]'),
      'content-type': usually(
        'application/json',
        'text/plain',
        'application/x-www-form-urlencoded',
        'application/json; charset=utf-16',
        '',
      ),
      noise: seldom(
        fc.constantFrom<readonly [string, string]>(
          ['origin', `http://${around.host}`],
          ['origin', 'null'],
          ['origin', 'https://foreign.example'],
          ['idempotency-key', 'a-key'],
          ['idempotency-key', '"quoted"'],
          ['idempotency-key', 'x'.repeat(200)],
          ['idempotency-key', 'with space'],
          ['accept', 'text/html'],
          ['accept', 'text/event-stream'],
          ['cookie', 'token=1'],
          ['content-encoding', 'gzip'],
          ['x-http-method-override', 'DELETE'],
          ['x-forwarded-host', 'rebound.example'],
          ['range', 'bytes=0-1'],
          ['x-long', 'x'.repeat(4_000)],
        ),
        4,
      ),
    })
    .map(({ noise, ...headers }) => ({ ...headers, ...(noise === null ? {} : { [noise[0]]: noise[1] }) }))
}

/** One drawn request of one operation. */
function requestOf(
  path: string,
  method: string,
  operation: Operation,
  base: string,
  around: Surroundings,
): fc.Arbitrary<RawRequest> {
  const { parameters = [], requestBody } = operation
  const inPath = parameters.filter((parameter) => parameter.in === 'path')
  const inQuery = parameters.filter((parameter) => parameter.in === 'query')
  const body = requestBody?.content['application/json']?.schema
  const texts = (of: typeof parameters): fc.Arbitrary<Record<string, string>> =>
    fc.record(Object.fromEntries(of.map(({ name, schema }) => [name, inAddress(valueFor(name, schema, around))])))
  const query = fc
    .tuple(texts(inQuery), fc.subarray(inQuery.map(({ name }) => name)), seldom(inAddress(hostileValue), 12))
    .map(([values, names, stranger]) =>
      [
        ...names.map((name) => `${name}=${values[name]}`),
        ...(stranger === null ? [] : [`${stranger}=${stranger}`]),
      ].join('&'),
    )
  return fc
    .record({
      method: fc.oneof(
        { weight: 25, arbitrary: fc.constant(method.toUpperCase()) },
        { weight: 1, arbitrary: fc.constantFrom('HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'GET', 'POST') },
      ),
      path: texts(inPath).map((values) => base + path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')),
      query,
      headers: headersOf(around),
      body: body === undefined ? seldom(bodyBytes(hostileValue), 20) : bodyBytes(valueFor('', body, around)),
    })
    .map(({ method: verb, path: target, query: search, headers, body: bytes }) => ({
      method: verb,
      target: search === '' ? target : `${target}?${search}`,
      headers: { ...headers, ...(bytes === null ? {} : { 'content-length': String(bytes.length) }) },
      body: bytes ?? undefined,
    }))
}

/** Addresses that no document has, and secrets' places. */
function strangePath(around: Surroundings): fc.Arbitrary<RawRequest> {
  const paths = [
    '/',
    '/docs',
    '/docs/..%2f..%2fpackage.json',
    '/docs/viewer.js',
    '/api',
    '/api/v1',
    '/api/v1/',
    '//api/v1/accounts',
    '/api/v2/accounts',
    '/api/v1/vault/unlock',
    '/api/v1/vault/init',
    '/api/v1/vault/backup',
    '/api/v1/vault/lock',
    '/api/v1/node/stop',
    '/api/v1/node/browserLink',
    '/api/v1/settings/set',
    '/assets/',
    '/assets/..%2f..%2f..%2fpackage.json',
    '/secret.html',
    '/api/v1/tokens/create',
    '/api/v1/session',
    '/api/v1/events',
    '/%00',
    '/.git/config',
    '/api/v1/accounts?token=x',
    '/api/v1/accounts?access_token=y',
  ]
  return fc
    .record({
      method: fc.constantFrom('GET', 'POST'),
      path: fc.constantFrom(...paths),
      headers: headersOf(around),
      body: bodyBytes(hostileValue),
    })
    .map(({ method, path, headers, body }) => ({
      method,
      target: path,
      headers: { ...headers, ...(method === 'GET' ? {} : { 'content-length': String(body.length) }) },
      body: method === 'GET' ? undefined : body,
    }))
}

export function hostileRequests(document: OpenApiDocument, around: Surroundings): fc.Arbitrary<RawRequest> {
  const base = document.servers[0]?.url ?? ''
  const ofOperations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      // What changes something has the longest way to go.
      weight: method === 'post' ? 4 : 1,
      arbitrary: requestOf(path, method, operation, base, around),
    })),
  )
  return fc.oneof(...ofOperations, { weight: 2, arbitrary: strangePath(around) })
}
