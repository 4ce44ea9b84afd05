/**
 * Questions with one answer each, over a stream of their own: long answers hold up nothing else, and giving up is to end the
 * stream. Sizes, time and number of questions are bounded on both sides. Source: docs/protocol.md, "Wire".
 */
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { utf8 } from '../../core/bytes.ts'
import type { Clock, Scheduler } from '../../core/clock.ts'
import { invariant, NodeError } from '../../core/node-error.ts'
import type { LinkKey, RequestQuota, Requests } from '../types.ts'
import { createAnswerRoom } from './answer-room.ts'
import type { ChannelStreams } from './channel-streams.ts'
import type { WireFault } from './codes.ts'
import { usableConnection } from './connections.ts'
import { wireLimits } from './limits.ts'
import { wireProtocols } from './protocols.ts'
import {
  answerStatus,
  codeOf,
  decodeRequestHead,
  encodeAnswer,
  encodeQuestion,
  encodeRefusal,
  isMethod,
  methodOf,
  requestHeadBytes,
} from './request-frame.ts'
import { createAnsweringQuotas, createAskingQuotas } from './request-quotas.ts'
import { createStreamReader, writeAndClose } from './stream-io.ts'

export interface RequestsDeps {
  readonly libp2p: Pick<Libp2p, 'getConnections'>
  readonly streams: ChannelStreams
  /** Those that can be asked now: as a rule, those that are linked. */
  readonly connected: () => readonly LinkKey[]
  /** The same, the best first: by what is known of their speed and conduct. */
  readonly rank: (peers: readonly LinkKey[]) => readonly LinkKey[]
  readonly onMisconduct: (peer: LinkKey, code: string) => void
  readonly clock: Clock
  readonly scheduler: Scheduler
}

export interface WireRequests extends Requests {
  start(): Promise<void>
  stop(): Promise<void>
}

interface Method {
  readonly handler: (from: LinkKey, body: Uint8Array) => Promise<Uint8Array>
  readonly quota: RequestQuota
}

