/** What ends a login, and that nothing is signed after it: the token taken out, a lock, its pairing forgotten. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fromHex, utf8 } from '../../core/bytes.ts'
import { systemRng } from '../../crypto/index.ts'
import { codeOf } from '../testing/refusal.ts'
import type { TokenKey } from '../types.ts'
import { createHardwareKeys, type HardwareKeys } from './hardware-keys.ts'
import { limits } from './limits.ts'
import { pairKey } from './pair.ts'
import { createPairings, pairingFolder } from './pairing.ts'
import { sendPin } from './send-pin.ts'
import { requireFaultyToken, rightPin } from './testing/faulty-token.ts'
import { P256Token } from './testing/p256-token.ts'
import { chooseToken, logIn } from './token-access.ts'

/** The longest that a token's login may outlive the token, ms. */
const longestMs = 2_000

describe('hardware keys', () => {
  let dataDir: string
  let faulty: P256Token
  let keys: HardwareKeys
  let card: TokenKey
  let audited: string[]
  let told: () => void

  const sign = () => keys.sign(card, utf8('pay 3'), { what: 'message', text: 'pay 3' })
  const unlock = async (): Promise<void> => {
    const { pin } = await keys.unlock('card')
    await sendPin(pin?.socket ?? '', fromHex(pin?.ticket ?? '') ?? new Uint8Array(), [utf8(rightPin)])
    await until('unlocked')
  }
  const state = async () => (await keys.list()).map((key) => key.state)
  /** Once the keys say so, at a change that they tell of. */
  const until = async (wanted: string): Promise<void> => {
    while ((await state())[0] !== wanted) {
      await new Promise<void>((resolve) => {
        told = resolve
        setTimeout(resolve, 50)
      })
    }
  }

  beforeEach(async (context) => {
    requireFaultyToken(context)
    dataDir = mkdtempSync(join(tmpdir(), 'qudag-hardware-keys-'))
    faulty = new P256Token()
    audited = []
    told = () => undefined
    const module = await faulty.start()
    const facts = await chooseToken(module, undefined)
    await logIn(module, facts, utf8(rightPin))
    const wish = { kind: 'ec', keyId: undefined, generate: false, label: 'card', numbers: undefined } as const
    const deps = { pairings: createPairings(dataDir), verify: () => false, clock: faulty.clock, rng: systemRng }
    await pairKey(module, faulty.options(), facts, wish, deps)
    module.stop()
    keys = createHardwareKeys(
      { dataDir, pinFolder: async () => faulty.folder },
      {
        ...{ processHost: faulty.host, scheduler: faulty.clock, rng: systemRng, verify: () => false },
        audit: (action) => void audited.push(action),
        changed: () => told(),
      },
    )
    card = await keys.bind('card')
  })
  afterEach(() => {
    keys.lock()
    faulty.remove()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('ends the login within two seconds of the token being taken out, and signs nothing after', async () => {
    await unlock()
    expect(await sign()).toHaveLength(64)
    const signed = faulty.digests.length
    faulty.set({ slots: '0009@5' })
    expect(limits.slotPollMs).toBeLessThan(longestMs)
    faulty.clock.advance(longestMs)
    await until('absent')
    expect(audited).toContain('hsm.token.removed')
    expect(await codeOf(sign())).toBe('HSM_TOKEN_ABSENT')
    // Back again it is locked: the login went with it.
    faulty.set({ slots: '0001@7' })
    faulty.clock.advance(longestMs)
    await until('locked')
    expect(await codeOf(sign())).toBe('HSM_PIN_REQUIRED')
    expect(faulty.digests).toHaveLength(signed)
    await unlock()
    expect(await sign()).toHaveLength(64)
  })

  it('signs nothing after a lock, and has no process left that could', async () => {
    await unlock()
    const { pin } = await keys.unlock('card')
    const process = keys.moduleAt(pin?.socket ?? '')
    const signed = faulty.digests.length
    keys.lock()
    expect((await process?.ended)?.code).toBe('HSM_STOPPED')
    await process?.child.ended
    expect(await codeOf(sign())).toBe('HSM_PIN_REQUIRED')
    expect(await state()).toEqual(['locked'])
    expect(faulty.digests).toHaveLength(signed)
  })

  it('never takes a token that shows no keys for one that has none', async () => {
    await unlock()
    faulty.set({ keys: 0 })
    expect(await codeOf(sign())).toBe('HSM_KEY_NOT_SHOWN')
    faulty.set({ slots: '0009@5' })
    expect(await codeOf(sign())).toBe('HSM_TOKEN_ABSENT')
    expect(await createPairings(dataDir).list()).toHaveLength(1)
  })

  it('serves two who ask at once one after the other, each with its own signature', async () => {
    await unlock()
    const [first, second] = await Promise.all(
      ['one', 'two'].map((text) => keys.sign(card, utf8(text), { what: 'message', text })),
    )
    expect(first).not.toEqual(second)
    const calls = faulty.calls().filter((call) => call === 'C_SignInit' || call === 'C_Sign')
    expect(calls.slice(-4)).toEqual(['C_SignInit', 'C_Sign', 'C_SignInit', 'C_Sign'])
  })

  it('says of a token that is not there that it is not, and sees it when it comes', async () => {
    faulty.set({ slots: '0009@5' })
    expect(await codeOf(keys.unlock('card'))).toBe('HSM_TOKEN_ABSENT')
    expect(await state()).toEqual(['absent'])
    faulty.set({ slots: '0009@5,0001@6' })
    faulty.clock.advance(longestMs)
    await until('locked')
  })

  it('renames a pairing, and leaves the login and the accounts of the key as they are', async () => {
    await unlock()
    expect((await keys.rename('card', 'blue card')).label).toBe('blue card')
    expect(await state()).toEqual(['unlocked'])
    expect(await sign()).toHaveLength(64)
    expect(await codeOf(keys.rename('card', 'other'))).toBe('HSM_NOT_PAIRED')
  })

  it('forgets a pairing with its process, and signs nothing with it after; the key is still in the token', async () => {
    await unlock()
    const { pin } = await keys.unlock('card')
    const process = keys.moduleAt(pin?.socket ?? '')
    await keys.forget('card')
    expect((await process?.ended)?.code).toBe('HSM_STOPPED')
    expect(readdirSync(join(dataDir, pairingFolder))).toEqual([])
    expect(await codeOf(sign())).toBe('HSM_NOT_PAIRED')
    expect(faulty.calls('C_DestroyObject')).toEqual([])
  })
})
