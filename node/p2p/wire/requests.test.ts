import type { Stream } from '@libp2p/interface'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { NodeError } from '../../core/node-error.ts'
import type { RequestQuota } from '../types.ts'
import { wholeChannelStreams } from './channel-streams.ts'
import { wireProtocols } from './protocols.ts'
import { decodeRequestHead, encodeQuestion, methodOf, requestHeadBytes } from './request-frame.ts'
import { createRequests, type WireRequests } from './requests.ts'
import { dial, startHosts, systemClock, systemScheduler, type TestHost, testChainId } from './test-support/hosts.ts'

const quota: RequestQuota = {
  perSecond: 1_000,
  concurrent: 4,
  maxRequestBytes: 1_000,
  maxResponseBytes: 3_000_000,
  timeoutMs: 20_000,
}

const hosts: TestHost[] = []
const started: WireRequests[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((requests) => requests.stop()))
  await Promise.all(hosts.splice(0).map((host) => host.stop()))
})

interface Asked {
  readonly requests: WireRequests
  readonly host: TestHost
  readonly key: string
  readonly faults: { readonly peer: string; readonly code: string }[]
}

async function pair(): Promise<[Asked, Asked]> {
  const two = await startHosts(2)
  hosts.push(...two)
  const [a, b] = two as [TestHost, TestHost]
  await dial(a, b)
  const on = async (host: TestHost): Promise<Asked> => {
    const faults: { peer: string; code: string }[] = []
    const requests = createRequests(testChainId, {
      libp2p: host,
      streams: wholeChannelStreams(host),
      connected: () => host.getPeers().map(String),
      rank: (peers) => [...peers].reverse(),
      onMisconduct: (peer, code) => void faults.push({ peer, code }),
      clock: systemClock,
      scheduler: systemScheduler,
    })
    started.push(requests)
    await requests.start()
    return { requests, host, key: host.peerId.toString(), faults }
  }
  return [await on(a), await on(b)]
}

const failure = async (work: Promise<unknown>): Promise<{ code?: string; told?: unknown }> => {
  try {
    await work
    return {}
  } catch (cause) {
    const { code, details } = cause as NodeError
    return { code, ...(details?.code === undefined ? {} : { told: details.code }) }
  }
}
const echo = async (_: string, body: Uint8Array): Promise<Uint8Array> => body
const never = (): Promise<Uint8Array> => new Promise(() => undefined)

/** The method on both, answered by the second. */
const both = (
  [a, b]: readonly [Asked, Asked],
  handler: (from: string, body: Uint8Array) => Promise<Uint8Array>,
  part: Partial<RequestQuota> = {},
): void => {
  for (const { requests } of [a, b]) requests.serve('echo', handler, { ...quota, ...part })
}

