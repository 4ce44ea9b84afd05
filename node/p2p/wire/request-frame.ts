/**
 * Questions and answers, one of each a stream: `length (4) | version (1) | …`, the length being that of what follows it. A
 * question goes on with `length of the method (1) | method | body`, an answer with `status (1) | body or code`.
 */
import { concatBytes, utf8 } from '../../core/bytes.ts'
import { wireLimits } from './limits.ts'

const version = 1
/** Length, version, and the method's length or the status. */
export const requestHeadBytes = 6

export const answerStatus = { ok: 0, refused: 1 } as const

export interface RequestHead {
  /** Of what follows the head. */
  readonly restBytes: number
  /** The method's length, or the status. */
  readonly value: number
}

function encode(value: number, ...rest: readonly Uint8Array[]): Uint8Array {
  const head = new Uint8Array(requestHeadBytes)
  const length = rest.reduce((sum, part) => sum + part.length, requestHeadBytes - 4)
  new DataView(head.buffer).setUint32(0, length)
  head[4] = version
  head[5] = value
  return concatBytes(head, ...rest)
}

export function encodeQuestion(method: string, body: Uint8Array): Uint8Array {
  const name = utf8(method)
  return encode(name.length, name, body)
}

export function encodeAnswer(body: Uint8Array): Uint8Array {
  return encode(answerStatus.ok, body)
}

export function encodeRefusal(code: string): Uint8Array {
  return encode(answerStatus.refused, utf8(code))
}

/** Null where it is none, or longer than may be. @param bytes `requestHeadBytes` of them */
export function decodeRequestHead(bytes: Uint8Array, maxRestBytes: number): RequestHead | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const restBytes = view.getUint32(0) - (requestHeadBytes - 4)
  if (restBytes < 0 || restBytes > maxRestBytes || view.getUint8(4) !== version) return null
  return { restBytes, value: view.getUint8(5) }
}

const methodForm = /^[a-z][a-z0-9.-]*$/
const codeForm = /^[A-Z][A-Z0-9_]*$/

export function isMethod(text: string): boolean {
  return methodForm.test(text) && text.length <= wireLimits.maxMethodBytes
}

/** Null where the bytes are no method's name. */
export function methodOf(bytes: Uint8Array): string | null {
  const text = String.fromCharCode(...bytes.subarray(0, wireLimits.maxMethodBytes + 1))
  return isMethod(text) ? text : null
}

/** Null where the bytes are no error code. */
export function codeOf(bytes: Uint8Array): string | null {
  const text = String.fromCharCode(...bytes.subarray(0, wireLimits.maxCodeBytes + 1))
  return codeForm.test(text) && text.length <= wireLimits.maxCodeBytes ? text : null
}
