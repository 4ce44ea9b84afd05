import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { validatorSetHash } from '../../consensus/index.ts'
import { ManualClock } from '../../core/clock.ts'
import { minuteMs, startTimeMs } from '../../ledger/test-support.ts'
import { validatorsOf } from '../validator-sets.ts'
import { createTestChain, historyOf, serveHistory, testKeys } from './chain-test-support.ts'
import { createLocalRequests } from './local-requests.ts'
import { decodeAnswer, decodeRequest, encodeAnswer, encodeRequest, type SyncMessages } from './messages.ts'

const methods = [
  'head',
  'checkpoint',
  'epoch-certificates',
  'snapshot-manifest',
  'snapshot-consensus',
  'snapshot-chunk',
] as const satisfies readonly (keyof SyncMessages)[]

const test = createTestChain(4, 20, 100_000)
const others = testKeys(2)
const history = historyOf(test, [
  { epoch: 0, afterMs: minuteMs, signers: test.keys, next: others },
  { epoch: 1, afterMs: 2 * minuteMs, signers: others, next: others },
])
const network = createLocalRequests()
serveHistory(network.join('peer'), history, new ManualClock(startTimeMs))
const self = network.join('self')

const { hash } = history.provable.row
const requests: { readonly [M in keyof SyncMessages]: SyncMessages[M]['request'] } = {
  head: {},
  checkpoint: { seq: 1 },
  'epoch-certificates': { fromEpoch: 0, validatorsHash: validatorSetHash(validatorsOf(test.keys)) },
  'snapshot-manifest': {},
  'snapshot-consensus': { checkpoint: hash },
  'snapshot-chunk': { checkpoint: hash, prefix: '', part: null },
}

describe('questions and answers', () => {
  it.each(methods)('of %s come back as they were', async (method) => {
    const answer = await self.ask('peer', method, encodeRequest(method, requests[method])).catch(() => null)
    expect(decodeRequest(method, encodeRequest(method, requests[method]))).toEqual(requests[method])
    // The root is no piece here: the state is cut into several.
    if (method === 'snapshot-chunk') return expect(answer).toBeNull()
    const decoded = decodeAnswer(method, answer as Uint8Array)
    expect(decoded).toBeDefined()
    expect(encodeAnswer(method, decoded as never)).toEqual(answer)
  })

  it('read as nothing where they are anything else (property)', async () => {
    const real = await Promise.all(
      methods.slice(0, 5).map((method) => self.ask('peer', method, encodeRequest(method, requests[method]))),
    )
    const mutated = fc
      .record({ which: fc.nat(real.length - 1), at: fc.nat(), bit: fc.nat(7), cut: fc.option(fc.nat(), { nil: null }) })
      .map(({ which, at, bit, cut }) => {
        const bytes = (real[which] as Uint8Array).slice()
        bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ (1 << bit)
        return cut === null ? bytes : bytes.slice(0, cut % bytes.length)
      })
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated),
        fc.constantFrom(...methods),
        (bytes, method) => {
          // Neither throws, and what reads has one encoding.
          const answer = decodeAnswer(method, bytes)
          if (answer !== undefined) expect(encodeAnswer(method, answer as never)).toEqual(bytes)
          const request = decodeRequest(method, bytes)
          if (request !== undefined) expect(encodeRequest(method, request as never)).toEqual(bytes)
        },
      ),
      { seed: 47, numRuns: 2_000 },
    )
  })

  it('that are no questions are refused by who serves', async () => {
    for (const method of methods) {
      await expect(self.ask('peer', method, Uint8Array.of(1, 2, 3))).rejects.toMatchObject({
        code: 'PEER_REFUSED',
        details: { code: 'REQUEST_MALFORMED' },
      })
    }
  })
})
