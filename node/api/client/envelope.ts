/**
 * What a message must look like before the RPC library sees it. The library trusts its peer with the envelope: a message
 * that is not JSON, or has no payload, is a rejected promise that nobody holds, and pushed stream items are queued
 * without limit. So both are refused here, and the connection with them.
 *
 * Shapes: @orpc/standard-server-peer 1.16, `{i: id, t?: type, p: payload}`; a type of 1 or none is a request or response.
 */

const messageTypes = { call: 1, answer: 2, streamItem: 3, abort: 4 } as const

interface Envelope {
  readonly id: string
  readonly type: number | undefined
  readonly payload: unknown
}

/** Calls are numbered by the client; the library makes them of digits and letters. */
const maxIdCharacters = 32

function parse(text: string): Envelope | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isPlainObject(value)) return undefined
  const { i, t, p } = value
  if (typeof i !== 'string' || i.length === 0 || i.length > maxIdCharacters) return undefined
  if (t !== undefined && typeof t !== 'number') return undefined
  return { id: i, type: t, payload: p }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The body as the JSON serializer writes it: value, and paths of what JSON has no type for. */
function isSerializedBody(body: unknown): boolean {
  if (body === undefined) return true
  return isPlainObject(body) && (body.meta === undefined || isMeta(body.meta))
}

function isMeta(meta: unknown): boolean {
  return Array.isArray(meta) && meta.every((item) => Array.isArray(item) && typeof item[0] === 'number')
}

/** Calls and their aborts. No procedure takes a stream or a file, so no headers either. */
export function isRequestMessage(text: string): boolean {
  const envelope = parse(text)
  if (envelope === undefined) return false
  if (envelope.type === messageTypes.abort) return true
  if (envelope.type !== undefined && envelope.type !== messageTypes.call) return false
  const { payload } = envelope
  if (!isPlainObject(payload)) return false
  return (
    typeof payload.u === 'string' &&
    /^\/[A-Za-z/]{1,100}$/.test(payload.u) &&
    payload.m === undefined &&
    (payload.h === undefined || (isPlainObject(payload.h) && Object.keys(payload.h).length === 0)) &&
    isSerializedBody(payload.b)
  )
}

/** Answers, items of a stream, and the node's aborts. */
export function isResponseMessage(text: string): boolean {
  const envelope = parse(text)
  if (envelope === undefined) return false
  const { type, payload } = envelope
  if (type === messageTypes.abort) return true
  if (!isPlainObject(payload)) return false
  if (type === messageTypes.streamItem) {
    return (payload.e === 'message' || payload.e === 'error' || payload.e === 'done') && isSerializedBody(payload.d)
  }
  if (type !== undefined && type !== messageTypes.answer) return false
  return (
    (payload.s === undefined || (Number.isInteger(payload.s) && (payload.s as number) >= 200)) &&
    (payload.h === undefined || isStreamHeaders(payload.h)) &&
    isSerializedBody(payload.b)
  )
}

function isStreamHeaders(headers: unknown): boolean {
  return (
    isPlainObject(headers) &&
    Object.entries(headers).every(([name, value]) => name === 'content-type' && value === 'text/event-stream')
  )
}
