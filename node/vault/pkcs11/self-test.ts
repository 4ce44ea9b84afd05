/**
 * Whether a token does what it must, tried with keys that go when the session ends: making keys, signing, encrypting, and
 * refusing to give a key away. The report is for a person who supports such tokens: every check with what the token
 * answered.
 */
import { concatBytes, equalBytes, utf8 } from '../../core/bytes.ts'
import { NodeError } from '../../core/node-error.ts'
import type { Rng } from '../../core/rng.ts'
import { signatureSuites } from '../../crypto/suites.ts'
import type { VaultKeys } from '../types.ts'
import { attributeAnswers } from './attributes.ts'
import { mechanisms as M } from './cryptoki.ts'
import { checkedEcdsa, ecdsaInput } from './ecdsa.ts'
import type { Generate, KeyFacts, MlDsaNumbers, ModuleFacts, TokenFacts } from './messages.ts'
import type { ModuleProcess } from './module-process.ts'
import { numbersFor, type Profile, profileOf, standardNumbers } from './profiles.ts'
import { nameOf } from './token-access.ts'

export interface Check {
  readonly name: string
  /** `skipped`: the token does not offer it. `noted`: told, and no fault. */
  readonly outcome: 'passed' | 'failed' | 'skipped' | 'noted'
  readonly detail: string
}

export interface SelfTestReport {
  readonly module: ModuleFacts
  readonly profile: {
    readonly id: string
    readonly name: string
    readonly testedHere: boolean
    readonly notes: readonly string[]
  }
  readonly token: TokenFacts
  readonly mechanisms: readonly number[]
  readonly mlDsaNumbers: MlDsaNumbers | null
  readonly checks: readonly Check[]
  /**
   * Whether nothing failed, and the token can hold a key of a wallet (ML-DSA-65), or half of one (P-256), or at least seal
   * one (AES-GCM): the best of these.
   */
  readonly verdict: 'signs' | 'co-signs' | 'seals' | 'failed' | 'unsuitable'
}

export interface SelfTestDeps {
  readonly rng: Rng
  readonly verify: VaultKeys['verify']
  /** A key that the token has made wants a PIN for each signature, this one under this ticket. */
  readonly approve?: (ticket: Uint8Array) => void
}