export function createRequests(chainId: Uint8Array, deps: RequestsDeps): WireRequests {
  const { libp2p, streams, clock, scheduler } = deps
  const protocol = wireProtocols(chainId).requests
  const methods = new Map<string, Method>()
  const asking = createAskingQuotas(clock, scheduler)
  const answering = createAnsweringQuotas(clock)
  const underWay = new Set<AbortController>()
  const askedBy = new Map<LinkKey, number>()
  const answers = createAnswerRoom()
  let isStopped = false

  const misbehaved = (peer: LinkKey, code: WireFault): void => deps.onMisconduct(peer, code)

  /** Given after so long, when everything stops, or by the caller. */
  const limited = async <T>(
    timeoutMs: number,
    caller: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => {
    const ending = new AbortController()
    underWay.add(ending)
    const cancel = scheduler.after(timeoutMs, () => ending.abort(new TimeUp()))
    const passOn = (): void => ending.abort(caller?.reason)
    caller?.addEventListener('abort', passOn, { once: true })
    if (caller?.aborted === true) passOn()
    try {
      return await work(ending.signal)
    } catch (cause) {
      // Whoever was interrupted says only that it was.
      throw ending.signal.aborted ? ending.signal.reason : cause
    } finally {
      cancel()
      caller?.removeEventListener('abort', passOn)
      underWay.delete(ending)
    }
  }

  /** @throws NodeError PEER_REFUSED, PEER_MISBEHAVED; Error where the stream ends too early */
  const readAnswer = async (
    peer: LinkKey,
    stream: Stream,
    quota: RequestQuota,
    signal: AbortSignal,
  ): Promise<Uint8Array> => {
    const reader = createStreamReader(stream)
    const maxBytes = Math.max(quota.maxResponseBytes, wireLimits.maxCodeBytes)
    const head = decodeRequestHead(await reader.read(requestHeadBytes, signal), maxBytes)
    const isOk = head?.value === answerStatus.ok && head.restBytes <= quota.maxResponseBytes
    if (head !== null && isOk) return reader.read(head.restBytes, signal)
    const isRefusal = head?.value === answerStatus.refused && head.restBytes <= wireLimits.maxCodeBytes
    const code = head !== null && isRefusal ? codeOf(await reader.read(head.restBytes, signal)) : null
    if (code !== null) {
      throw new NodeError('PEER_REFUSED', `the peer refused the question: ${code}`, { details: { code } })
    }
    misbehaved(peer, 'RESPONSE_INVALID')
    throw new NodeError('PEER_MISBEHAVED', 'the peer sent no answer that this question may have')
  }

  const exchange = async (
    peer: LinkKey,
    question: Uint8Array,
    quota: RequestQuota,
    signal: AbortSignal,
  ): Promise<Uint8Array> => {
    const connection = usableConnection(libp2p, peer)
    if (connection === undefined) throw unreachable()
    const stream = await streams.open(connection, protocol, { signal })
    try {
      const [answer] = await Promise.all([
        readAnswer(peer, stream, quota, signal),
        writeAndClose(stream, question, signal),
      ])
      return answer
    } catch (cause) {
      stream.abort(new Error('question given up'))
      throw cause
    }
  }

  const read = async (
    from: LinkKey,
    stream: Stream,
    signal: AbortSignal,
  ): Promise<{ readonly name: string; readonly body: Uint8Array } | null> => {
    let longest = 0
    for (const { quota } of methods.values()) longest = Math.max(longest, quota.maxRequestBytes)
    const reader = createStreamReader(stream)
    const head = decodeRequestHead(await reader.read(requestHeadBytes, signal), longest + wireLimits.maxMethodBytes)
    const isNamed = head !== null && head.value <= Math.min(head.restBytes, wireLimits.maxMethodBytes)
    const name = isNamed ? methodOf(await reader.read(head.value, signal)) : null
    const bodyBytes = head === null ? 0 : head.restBytes - head.value
    const known = name === null ? undefined : methods.get(name)
    if (head === null || name === null || bodyBytes > (known?.quota.maxRequestBytes ?? longest)) {
      misbehaved(from, 'REQUEST_INVALID')
      return null
    }
    return { name, body: await reader.read(bodyBytes, signal) }
  }

  const answerTo = async (from: LinkKey, { handler, quota }: Method, body: Uint8Array): Promise<Uint8Array> => {
    try {
      const answer = await handler(from, body)
      invariant(answer.length <= quota.maxResponseBytes, 'an answer is within the quota of its method')
      return encodeAnswer(answer)
    } catch (cause) {
      // Its code alone: what else an error holds is nobody's business.
      return encodeRefusal(cause instanceof NodeError && codeOf(utf8(cause.code)) !== null ? cause.code : 'INTERNAL')
    }
  }

  /** Until the peer has taken it, the answer has its place in the room for answers. */
  const hand = async (from: LinkKey, stream: Stream, bytes: Uint8Array, signal: AbortSignal): Promise<void> => {
    const giveBack = answers.take(from, bytes.length)
    if (giveBack === null) return writeAndClose(stream, encodeRefusal('REQUEST_QUOTA'), signal)
    try {
      await writeAndClose(stream, bytes, signal)
    } catch (cause) {
      if (cause instanceof TimeUp || signal.reason instanceof TimeUp) misbehaved(from, 'ANSWER_NOT_TAKEN')
      throw cause
    } finally {
      giveBack()
    }
  }

  const answer = async (stream: Stream, from: LinkKey): Promise<void> => {
    const asked = await limited(wireLimits.helloTimeoutMs, undefined, (signal) => read(from, stream, signal))
    if (asked === null) return stream.abort(new Error('no question'))
    const method = methods.get(asked.name)
    const timeoutMs = method?.quota.timeoutMs ?? wireLimits.helloTimeoutMs
    await limited(timeoutMs, undefined, async (signal) => {
      if (method === undefined) return writeAndClose(stream, encodeRefusal('METHOD_UNKNOWN'), signal)
      const leave = answering.enter(from, asked.name, method.quota)
      if (leave === null) {
        misbehaved(from, 'REQUEST_QUOTA')
        return writeAndClose(stream, encodeRefusal('REQUEST_QUOTA'), signal)
      }
      try {
        await hand(from, stream, await answerTo(from, method, asked.body), signal)
      } finally {
        leave()
      }
    })
  }

  const take = (stream: Stream, connection: Connection): void => {
    const from = connection.remotePeer.toString()
    const count = askedBy.get(from) ?? 0
    if (isStopped || count >= wireLimits.maxQuestionStreams) return stream.abort(new Error('too many questions'))
    askedBy.set(from, count + 1)
    answer(stream, from)
      // It went away, read too slowly, or never ended its question.
      .catch((cause: unknown) => stream.abort(cause instanceof Error ? cause : new Error('question failed')))
      .finally(() => {
        const left = (askedBy.get(from) ?? 1) - 1
        if (left > 0) askedBy.set(from, left)
        else askedBy.delete(from)
      })
  }

  return {
    start: () => streams.handle(protocol, take, { maxInboundStreams: wireLimits.maxQuestionStreams }),
    async stop() {
      isStopped = true
      for (const ending of underWay) ending.abort(unreachable())
      await streams.unhandle(protocol)
    },
    peers: () => deps.rank(deps.connected()),
    async ask(peer, method, body, signal) {
      const { quota } = methods.get(method) ?? {}
      invariant(quota !== undefined, 'a method that is asked for is served, too')
      invariant(body.length <= quota.maxRequestBytes, 'a question is within the quota of its method')
      if (isStopped) throw unreachable()
      try {
        return await limited(quota.timeoutMs, signal, async (ending) => {
          const giveBack = await asking.turn(peer, method, quota, ending)
          try {
            return await exchange(peer, encodeQuestion(method, body), quota, ending)
          } finally {
            giveBack()
          }
        })
      } catch (cause) {
        if (signal?.aborted === true) throw signal.reason
        if (cause instanceof NodeError) throw cause
        if (cause instanceof TimeUp) throw new NodeError('PEER_TIMEOUT', 'the peer did not answer in time')
        throw unreachable(cause)
      }
    },
    serve(method, handler, quota) {
      invariant(isMethod(method), 'a method has a name')
      invariant(methods.has(method) || methods.size < wireLimits.maxMethods, 'there are few methods')
      methods.set(method, { handler, quota })
    },
    misconduct: (peer, code) => deps.onMisconduct(peer, code),
  }
}

/** The time of a question is over. */
class TimeUp extends Error {}

function unreachable(cause?: unknown): NodeError {
  return new NodeError('PEER_UNREACHABLE', 'the peer cannot be reached', { cause })
}
