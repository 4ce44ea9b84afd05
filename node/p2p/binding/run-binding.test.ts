import type { Stream } from '@libp2p/interface'
import { lpStream, streamPair } from '@libp2p/utils'
import { describe, expect, it } from 'vitest'
import { toHex } from '../../core/bytes.ts'
import { ManualClock } from '../../core/clock.ts'
import { NodeError } from '../../core/node-error.ts'
import { limits } from './limits.ts'
import { type BindingDeps, bindingProtocol, runBinding } from './run-binding.ts'
import { makeStatement, type OwnValidator } from './statement.ts'
import { certificateOf, nowMs, sessionsBetween, testNetwork, testValidator, verifiers } from './test-support.ts'

const [alice, bob] = [testValidator(1), testValidator(2)]
const aliceAsValidator: OwnValidator = { certificate: await certificateOf(alice), sign: alice.sign }
const bobAsValidator: OwnValidator = { certificate: await certificateOf(bob), sign: bob.sign }
const [asAlice, asBob] = sessionsBetween(alice, bob)

function depsAt(clock = new ManualClock(nowMs)): BindingDeps {
  return { clock, scheduler: clock, verifyValidator: verifiers.validator }
}

const optionsOf = (session: typeof asAlice, own: OwnValidator) => ({ chainId: testNetwork, session, own })

/** What a side comes to: a validator's id, 'none', or a code. */
function outcome(result: Promise<{ validator: Uint8Array } | null>): Promise<string> {
  return result.then(
    (value) => (value === null ? 'none' : toHex(value.validator)),
    (error: unknown) => (error instanceof NodeError ? error.code : String(error)),
  )
}

async function between(a: OwnValidator, b: OwnValidator, sessions = [asAlice, asBob] as const): Promise<string[]> {
  const [outbound, inbound] = await streamPair()
  return await Promise.all([
    outcome(runBinding(outbound, optionsOf(sessions[0], a), depsAt())),
    outcome(runBinding(inbound, optionsOf(sessions[1], b), depsAt())),
  ])
}

describe('two nodes that say who they are', () => {
  it('know each other as validators, or as none', async () => {
    expect(await between(aliceAsValidator, bobAsValidator)).toEqual([toHex(bob.id), toHex(alice.id)])
    expect(await between(aliceAsValidator, null)).toEqual(['none', toHex(alice.id)])
    expect(await between(null, null)).toEqual(['none', 'none'])
  })

  it('both end where one does not believe the other', async () => {
    const other = sessionsBetween(alice, bob, new Uint8Array(32).fill(0x99))
    const codes = await between(aliceAsValidator, bobAsValidator, [other[0], asBob])
    expect(codes).toContain('BINDING_PROOF_INVALID')
    for (const code of codes) expect(['BINDING_PROOF_INVALID', 'BINDING_REFUSED']).toContain(code)
    // The one that is no validator believes nobody falsely: it is told that it is not connected.
    const [, refused] = await between(null, aliceAsValidator, [asAlice, { ...asAlice, role: 'responder' }])
    expect(refused).toBe('BINDING_REFUSED')
  })

  it('speak on a protocol of their network', () => {
    expect(bindingProtocol(testNetwork)).toBe('/qudag/c1c1c1c1c1c1c1c1/bind/1')
  })
})

describe('another side that does not keep to it', () => {
  async function against(act: (remote: Stream) => Promise<void>, clock = new ManualClock(nowMs)): Promise<string> {
    const [own, remote] = await streamPair()
    const result = outcome(runBinding(own, optionsOf(asAlice, aliceAsValidator), depsAt(clock)))
    await act(remote)
    return await result
  }

  it('and closes at once, or before it has answered, is refused', async () => {
    expect(await against((remote) => remote.close())).toBe('BINDING_REFUSED')
    const statement = await makeStatement(testNetwork, asBob, bobAsValidator)
    const closing = against(async (remote) => {
      await lpStream(remote).write(statement)
      await remote.close()
    })
    expect(await closing).toBe('BINDING_REFUSED')
  })

  it('and sends more than anybody has to say is cut off before it is read', async () => {
    const sending = against(async (remote) => {
      remote.send(Uint8Array.of(0xff, 0xff, 0x7f))
    })
    expect(await sending).toBe('BINDING_MALFORMED')
  })

  it('and answers anything but yes is refused', async () => {
    const statement = await makeStatement(testNetwork, asBob, bobAsValidator)
    for (const answer of [Uint8Array.of(0), Uint8Array.of(1, 1), new Uint8Array(64)]) {
      const saying = against(async (remote) => {
        const messages = lpStream(remote)
        await messages.write(statement)
        await messages.write(answer)
      })
      expect(await saying).toBe('BINDING_REFUSED')
    }
  })

  it('and says nothing is given up after the time-out', async () => {
    const clock = new ManualClock(nowMs)
    const silent = against(async () => clock.advance(limits.timeoutMs), clock)
    expect(await silent).toBe('BINDING_TIMEOUT')
  })
})

describe('a validator of our own', () => {
  it('whose key does not answer is given up after the time-out, and one that cannot sign says so', async () => {
    const clock = new ManualClock(nowMs)
    const [own, remote] = await streamPair()
    const silentKey = { certificate: await certificateOf(alice), sign: () => new Promise<Uint8Array>(() => undefined) }
    const waiting = outcome(runBinding(own, optionsOf(asAlice, silentKey), depsAt(clock)))
    await lpStream(remote).write(await makeStatement(testNetwork, asBob, null))
    clock.advance(limits.timeoutMs)
    expect(await waiting).toBe('BINDING_TIMEOUT')

    const locked: OwnValidator = {
      certificate: await certificateOf(alice),
      sign: () => Promise.reject(new Error('locked')),
    }
    expect((await between(locked, bobAsValidator))[0]).toBe('BINDING_UNSIGNED')
  })

  it('stops when its caller does', async () => {
    const [own] = await streamPair()
    const options = { ...optionsOf(asAlice, aliceAsValidator), signal: AbortSignal.abort() }
    expect(await outcome(runBinding(own, options, depsAt()))).toBe('BINDING_TIMEOUT')
    expect(own.status).toBe('aborted')
  })
})
