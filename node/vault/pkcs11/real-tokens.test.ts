import { renameSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { utf8 } from '../../core/bytes.ts'
import { systemRng } from '../../crypto/index.ts'
import { nobleKeys } from '../testing/noble-keys.ts'
import { codeOf } from '../testing/refusal.ts'
import { standardNumbers } from './profiles.ts'
import { runSelfTest } from './self-test.ts'
import { nssToken, officerPin, type RealToken, softHsm, userPin } from './testing/real-tokens.ts'
import { chooseToken, initialiseToken, logIn, nameOf, requireUsable } from './token-access.ts'

const deps = { rng: systemRng, verify: nobleKeys.verify }

describe('SoftHSM', () => {
  let real: RealToken | undefined
  afterEach(() => real?.remove())

  const initialised = async (token: RealToken) => {
    const module = await token.start()
    const empty = await chooseToken(module, undefined)
    expect(empty).toMatchObject({ initialised: false, serial: '' })
    expect(() => requireUsable(empty)).toThrow('not initialised')
    await initialiseToken(module, empty, 'test token', { officer: utf8(officerPin), user: utf8(userPin) })
    return { module, facts: await chooseToken(module, 'test token') }
  }

  it('is initialised once, and never again over its keys', async (context) => {
    real = softHsm(context)
    const { module, facts } = await initialised(real)
    expect(facts).toMatchObject({ initialised: true, userPinSet: true, label: 'test token', tries: 'unknown' })
    const again = initialiseToken(module, facts, 'other', { officer: utf8(officerPin), user: utf8(userPin) })
    expect(await codeOf(again)).toBe('HSM_ALREADY_INITIALISED')
    expect((await chooseToken(module, 'test token')).serial).toBe(facts.serial)
  })

  it('passes the self-test as a token that seals and holds one half of a key', async (context) => {
    real = softHsm(context)
    const { module, facts } = await initialised(real)
    await logIn(module, facts, utf8(userPin))
    const report = await runSelfTest(module, facts, undefined, deps)
    expect(report.checks.filter(({ outcome }) => outcome === 'failed')).toEqual([])
    expect(report).toMatchObject({
      verdict: 'co-signs',
      mlDsaNumbers: null,
      profile: { id: 'softhsm', testedHere: true },
    })
    const names = report.checks.filter(({ outcome }) => outcome === 'passed').map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining([
        'ECDSA P-256 signature, low s, verified here',
        'P-256: read VALUE',
        'P-256: wrap with AES_CBC_PAD',
        'P-256: LOCAL',
        'AES-GCM with additional data, altered data refused',
      ]),
    )
    // Keys of the test are gone with it.
    expect((await module.request('keys', { token: nameOf(facts), numbers: standardNumbers })).keys).toEqual([])
  })

  it('says that a PIN was wrong and that few tries are left, and asks for the PIN before a key is used', async (context) => {
    real = softHsm(context)
    const { module, facts } = await initialised(real)
    expect(await codeOf(runSelfTest(module, facts, undefined, deps))).toBe('HSM_PIN_REQUIRED')
    expect(await codeOf(logIn(module, facts, utf8('wrong-pin')))).toBe('HSM_PIN_FEW_TRIES')
    expect((await chooseToken(module, 'test token')).tries).toBe('few')
    expect(await codeOf(logIn(module, facts, utf8('no')))).toBe('HSM_PIN_UNSUITABLE')
  })

  it('is absent, not empty, when its folder has gone', async (context) => {
    real = softHsm(context)
    const { module, facts } = await initialised(real)
    await logIn(module, facts, utf8(userPin))
    renameSync(real.storage, `${real.storage}-gone`)
    expect(await codeOf(module.request('keys', { token: nameOf(facts), numbers: standardNumbers }))).toBe(
      'HSM_TOKEN_ABSENT',
    )
    renameSync(`${real.storage}-gone`, real.storage)
  })
})

describe('NSS softoken', () => {
  let real: RealToken | undefined
  afterEach(() => real?.remove())

  it('holds ML-DSA-65 and signs with it; the self-test finds that it wraps what must not be wrapped', async (context) => {
    real = nssToken(context)
    const module = await real.start()
    const empty = await chooseToken(module, 'NSS Certificate DB')
    await initialiseToken(module, empty, 'ignored', { officer: new Uint8Array(), user: utf8(userPin) })
    const facts = await chooseToken(module, undefined)
    expect(facts).toMatchObject({ label: 'NSS Certificate DB', loginRequired: true })
    await logIn(module, facts, utf8(userPin))
    const report = await runSelfTest(module, facts, undefined, deps)
    expect(report).toMatchObject({ mlDsaNumbers: standardNumbers, profile: { id: 'nss' }, verdict: 'failed' })
    const named = (outcome: string) =>
      report.checks.filter((check) => check.outcome === outcome).map(({ name }) => name)
    expect(named('passed')).toEqual(
      expect.arrayContaining([
        'ML-DSA-65 key generation',
        'ML-DSA-65 signature, verified here',
        'ML-DSA-65: read VALUE',
        'ML-DSA-65: read SEED',
        'ML-DSA-65: NEVER_EXTRACTABLE',
        'AES-GCM with additional data, altered data refused',
      ]),
    )
    expect(named('noted')).toEqual(expect.arrayContaining(['ML-DSA-65: LOCAL']))
    // A finding of the test, not of this file: NSS gives away by wrapping what it made as not extractable.
    expect(named('failed').every((name) => /: wrap with /.test(name))).toBe(true)
    expect(named('failed')).toContain('ML-DSA-65: wrap with AES_CBC_PAD')
  })
})
