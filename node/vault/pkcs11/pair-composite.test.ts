/** Pairing the P-256 half of a composite key: what is written down, and what never is. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { equalBytes, toHex, utf8 } from '../../core/bytes.ts'
import { NodeError } from '../../core/node-error.ts'
import { systemRng } from '../../crypto/index.ts'
import { lowS } from './ecdsa.ts'
import type { ModuleProcess } from './module-process.ts'
import { type PairWish, pairKey } from './pair.ts'
import { createPairings, pairingFolder } from './pairing.ts'
import { requireFaultyToken, rightPin } from './testing/faulty-token.ts'
import { P256Token } from './testing/p256-token.ts'
import { officerPin, type RealToken, softHsm, userPin } from './testing/real-tokens.ts'
import { chooseToken, initialiseToken, logIn } from './token-access.ts'

const clock = { nowMs: () => 1_796_000_000_000 }
const wish: PairWish = { kind: 'ec', keyId: undefined, generate: false, label: 'card', numbers: undefined }

describe('pairing a P-256 key', () => {
  let dataDir: string
  let token: P256Token | RealToken | undefined
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'qudag-pairing-'))
  })
  afterEach(() => {
    token?.remove()
    token = undefined
    rmSync(dataDir, { recursive: true, force: true })
  })

  const pairOn = async (at: P256Token | RealToken, module: ModuleProcess, change: Partial<PairWish> = {}) => {
    const options = at instanceof P256Token ? at.options() : at.options
    const facts = await chooseToken(module, undefined)
    await logIn(module, facts, utf8(at instanceof P256Token ? rightPin : userPin))
    const deps = { pairings: createPairings(dataDir), verify: () => false, clock, rng: systemRng }
    return pairKey(module, options, facts, { ...wish, ...change }, deps)
  }
  const errorOf = async (work: Promise<unknown>): Promise<NodeError> => {
    const outcome = await work.catch((error: unknown) => error)
    if (outcome instanceof NodeError) return outcome
    throw new Error(`nothing was refused: ${JSON.stringify(outcome)}`)
  }
  const folder = () => join(dataDir, pairingFolder)

  it('is made in SoftHSM, and the file has its point and nothing secret', async (context) => {
    const real = softHsm(context)
    token = real
    const module = await real.start()
    const empty = await chooseToken(module, undefined)
    await initialiseToken(module, empty, 'wallet', { officer: utf8(officerPin), user: utf8(userPin) })
    const made = await pairOn(real, module, { generate: true })
    expect(made).toMatchObject({
      version: 2,
      key: { kind: 'ec', publicKey: expect.stringMatching(/^04[0-9a-f]{128}$/) },
    })
    const path = join(folder(), `${made.id}.json`)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readFileSync(path, 'utf8')).not.toContain(userPin)
    // Of the version that older programs leave alone, and of no other.
    await expect(createPairings(dataDir).save({ ...made, version: 1 })).rejects.toThrow()
    // The only one there is, found again; and another one is another pairing.
    expect((await pairOn(real, module)).id).toBe(made.id)
    const second = await pairOn(real, module, { generate: true, label: 'second' })
    expect(second.key.publicKey).not.toBe(made.key.publicKey)
    expect(await createPairings(dataDir).list()).toHaveLength(2)
    expect((await errorOf(pairOn(real, module))).code).toBe('HSM_TOKEN_AMBIGUOUS')
  })

  it('takes the point wrapped or bare, and the smaller s of either', async (context) => {
    requireFaultyToken(context)
    const faulty = new P256Token()
    token = faulty
    const module = await faulty.start()
    const made = await pairOn(faulty, module)
    expect(made.key.publicKey).toBe(toHex(faulty.point))
    writeFileSync(join(faulty.folder, 'public-key.bin'), faulty.point)
    faulty.answer = (signature) => {
      const low = lowS(signature) as Uint8Array
      return equalBytes(low, signature) ? otherS(signature) : signature
    }
    expect((await pairOn(faulty, module)).id).toBe(made.id)
  })

  it('writes nothing where the proof is none, the key could have left, or it is no P-256 key', async (context) => {
    requireFaultyToken(context)
    const faulty = new P256Token()
    token = faulty
    const module = await faulty.start()
    const refused = async () => {
      const { code, details } = await errorOf(pairOn(faulty, module))
      return details.attribute === undefined ? code : `${code} ${details.attribute}`
    }
    faulty.answer = (signature) => signature.with(40, (signature[40] as number) ^ 1)
    expect(await refused()).toBe('SIGNATURE_SELF_CHECK_FAILED')
    faulty.answer = (signature) => signature.subarray(1)
    expect(await refused()).toBe('SIGNATURE_SELF_CHECK_FAILED')
    faulty.answer = (signature) => signature
    faulty.set({ local: 0 })
    expect(await refused()).toBe('HSM_KEY_EXPOSED LOCAL')
    faulty.set({ local: 1, extractable: 1 })
    expect(await refused()).toBe('HSM_KEY_EXPOSED EXTRACTABLE')
    faulty.set({ extractable: 0 })
    for (const bytes of [
      faulty.point.with(64, (faulty.point[64] as number) ^ 1),
      faulty.point.subarray(1),
      new Uint8Array(97),
    ]) {
      writeFileSync(join(faulty.folder, 'public-key.bin'), bytes)
      expect(await refused()).toBe('HSM_UNSUPPORTED')
    }
    expect(existsSync(folder())).toBe(false)
    // That of the token, so that what was refused before was refused for its own sake.
    writeFileSync(join(faulty.folder, 'public-key.bin'), faulty.point)
    await pairOn(faulty, module)
    expect(existsSync(folder())).toBe(true)
  })
})

function otherS(signature: Uint8Array): Uint8Array {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
  const s = (order - BigInt(`0x${toHex(signature.subarray(32))}`)).toString(16).padStart(64, '0')
  return Uint8Array.from([...signature.subarray(0, 32), ...Buffer.from(s, 'hex')])
}
