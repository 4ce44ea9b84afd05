/** Bodies: JSON of bounded length and depth, and nothing else. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Scheduler } from '../../../core/clock.ts'
import type { HttpLimits } from './limits.ts'
import { ProblemError, problem } from './problem.ts'

type BodyLimits = Pick<HttpLimits, 'maxBodyBytes' | 'maxDiscardedBytes' | 'maxJsonDepth' | 'requestTimeoutMs'>

/** @throws ProblemError MEDIA_TYPE_UNSUPPORTED, BODY_TOO_LARGE, JSON_MALFORMED, JSON_TOO_DEEP, REQUEST_TIMEOUT */
export async function readJson(
  request: IncomingMessage,
  response: ServerResponse,
  limits: BodyLimits,
  scheduler: Scheduler,
): Promise<unknown> {
  const refused = isJson(request) ? undefined : problem('MEDIA_TYPE_UNSUPPORTED')
  if (refused !== undefined) throw new ProblemError(refused)
  const declared = Number(request.headers['content-length'] ?? 0)
  if (declared > limits.maxBodyBytes) throw new ProblemError(tooLarge(limits))
  // Only now is the client told to go on (RFC 9110, 10.1.1).
  if (request.headers.expect !== undefined) response.writeContinue()
  const bytes = await readBytes(request, limits, scheduler)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new ProblemError(problem('JSON_MALFORMED', { detail: 'The body is not UTF-8.' }))
  }
  if (depthOf(text) > limits.maxJsonDepth) {
    throw new ProblemError(problem('JSON_TOO_DEEP', { details: { maxDepth: limits.maxJsonDepth } }))
  }
  try {
    return JSON.parse(text)
  } catch {
    // The parser's message quotes the text.
    throw new ProblemError(problem('JSON_MALFORMED'))
  }
}

/** `application/json`, at most with a charset of UTF-8; RFC 8259, 11 knows no parameter, but many clients send it. */
function isJson({ headers }: IncomingMessage): boolean {
  const type = headers['content-type'] ?? ''
  const encoding = headers['content-encoding'] ?? 'identity'
  return /^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i.test(type) && encoding.toLowerCase() === 'identity'
}

const tooLarge = ({ maxBodyBytes }: BodyLimits) => problem('BODY_TOO_LARGE', { details: { maxBytes: maxBodyBytes } })

function readBytes(request: IncomingMessage, limits: BodyLimits, scheduler: Scheduler): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const settle = (end: () => void): void => {
      cancel()
      request.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone)
      end()
    }
    const onData = (chunk: Buffer): void => {
      length += chunk.length
      if (length > limits.maxBodyBytes) settle(() => reject(new ProblemError(tooLarge(limits))))
      else chunks.push(chunk)
    }
    const onEnd = (): void => settle(() => resolve(Buffer.concat(chunks)))
    const onGone = (): void => settle(() => reject(new ProblemError(problem('REQUEST_MALFORMED'))))
    const cancel = scheduler.after(limits.requestTimeoutMs, () =>
      settle(() => reject(new ProblemError(problem('REQUEST_TIMEOUT')))),
    )
    request.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone)
  })
}

/** How deep the brackets outside of strings nest, in one pass, before a parser sees the text. */
export function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i)
    if (inString) {
      if (char === backslash) i += 1
      else if (char === quote) inString = false
    } else if (char === quote) inString = true
    else if (char === openBrace || char === openBracket) deepest = Math.max(deepest, ++depth)
    else if (char === closeBrace || char === closeBracket) depth -= 1
  }
  return deepest
}

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d]

/** Reads on what will not be used, up to a bound, so that the client gets to the answer instead of a broken connection. */
export function discardBody(request: IncomingMessage, maxBytes: number): void {
  let length = 0
  request.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length > maxBytes) request.destroy()
  })
  request.resume()
}