describe('requests', () => {
  it('bring the answer of the peer, empty and long ones too', async () => {
    const [a, b] = await pair()
    const long = new Uint8Array(quota.maxResponseBytes).map((_, index) => index)
    both([a, b], async (from, body) => (body.length === 0 ? new Uint8Array(0) : from === a.key ? long : body))
    expect(await a.requests.ask(b.key, 'echo', new Uint8Array(0))).toEqual(new Uint8Array(0))
    const answers = await Promise.all(Array.from({ length: 6 }, () => a.requests.ask(b.key, 'echo', Uint8Array.of(1))))
    for (const answer of answers) expect(Buffer.compare(answer, long)).toBe(0)
    expect(await b.requests.ask(a.key, 'echo', Uint8Array.of(5))).toEqual(Uint8Array.of(5))
    expect(a.requests.peers()).toEqual([b.key])
    expect([...a.faults, ...b.faults]).toEqual([])
  })

  it('tell a refusal by its code alone, and a fault of the other side by none of its words', async () => {
    const [a, b] = await pair()
    both([a, b], async (_, body) => {
      throw body[0] === 1 ? new NodeError('SNAPSHOT_GONE', 'secret words') : new Error('secret words')
    })
    expect(await failure(a.requests.ask(b.key, 'echo', Uint8Array.of(1)))).toEqual({
      code: 'PEER_REFUSED',
      told: 'SNAPSHOT_GONE',
    })
    expect(await failure(a.requests.ask(b.key, 'echo', Uint8Array.of(2)))).toEqual({
      code: 'PEER_REFUSED',
      told: 'INTERNAL',
    })
    a.requests.serve('only-here', echo, quota)
    expect(await failure(a.requests.ask(b.key, 'only-here', Uint8Array.of(2)))).toEqual({
      code: 'PEER_REFUSED',
      told: 'METHOD_UNKNOWN',
    })
  })

  it('end in time, by the time-out, by who asked, or with the connection', async () => {
    const [a, b] = await pair()
    both([a, b], never, { timeoutMs: 300 })
    a.requests.serve('patient', never, quota)
    b.requests.serve('patient', never, quota)
    expect(await failure(a.requests.ask(b.key, 'echo', Uint8Array.of(1)))).toEqual({ code: 'PEER_TIMEOUT' })
    const giveUp = new AbortController()
    const asked = a.requests.ask(b.key, 'patient', Uint8Array.of(1), giveUp.signal)
    giveUp.abort(new NodeError('ENOUGH', 'enough'))
    expect(await failure(asked)).toEqual({ code: 'ENOUGH' })
    const cut = failure(a.requests.ask(b.key, 'patient', Uint8Array.of(1)))
    await b.host.hangUp(a.host.peerId)
    expect(await cut).toEqual({ code: 'PEER_UNREACHABLE' })
    expect(await failure(a.requests.ask(b.key, 'echo', Uint8Array.of(1)))).toEqual({ code: 'PEER_UNREACHABLE' })
  })

  it('keep to the quota of their method by waiting for their turn', async () => {
    const [a, b] = await pair()
    let open = 0
    let most = 0
    both(
      [a, b],
      async (_, body) => {
        open += 1
        most = Math.max(most, open)
        await new Promise((resolve) => setImmediate(resolve))
        open -= 1
        return body
      },
      { concurrent: 2 },
    )
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => a.requests.ask(b.key, 'echo', Uint8Array.of(index))),
    )
    expect(answers.map(([first]) => first)).toEqual(Array.from({ length: 20 }, (_, index) => index))
    expect(most).toBeLessThanOrEqual(4)
    expect(b.faults).toEqual([])
  })

  it('are refused where a peer does not keep to the quota, and it is told on', async () => {
    const [a, b] = await pair()
    // One that thinks it may ask more often than the other lets it.
    a.requests.serve('echo', echo, quota)
    b.requests.serve('echo', echo, { ...quota, perSecond: 1 })
    const ask = () => failure(a.requests.ask(b.key, 'echo', Uint8Array.of(1)))
    expect([await ask(), await ask()]).toEqual([{}, {}])
    expect(await ask()).toEqual({ code: 'PEER_REFUSED', told: 'REQUEST_QUOTA' })
    expect(b.faults).toEqual([{ peer: a.key, code: 'REQUEST_QUOTA' }])
  })

  it.each([
    ['longer than its method takes', encodeQuestion('echo', new Uint8Array(quota.maxRequestBytes + 1))],
    ['longer than any method takes', encodeQuestion('echo', new Uint8Array(10_000))],
    ['of another version', Uint8Array.of(0, 0, 0, 2, 9, 0)],
    ['without a method', Uint8Array.of(0, 0, 0, 4, 1, 2, 0xff, 0xff)],
  ])('refuse a question %s', async (_, bytes) => {
    const [a, b] = await pair()
    both([a, b], echo)
    const stream = (await a.host.getConnections()[0]?.newStream(wireProtocols(testChainId).requests)) as Stream
    stream.send(bytes)
    await new Promise<void>((resolve) => {
      stream.addEventListener('close', () => resolve())
      if (stream.status !== 'open') resolve()
    })
    expect(b.faults).toEqual([{ peer: a.key, code: 'REQUEST_INVALID' }])
  })

  it.each([
    ['longer than it may be', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 1, 0)],
    ['of an unknown status', Uint8Array.of(0, 0, 0, 3, 1, 7, 0)],
    ['a refusal without a code', Uint8Array.of(0, 0, 0, 4, 1, 1, 0x20, 0x20)],
  ])('take no answer that is %s', async (_, bytes) => {
    const [a, b] = await pair()
    both([a, b], echo)
    await b.requests.stop()
    await b.host.handle(wireProtocols(testChainId).requests, (stream) => void stream.send(bytes))
    expect(await failure(a.requests.ask(b.key, 'echo', Uint8Array.of(1)))).toEqual({ code: 'PEER_MISBEHAVED' })
    expect(a.faults).toEqual([{ peer: b.key, code: 'RESPONSE_INVALID' }])
  })
})

describe('heads of questions', () => {
  it('read back what was written, and take nothing above the limit (property)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat({ max: 300 }), (body, limit) => {
        const bytes = encodeQuestion('echo', body)
        const head = decodeRequestHead(bytes.subarray(0, requestHeadBytes), limit)
        expect(head).toEqual(body.length + 4 <= limit ? { restBytes: body.length + 4, value: 4 } : null)
        expect(methodOf(bytes.subarray(requestHeadBytes, requestHeadBytes + 4))).toBe('echo')
      }),
    )
  })

  it('never throw on foreign bytes (fuzz)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: requestHeadBytes, maxLength: requestHeadBytes }), (bytes) => {
        const head = decodeRequestHead(bytes, 100)
        if (head !== null) expect(head.restBytes).toBeLessThanOrEqual(100)
      }),
    )
  })
})
