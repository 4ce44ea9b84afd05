/**
 * From a request to a procedure's input: parameters of the path and the query as their schema wants them, the body as it
 * is, the Idempotency-Key header as the field of that name. Nothing is guessed: what is not declared, or given twice, is refused.
 */
import { z } from 'zod'
import { type InputIssue, ProblemError, problem } from './problem.ts'
import type { HttpCall } from './types.ts'

type Issue = z.core.$ZodIssue

export interface RestInput {
  /** @throws ProblemError INPUT_INVALID, and those of readJson */
  read(call: HttpCall): Promise<unknown>
}

export interface RestInputOptions {
  readonly hasBody: boolean
  /** Undefined where the procedure takes nothing. */
  readonly schema: z.ZodType | undefined
  readonly maxNamedErrors: number
}

const keyField = 'idempotencyKey'
export const keyHeader = 'Idempotency-Key'

export function createRestInput({ hasBody, schema, maxNamedErrors }: RestInputOptions): RestInput {
  const wholeNumbers = new Set(schema === undefined ? [] : wholeNumberFields(schema))
  const takesKey = schema !== undefined && hasField(schema, keyField)

  const refuse = (errors: readonly InputIssue[]): never => {
    const [first] = errors
    throw new ProblemError(
      problem('INPUT_INVALID', {
        ...(first === undefined ? {} : { detail: `${placeOf(first)}: ${first.detail}` }),
        errors: errors.slice(0, maxNamedErrors),
      }),
    )
  }

  /** Texts of an address; digits become numbers where the schema has a whole number. */
  const fromAddress = ({ params, query }: HttpCall, isInQuery: boolean): Record<string, unknown> => {
    const given: Record<string, unknown> = Object.create(null)
    const put = (name: string, text: string): void => {
      given[name] = wholeNumbers.has(name) && /^(?:0|[1-9]\d{0,15})$/.test(text) ? Number(text) : text
    }
    for (const [name, text] of query) {
      if (!isInQuery) refuse([{ parameter: name, detail: 'not a parameter here' }])
      if (name in given) refuse([{ parameter: name, detail: 'given twice' }])
      put(name, text)
    }
    for (const [name, text] of Object.entries(params)) {
      if (name in given) refuse([{ parameter: name, detail: 'given twice' }])
      put(name, text)
    }
    return given
  }

  const withKey = (body: unknown, { request }: HttpCall): unknown => {
    const given = takesKey ? request.headersDistinct[keyHeader.toLowerCase()] : undefined
    if (given === undefined) return body
    if (given.length !== 1) refuse([{ parameter: keyHeader, detail: 'given twice' }])
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return body
    // A structured field string stands in quotes; most clients leave them out. The key is the same.
    const key = (given[0] ?? '').replace(/^"(.*)"$/, '$1')
    const inBody = (body as Record<string, unknown>)[keyField]
    if (inBody !== undefined && inBody !== key) {
      refuse([{ parameter: keyHeader, detail: `not the same as the field ${keyField}` }])
    }
    return { ...body, [keyField]: key }
  }

  return {
    async read(call) {
      const isInQuery = !hasBody && schema !== undefined
      const fromPath = fromAddress(call, isInQuery)
      const body = hasBody ? withKey(await call.readJson(), call) : undefined
      if (schema === undefined) return undefined
      const input = hasBody ? body : { ...fromPath }
      const parsed = schema.safeParse(input)
      if (parsed.success) return input
      return refuse(issuesOf(schema, input, parsed.error.issues).map((issue) => described(issue, hasBody)))
    },
  }
}

/** The names of an input's fields that are whole numbers, or may be. */
function wholeNumberFields(schema: z.ZodType): string[] {
  const { properties = {} } = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' })
  return Object.entries(properties)
    .filter(([, property]) => {
      const kinds = typeof property === 'object' ? [property, ...(property.anyOf ?? [])] : []
      return kinds.some((kind) => typeof kind === 'object' && kind.type === 'integer')
    })
    .map(([name]) => name)
}

function hasField(schema: z.ZodType, name: string): boolean {
  const { properties = {}, anyOf = [] } = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' })
  return name in properties || anyOf.some((kind) => typeof kind === 'object' && name in (kind.properties ?? {}))
}

/**
 * Of a choice between shapes, what is wrong with the one that was most likely meant: the one that fits best. At the top
 * each is asked by itself, since the schema names an unknown field before a missing one, which may be of another shape.
 */
function issuesOf(schema: z.ZodType, input: unknown, issues: readonly Issue[]): Issue[] {
  if (!(schema instanceof z.ZodUnion)) return issues.flatMap(leavesOf)
  const branches = schema.options.map((option) => {
    const parsed = (option as z.ZodType).safeParse(input)
    return parsed.success ? [] : parsed.error.issues.flatMap(leavesOf)
  })
  return branches.toSorted((a, b) => misfit(a) - misfit(b))[0] ?? issues.flatMap(leavesOf)
}

/** The same further down. */
function leavesOf(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue]
  const branches = issue.errors.map((issues) => issues.flatMap(leavesOf))
  const best = branches.toSorted((a, b) => misfit(a) - misfit(b))[0]
  return best === undefined || best.length === 0
    ? [issue]
    : best.map((leaf) => ({ ...leaf, path: [...issue.path, ...leaf.path] }))
}

/** Fields that a shape does not know, or misses, count more than a wrong value in one that it has. */
function misfit(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => {
    if (issue.code === 'unrecognized_keys') return sum + 10 * issue.keys.length
    return sum + (issue.code === 'invalid_type' && issue.path.length <= 1 ? 5 : 1)
  }, 0)
}

/** Schemas never repeat the value, so none gets into the text. */
function described(issue: Issue, isBody: boolean): InputIssue {
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path
  const detail = issue.code === 'unrecognized_keys' ? 'not a field here' : issue.message
  if (!isBody) return { parameter: path.map(String).join('.'), detail }
  if (path[0] === keyField) return { parameter: keyHeader, detail }
  return { pointer: `#${path.map((part) => `/${escaped(String(part))}`).join('')}`, detail }
}

/** RFC 6901, 3 and 6: in a JSON pointer, then in a fragment. Names that callers made up are cut. */
function escaped(part: string): string {
  return encodeURIComponent(part.slice(0, 64).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1'))
}

function placeOf({ pointer, parameter }: InputIssue): string {
  if (parameter !== undefined) return `The parameter ${JSON.stringify(parameter.slice(0, 64))}`
  return pointer === '#' ? 'The body' : `The field ${pointer}`
}