/** The token must be logged in. @param numbers of ML-DSA, where the profile's are not right */
export async function runSelfTest(
  module: ModuleProcess,
  token: TokenFacts,
  numbers: MlDsaNumbers | undefined,
  { rng, verify, approve }: SelfTestDeps,
): Promise<SelfTestReport> {
  const profile = profileOf(module.facts)
  const name = nameOf(token)
  const { mechanisms } = await module.request('mechanisms', { token: name })
  const mlDsa = numbers ?? numbersFor(profile, mechanisms)
  const checks: Check[] = []
  const add = (name: string, outcome: Check['outcome'], detail: string): boolean => {
    checks.push({ name, outcome, detail })
    return outcome === 'passed'
  }
  /** A check that throws has failed, or was not offered. */
  const tried = async (name: string, run: () => Promise<string>, skips = false): Promise<boolean> => {
    try {
      return add(name, 'passed', await run())
    } catch (error) {
      if (!(error instanceof NodeError)) return add(name, 'failed', (error as Error).message)
      if (!error.code.startsWith('HSM_') || fatal.has(error.code)) throw error
      const { function: called = '', answer = '' } = error.details
      const isMissing = skips && error.code === 'HSM_UNSUPPORTED'
      return add(name, isMissing ? 'skipped' : 'failed', `${error.code} ${called} ${answer}`.trim())
    }
  }
  const make = async (kind: Generate['kind'], mayWrap = false): Promise<KeyFacts> => {
    const wish = {
      kind,
      id: rng.bytes(8),
      label: 'qudag self-test',
      keep: false,
      numbers: mlDsa ?? standardNumbers,
      mayWrap,
    }
    return module.request('generate', { token: name, wish })
  }
  const common = { token: name, numbers: mlDsa ?? standardNumbers }
  const keyName = (facts: KeyFacts) => ({ kind: facts.kind, id: facts.id, publicKey: facts.publicKey })

  let wrapper: KeyFacts | undefined
  await tried(
    'AES key generation',
    async () => {
      wrapper = await make('aes', true)
      return '256 bits'
    },
    true,
  )

  let signs = false
  if (mlDsa === undefined) add('ML-DSA-65', 'skipped', 'none of the known mechanism numbers is listed')
  else {
    let key: KeyFacts | undefined
    await tried('ML-DSA-65 key generation', async () => {
      key = await make('ml-dsa')
      const { publicKeyBytes } = signatureSuites['ML-DSA-65']
      if (key.publicKey?.length !== publicKeyBytes) throw new Error(`public key of ${key.publicKey?.length} bytes`)
      return `mechanism 0x${mlDsa.generate.toString(16)}`
    })
    if (key !== undefined) {
      const made = key
      signs = await tried('ML-DSA-65 signature, verified here', () => signAndVerify(made, mlDsa))
      for (const check of attributeChecks(made, 'ML-DSA-65', profile)) checks.push(check)
      await refusalChecks(made, 'ML-DSA-65')
    }
  }

  let ec: KeyFacts | undefined
  await tried(
    'ECDSA P-256 key generation',
    async () => {
      ec = await make('ec')
      return `mechanism 0x${M.EC_KEY_PAIR_GEN.toString(16)}`
    },
    true,
  )
  let coSigns = false
  if (ec !== undefined) {
    const made = ec
    coSigns = await tried('ECDSA P-256 signature, low s, verified here', () => signClassical(made))
    for (const check of attributeChecks(made, 'P-256', profile)) checks.push(check)
    await refusalChecks(made, 'P-256')
  }
  const seals = await tried('AES-GCM with additional data, altered data refused', sealAndOpen, true)

  const failed = checks.some(({ outcome }) => outcome === 'failed')
  const { id, name: profileName, tested, notes } = profile
  return {
    module: module.facts,
    profile: { id, name: profileName, testedHere: tested, notes },
    token,
    mechanisms: mechanisms.toSorted((a, b) => a - b),
    mlDsaNumbers: mlDsa ?? null,
    checks,
    verdict: failed ? 'failed' : signs ? 'signs' : coSigns ? 'co-signs' : seals ? 'seals' : 'unsuitable',
  }

  async function signAndVerify(key: KeyFacts, { sign: mechanism }: MlDsaNumbers): Promise<string> {
    // Where somebody has to type a PIN for each, one says enough.
    const messages =
      key.alwaysAuthenticate === true
        ? [new Uint8Array(8_192).fill(0x5a)]
        : [utf8('qudag self-test'), rng.bytes(300), new Uint8Array(8_192).fill(0x5a)]
    for (const message of messages) {
      const signature = await module.sign({ ...common, key: keyName(key), mechanism, message }, approve)
      const publicKey = key.publicKey ?? new Uint8Array()
      if (!verify('ML-DSA-65', publicKey, message, signature)) throw new Error('a signature does not verify')
      if (verify('ML-DSA-65', publicKey, concatBytes(message, Uint8Array.of(0)), signature)) {
        throw new Error('a signature verifies for another message')
      }
    }
    return `${messages.length} messages of up to 8,192 bytes`
  }

  async function signClassical(key: KeyFacts): Promise<string> {
    const message = utf8('qudag self-test')
    let high = 0
    const rounds = key.alwaysAuthenticate === true ? 1 : 8
    for (let i = 0; i < rounds; i++) {
      const input = { ...common, key: keyName(key), mechanism: M.ECDSA, message: ecdsaInput(message) }
      const signature = await module.sign(input, approve)
      const low = checkedEcdsa(key.publicKey ?? new Uint8Array(), message, signature)
      if (low === undefined) throw new Error('a signature does not verify')
      if (!equalBytes(low, signature)) high += 1
    }
    return `${high} of ${rounds} came with the larger s and were brought to the smaller`
  }

  async function sealAndOpen(): Promise<string> {
    const key = keyName(await make('aes'))
    const [iv, additionalData, data] = [rng.bytes(12), utf8('version 1'), rng.bytes(48)]
    const input = { ...common, key, iv, additionalData }
    const sealed = (await module.request('crypt', { ...input, direction: 'encrypt', data })).data
    const opened = (await module.request('crypt', { ...input, direction: 'decrypt', data: sealed })).data
    if (!equalBytes(opened, data)) throw new Error('what comes out is not what was put in')
    const altered = Uint8Array.from(sealed)
    altered[0] = (altered[0] ?? 0) ^ 1
    for (const change of [{ data: altered }, { data: sealed, additionalData: utf8('version 2') }]) {
      const answer = await module.request('crypt', { ...input, direction: 'decrypt', ...change }).then(
        () => 'opened',
        (error: NodeError) => error.code,
      )
      if (answer === 'opened') throw new Error('altered data are opened')
      if (fatal.has(answer)) throw new Error(answer)
    }
    return `${8 * (sealed.length - data.length)} bits of tag`
  }

  async function refusalChecks(key: KeyFacts, what: string): Promise<void> {
    const { tries } = await module.request('refusals', {
      ...common,
      key: keyName(key),
      wrapWith: wrapper?.id ?? null,
    })
    for (const { what: tryOf, given, answer } of tries) {
      add(
        `${what}: ${tryOf}`,
        given ? 'failed' : 'passed',
        given ? `the key was given away: ${answer}` : `refused: ${answer}`,
      )
    }
    if (wrapper === undefined) add(`${what}: wrap`, 'skipped', 'the token makes no AES key to wrap with')
  }
}

/** What keeps every further check from saying anything ends the test. */
const fatal: ReadonlySet<string> = new Set([
  'HSM_MODULE_CRASHED',
  'HSM_MODULE_HANGS',
  'HSM_STOPPED',
  'HSM_TOKEN_ABSENT',
  'HSM_PIN_REQUIRED',
  'HSM_ANSWER_MALFORMED',
])

function attributeChecks(key: KeyFacts, what: string, profile: Profile): Check[] {
  return attributeAnswers(key, profile).map(({ name, said, isRight, isKnownMistake }) => {
    const detail = said === null ? 'not reported' : `reported as ${said}`
    if (said === null) return { name: `${what}: ${name}`, outcome: 'skipped', detail }
    if (isRight) return { name: `${what}: ${name}`, outcome: 'passed', detail }
    return {
      name: `${what}: ${name}`,
      outcome: isKnownMistake ? 'noted' : 'failed',
      detail: isKnownMistake ? `${detail}, which this module does for keys it has made` : detail,
    }
  })
}
