/** Work on a token's bench: PINs that a key wants in between, a bench that nobody uses, too many of them, and the lock. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fromHex, toHex, utf8 } from '../../core/bytes.ts'
import { systemRng } from '../../crypto/index.ts'
import { codeOf } from '../testing/refusal.ts'
import { limits } from './limits.ts'
import type { TokenName } from './messages.ts'
import type { PairWish } from './pair.ts'
import { createPairings } from './pairing.ts'
import { sendPin } from './send-pin.ts'
import { buildFaultyToken, requireFaultyToken, rightPin, token } from './testing/faulty-token.ts'
import { P256Token } from './testing/p256-token.ts'
import { officerPin, softHsm, userPin } from './testing/real-tokens.ts'
import { chooseToken, initialiseToken } from './token-access.ts'
import { type Bench, createTokenWorkbench, type TokenWorkbench } from './workbench.ts'

const wish: PairWish = { kind: 'ec', keyId: undefined, generate: false, label: 'card', numbers: undefined }

describe('a bench', () => {
  let dataDir: string
  let faulty: P256Token
  let bench: TokenWorkbench
  let told: () => void

  const create = (): TokenWorkbench =>
    createTokenWorkbench({
      ...{ processHost: faulty.host, scheduler: faulty.clock, clock: faulty.clock, rng: systemRng },
      ...{ verify: () => false, audit: () => undefined, pairings: createPairings(dataDir) },
      pinFolder: async () => faulty.folder,
      changed: () => told(),
    })
  const module = (): Bench => ({
    module: {
      ...{ path: buildFaultyToken(), initString: null, libraryPath: null },
      variables: { QUDAG_TEST_TOKEN_DIR: faulty.folder },
    },
  })
  const give = async (
    session: string,
    purpose: 'login' | 'change' | 'use',
    pins: readonly string[],
    name: TokenName = token,
  ): Promise<void> => {
    const { pin } = await bench.expectPin(session, name, purpose)
    if (pin === null) throw new Error('no PIN is asked for')
    await sendPin(pin.socket, fromHex(pin.ticket) ?? new Uint8Array(), pins.map(utf8))
  }
  /** Opened, and logged in. */
  const opened = async (): Promise<string> => {
    const { session } = await bench.open(module())
    await give(session, 'login', [rightPin])
    return session
  }
  const nextChange = (): Promise<void> =>
    new Promise((resolve) => {
      told = resolve
    })

  beforeEach((context) => {
    requireFaultyToken(context)
    dataDir = mkdtempSync(join(tmpdir(), 'qudag-bench-'))
    faulty = new P256Token()
    told = () => undefined
    bench = create()
  })
  afterEach(() => {
    bench.closeAll()
    faulty.remove()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('asks for the PIN that a key wants for the signature which proves it, and pairs it then', async () => {
    faulty.set({ 'always-authenticate': 1 })
    const session = await opened()
    expect((await bench.expectPin(session, token, 'use')).pin).toBeNull()
    const waits = nextChange()
    const pairing = bench.pair(session, token, wish)
    await waits
    expect(await createPairings(dataDir).list()).toEqual([])
    await give(session, 'use', [rightPin])
    const { key } = await pairing
    expect(key.publicKey).toBe(toHex(faulty.point))
    expect((await bench.expectPin(session, token, 'use')).pin).toBeNull()
    // Once for the login, once for the signature, and never by itself.
    expect(faulty.calls('C_Login')).toHaveLength(2)
  })

  it('pairs nothing where that PIN is wrong, and tries it once', async () => {
    faulty.set({ 'always-authenticate': 1 })
    const session = await opened()
    const waits = nextChange()
    const refused = codeOf(bench.pair(session, token, wish))
    await waits
    expect(await codeOf(give(session, 'use', ['9999']))).toBe('HSM_PIN_FEW_TRIES')
    expect(await refused).toBe('HSM_PIN_FEW_TRIES')
    expect(await createPairings(dataDir).list()).toEqual([])
    expect(faulty.calls('C_Login')).toHaveLength(2)
    expect(faulty.digests).toEqual([])
  })

  it('asks for it in the self-test too, once for the one signature of it', async () => {
    faulty.set({ 'always-authenticate': 1 })
    const session = await opened()
    const waits = nextChange()
    const testing = bench.test(session, token)
    await waits
    await give(session, 'use', [rightPin])
    const { checks } = await testing
    expect(checks.find(({ name }) => name.startsWith('ECDSA P-256 signature'))?.outcome).toBe('passed')
    expect(faulty.digests).toHaveLength(1)
  })

  it('removes a key that it had made and that is good for nothing', async () => {
    const session = await opened()
    faulty.answer = (signature) => signature.map((byte, at) => (at === 5 ? byte ^ 1 : byte))
    expect(await codeOf(bench.pair(session, token, { ...wish, generate: true }))).toBe('SIGNATURE_SELF_CHECK_FAILED')
    expect(faulty.calls('C_DestroyObject').length).toBeGreaterThan(0)
    expect(await createPairings(dataDir).list()).toEqual([])
  })

  it('leaves a key alone that was there, whatever it signs', async () => {
    const session = await opened()
    faulty.answer = (signature) => signature.map((byte, at) => (at === 5 ? byte ^ 1 : byte))
    expect(await codeOf(bench.pair(session, token, wish))).toBe('SIGNATURE_SELF_CHECK_FAILED')
    expect(faulty.calls('C_DestroyObject')).toEqual([])
  })

  it('ends when nobody has used it for a while, and not before', async () => {
    const session = await opened()
    faulty.clock.advance(limits.benchIdleMs - 1)
    await bench.expectPin(session, token, 'use')
    faulty.clock.advance(limits.benchIdleMs - 1)
    const { token: facts, pin } = await bench.expectPin(session, token, 'login')
    expect(facts.serial).toBe(token.serial)
    const process = bench.moduleAt(pin?.socket ?? '')
    faulty.clock.advance(limits.benchIdleMs)
    expect(await codeOf(bench.expectPin(session, token, 'login'))).toBe('HSM_STOPPED')
    expect((await process?.ended)?.code).toBe('HSM_STOPPED')
  })

  it('opens no more of them than each has a process for', async () => {
    const sessions: string[] = []
    for (let i = 0; i < limits.maxBenches; i += 1) sessions.push((await bench.open(module())).session)
    expect(await codeOf(bench.open(module()))).toBe('HSM_BUSY')
    bench.close(sessions[0] ?? '')
    expect((await bench.open(module())).tokens).toHaveLength(1)
  })

  it('ends all of them at a lock, with what is under way, and signs nothing after', async () => {
    const session = await opened()
    const other = await bench.open(module())
    faulty.set({ sign: 'hang' })
    const pairing = codeOf(bench.pair(session, token, wish))
    await faulty.called('C_Sign')
    bench.closeAll()
    expect(await pairing).toBe('HSM_STOPPED')
    for (const one of [session, other.session]) {
      expect(await codeOf(bench.expectPin(one, token, 'login'))).toBe('HSM_STOPPED')
    }
    expect(await createPairings(dataDir).list()).toEqual([])
  })

  it('takes no PIN for a token with a keypad, nor another PIN', async () => {
    faulty.set({ 'protected-path': 1 })
    const { session } = await bench.open(module())
    expect((await bench.expectPin(session, token, 'login')).pin).toBeNull()
    expect(await codeOf(bench.expectPin(session, token, 'change'))).toBe('HSM_UNSUPPORTED')
  })

  it('gives a token another PIN: the old one is refused then', async (context) => {
    const real = softHsm(context)
    try {
      const first = await real.start()
      const empty = await chooseToken(first, undefined)
      await initialiseToken(first, empty, 'wallet', { officer: utf8(officerPin), user: utf8(userPin) })
      first.stop()
      const { path, initString, libraryPath, variables } = real.options
      const what: Bench = { module: { path, initString, libraryPath, variables } }
      const { session, tokens } = await bench.open(what)
      const { serial, label } = tokens.find(({ userPinSet }) => userPinSet) ?? token
      expect(await codeOf(give(session, 'change', ['not the PIN', 'another-PIN-9'], { serial, label }))).toMatch(
        /^HSM_PIN_(WRONG|FEW_TRIES)$/,
      )
      await give(session, 'change', [userPin, 'another-PIN-9'], { serial, label })
      bench.close(session)
      const { session: next } = await bench.open(what)
      expect(await codeOf(give(next, 'login', [userPin], { serial, label }))).toMatch(/^HSM_PIN_(WRONG|FEW_TRIES)$/)
      await give(next, 'login', ['another-PIN-9'], { serial, label })
    } finally {
      bench.closeAll()
      real.remove()
    }
  })
})
