import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountIdBytes } from '../ledger/address.ts'
import { consensusLimits } from './limits.ts'
import {
  decodePollReply,
  decodePollRequest,
  encodePollReply,
  encodePollRequest,
  maxPollReplyBytes,
  maxPollRequestBytes,
} from './snow-messages.ts'

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const anyUint = fc.nat(Number.MAX_SAFE_INTEGER)
const anyRequest = fc.record({
  pollId: anyUint,
  sets: fc.array(fc.record({ account: bytesOf(accountIdBytes), nonce: anyUint }), { minLength: 1, maxLength: 6 }),
})
const anyReply = fc.record({
  pollId: anyUint,
  preferences: fc.array(fc.option(bytesOf(32)), { minLength: 1, maxLength: 6 }),
})

describe('poll messages', () => {
  it('read back what they wrote', () => {
    fc.assert(
      fc.property(anyRequest, anyReply, (request, reply) => {
        expect(decodePollRequest(encodePollRequest(request))).toEqual({ ok: true, value: request })
        expect(decodePollReply(encodePollReply(reply))).toEqual({ ok: true, value: reply })
      }),
      { seed: 1 },
    )
  })

  it('fit their limits when full, and are refused one entry above', () => {
    const set = { account: new Uint8Array(accountIdBytes), nonce: Number.MAX_SAFE_INTEGER }
    const pollId = Number.MAX_SAFE_INTEGER
    const full = consensusLimits.snowMaxPollSets
    const request = (count: number) => encodePollRequest({ pollId, sets: new Array(count).fill(set) })
    const reply = (count: number) =>
      encodePollReply({ pollId, preferences: new Array(count).fill(new Uint8Array(32).fill(255)) })
    expect(request(full).length).toBeLessThanOrEqual(maxPollRequestBytes)
    expect(reply(full).length).toBeLessThanOrEqual(maxPollReplyBytes)
    for (const count of [1, full]) {
      expect([decodePollRequest(request(count)).ok, decodePollReply(reply(count)).ok]).toEqual([true, true])
    }
    for (const count of [0, full + 1]) {
      expect([decodePollRequest(request(count)).ok, decodePollReply(reply(count)).ok]).toEqual([false, false])
    }
  })

  it('never throw on foreign bytes, and whatever is taken encodes to the same bytes', () => {
    const goods = fc.sample(fc.oneof(anyRequest.map(encodePollRequest), anyReply.map(encodePollReply)), {
      numRuns: 20,
      seed: 3,
    })
    const mutated = fc
      .tuple(fc.constantFrom(...goods), fc.nat(), fc.integer({ min: 0, max: 255 }), fc.constantFrom(-1, 0, 1))
      .map(([good, place, byte, grow]) => {
        const at = place % good.length
        if (grow < 0) return good.filter((_, index) => index !== at)
        if (grow > 0) return Uint8Array.of(...good.subarray(0, at), byte, ...good.subarray(at))
        return good.map((old, index) => (index === at ? byte : old))
      })
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated), (bytes) => {
        const request = decodePollRequest(bytes)
        if (request.ok) expect(encodePollRequest(request.value)).toEqual(bytes)
        const reply = decodePollReply(bytes)
        if (reply.ok) expect(encodePollReply(reply.value)).toEqual(bytes)
      }),
      { seed: 2, numRuns: 3_000 },
    )
  })
})
