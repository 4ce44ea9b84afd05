/**
 * The OpenAPI 3.1 document, made from the contract: the routes that REST serves, and no others. Errors are problem
 * documents with the codes that the contract declares for a procedure, and those that any request can meet.
 */
import type { OpenAPI } from '@orpc/contract'
import { OpenAPIGenerator } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { contract, type ErrorCode, errorTable } from '../../contract/index.ts'
import { checkpoint } from '../../contract/network.ts'
import { account, transaction } from '../../contract/shapes.ts'
import { eventMessageSchema, operationalPaths } from './openapi-paths.ts'
import { problemMediaType } from './problem.ts'
import { keyHeader } from './rest-input.ts'
import { describedProcedures, restPrefix } from './rest-routes.ts'

/** What any request with a token can meet before its procedure is asked. */
const codesOfAll: readonly ErrorCode[] = [
  'INPUT_INVALID',
  'REQUEST_MALFORMED',
  'TOKEN_IN_QUERY',
  'TOKEN_REQUIRED',
  'TOKEN_INVALID',
  'HOST_REFUSED',
  'ORIGIN_REFUSED',
  'SCOPE_REQUIRED',
  'RATE_LIMITED',
  'TOO_MANY_CALLS',
  'INTERNAL',
  'NODE_STOPPING',
]
const codesOfBodies: readonly ErrorCode[] = [
  'JSON_MALFORMED',
  'JSON_TOO_DEEP',
  'REQUEST_TIMEOUT',
  'BODY_TOO_LARGE',
  'MEDIA_TYPE_UNSUPPORTED',
]

/** Of procedures that take secrets, with which the contract's groups declare them: no route can end in these. */
const neverOverRest =
  /^(?:PASSWORD|PASSPHRASE|PHRASE)_|^VAULT_(?:EXISTS|WRONG_PASSWORD|RETRY_LATER|KDF_FAILED)$|^SECRET_|^PROCEDURE_/

export async function openApiDocument(version: string): Promise<OpenAPI.Document> {
  const routed = new Map(
    describedProcedures()
      .filter(({ template }) => template !== undefined)
      .map((described) => [described.path.join('.'), described]),
  )
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  const document = await generator.generate(contract, {
    filter: ({ path }) => routed.has(path.join('.')),
    info: {
      title: 'QuDAG Exchange node',
      version,
      description:
        'The node on this machine. Amounts are decimal strings of base units (1 rUv = 1,000,000 µrUv), times RFC 3339 in UTC. ' +
        'Errors are problem documents (RFC 9457) with a stable `code`. Tokens go into the Authorization header, nowhere else.',
    },
    commonSchemas: {
      Account: { schema: account, strategy: 'output' },
      Transaction: { schema: transaction, strategy: 'output' },
      Checkpoint: { schema: checkpoint, strategy: 'output' },
    },
    servers: [{ url: restPrefix }],
    security: [{ bearer: [] }],
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: "The owner's token, or one of its own scopes." },
      },
      schemas: { Problem: problemSchema, EventMessage: eventMessageSchema() },
    },
  })
  const operations: OpenAPI.OperationObject[] = []
  for (const item of Object.values(document.paths ?? {})) {
    for (const method of ['get', 'post', 'delete'] as const) {
      const operation = item?.[method]
      if (operation !== undefined) operations.push(operation)
    }
  }
  for (const operation of operations) {
    const described = routed.get(operation.operationId ?? '')
    if (described === undefined) throw new Error(`${operation.operationId} is in the document but has no route`)
    const { scope, orScope } = described.meta
    operation.description = `Scope: ${orScope === undefined ? scope : `${scope} or ${orScope}`}.`
    const errorMap = (contract as unknown as Record<string, Record<string, { '~orpc': { errorMap: object } }>>)[
      described.path[0]
    ]?.[described.path[1]]?.['~orpc'].errorMap
    const declared = Object.keys(errorMap ?? {}).filter((code): code is ErrorCode => code in errorTable)
    const ofBody = described.method === 'POST' ? codesOfBodies : []
    operation.responses = {
      ...successOf(operation.responses),
      ...problemResponses([...declared.filter((code) => !neverOverRest.test(code)), ...codesOfAll, ...ofBody]),
    }
    moveKeyToHeader(operation)
  }
  document.paths = { ...document.paths, ...operationalPaths(problemResponses, codesOfAll) }
  return document
}

function successOf(responses: OpenAPI.ResponsesObject = {}): OpenAPI.ResponsesObject {
  return Object.fromEntries(Object.entries(responses).filter(([status]) => Number(status) < 400))
}

/** One response a status, which names the codes it stands for. */
function problemResponses(codes: readonly ErrorCode[]): OpenAPI.ResponsesObject {
  const byStatus = new Map<number, Set<ErrorCode>>()
  for (const code of codes) {
    const { status } = errorTable[code]
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code))
  }
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, ofStatus]) => [
        String(status),
        {
          description: [...ofStatus].join(', '),
          content: { [problemMediaType]: { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      ]),
  )
}

/** Over HTTP the key of a request is a header; the body's field of that name is for the other transports. */
function moveKeyToHeader(operation: OpenAPI.OperationObject): void {
  const { requestBody } = operation
  const schema =
    requestBody !== undefined && 'content' in requestBody ? requestBody.content['application/json']?.schema : undefined
  if (schema === undefined || !removeProperty(schema, 'idempotencyKey')) return
  operation.parameters = [
    ...(operation.parameters ?? []),
    {
      name: keyHeader,
      in: 'header',
      description: 'The same key and body give the same answer, also after the node was killed; another body is 422.',
      schema: { type: 'string', minLength: 1, maxLength: 128, pattern: '^[\\x21-\\x7e]+$' },
    },
  ]
}

function removeProperty(schema: object, name: string): boolean {
  const { properties, anyOf = [] } = schema as { properties?: Record<string, unknown>; anyOf?: readonly object[] }
  const isHere = properties !== undefined && name in properties
  if (isHere) delete properties[name]
  return anyOf.map((branch) => removeProperty(branch, name)).includes(true) || isHere
}

const problemSchema: OpenAPI.SchemaObject = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: { type: 'string', description: 'Leads to the meaning of the code.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', description: 'Stable; the only thing to match on.' },
    hint: { type: 'string', description: 'What to do next.' },
    details: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['detail'],
        properties: {
          pointer: { type: 'string', description: 'JSON pointer into the body, as a fragment.' },
          parameter: { type: 'string', description: 'Name of a parameter or header.' },
          detail: { type: 'string' },
        },
      },
    },
  },
}
