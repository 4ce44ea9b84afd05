import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { concatBytes, fromHex, toHex, utf8 } from '../core/bytes.ts'
import { generateKeyPair, sha256 } from '../crypto/index.ts'
import { accountIdOf, formatAddress, parseAddress } from '../ledger/index.ts'
import type { Node } from '../node.ts'
import { codeOf, ended, passwordBytes, startTestNode, temporaryDataDir } from './test-support.ts'
import type { SignedMessageView } from './types.ts'

const ruv = 1_000_000n
const folder = temporaryDataDir()
let node: Node
let alice = ''

beforeAll(async () => {
  node = await startTestNode(folder.path)
  const { phrase } = await node.services.vault.init({ password: passwordBytes() })
  phrase.fill(0)
  alice = (await node.services.accounts.create({ label: 'alice' })).address
})
afterAll(async () => {
  await node.stop()
  folder.remove()
})

const bytesOf = (hex: string): Uint8Array => fromHex(hex) as Uint8Array
const text = 'I am the one who asks.\nNonce 7, “Ü” 🦆'
const sign = (message = text, account = 'alice', tokenId?: string) =>
  node.services.messages.sign({ account, message, tokenId })
type Verify = Parameters<Node['services']['messages']['verify']>[0]
const verify = ({ address, message, signature, publicKey, suite }: SignedMessageView, change: Partial<Verify> = {}) =>
  node.services.messages.verify({
    address,
    message,
    signature: bytesOf(signature),
    publicKey: bytesOf(publicKey),
    suite,
    ...change,
  })

describe('a signed message', () => {
  it('is whole: whoever has it finds it sound', async () => {
    const signed = await sign()
    expect(signed).toMatchObject({ address: alice, message: text, suite: 'ML-DSA-65' })
    expect(await verify(signed)).toEqual({ valid: true })
    // Signed again it may have another signature, which is as good.
    expect(await verify(await sign())).toEqual({ valid: true })
    expect(await verify(await sign(''))).toEqual({ valid: true })
  })

  it('is verified by a key that is given, or by one that is known here', async () => {
    const signed = await sign()
    expect(await verify(signed, { suite: undefined })).toEqual({ valid: true })
    // The vault's own, which the ledger has not seen yet.
    expect(await verify(signed, { publicKey: undefined, suite: undefined })).toEqual({ valid: true })
    const stranger = generateKeyPair('ML-DSA-65')
    const address = formatAddress('development', accountIdOf('ML-DSA-65', stranger.publicKey))
    expect(await verify(signed, { address, publicKey: undefined })).toEqual({
      valid: false,
      reason: 'PUBLIC_KEY_REQUIRED',
    })
    await ended(node, (await node.services.transactions.faucet({ account: 'alice', amountMicroRuv: ruv })).txId)
    expect(await verify(signed, { publicKey: undefined })).toEqual({ valid: true })
  })

  it('says what is wrong with one that is not', async () => {
    const signed = await sign()
    const signature = bytesOf(signed.signature)
    const publicKey = bytesOf(signed.publicKey)
    const other = generateKeyPair('ML-DSA-65').publicKey
    const reasonOf = async (change: Partial<Verify>) => (await verify(signed, change)).reason
    expect(await reasonOf({ message: `${text} ` })).toBe('SIGNATURE_INVALID')
    expect(await reasonOf({ signature: signature.map((byte, index) => (index === 9 ? byte ^ 1 : byte)) })).toBe(
      'SIGNATURE_INVALID',
    )
    expect(await reasonOf({ signature: signature.subarray(1) })).toBe('SIGNATURE_LENGTH')
    expect(await reasonOf({ signature: new Uint8Array() })).toBe('SIGNATURE_LENGTH')
    expect(await reasonOf({ publicKey: other })).toBe('PUBLIC_KEY_MISMATCH')
    expect(await reasonOf({ publicKey: publicKey.subarray(1) })).toBe('PUBLIC_KEY_LENGTH')
    expect(await reasonOf({ suite: 'ML-DSA-87' })).toBe('PUBLIC_KEY_LENGTH')
    expect(await reasonOf({ suite: 'ML-DSA-44', publicKey: undefined })).toBe('PUBLIC_KEY_MISMATCH')
    expect(await codeOf(verify(signed, { address: 'alice' }))).toBe('ADDRESS_INVALID')
    const abroad = parseAddress('development', signed.address)
    if (!abroad.ok) throw new Error('an address of ours')
    expect(await codeOf(verify(signed, { address: formatAddress('main', abroad.value) }))).toBe('ADDRESS_WRONG_NETWORK')
    expect(await codeOf(verify(signed, { message: '\ud800' }))).toBe('MESSAGE_INVALID')
  })

  it('is refused where it could not be read back, or is too long', async () => {
    expect(await codeOf(sign('\ufeffhello'))).toBe('MESSAGE_INVALID')
    expect(await codeOf(sign('ü'.repeat(4_097)))).toBe('MESSAGE_TOO_LONG')
    expect(await codeOf(sign('hello', 'nobody'))).toBe('ACCOUNT_UNKNOWN')
  })

  it('takes the open vault, and a key that is in it', async () => {
    const { publicKey } = generateKeyPair('ML-DSA-65')
    await node.services.accounts.watch({ publicKey, suite: 'ML-DSA-65', label: 'watched' })
    expect(await codeOf(sign('hello', 'watched'))).toBe('ACCOUNT_WATCHED')
    await node.services.vault.lock()
    expect(await codeOf(sign())).toBe('VAULT_LOCKED')
    await node.services.vault.unlock({ password: passwordBytes() })
    expect((await sign()).message).toBe(text)
  })

  it('is recorded before it leaves, by its hash and without its text', async () => {
    await sign('a secret plan')
    const { entries } = await node.services.audit.show({ limit: 5 })
    const last = entries.at(-1)
    const account = parseAddress('development', alice)
    if (!account.ok) throw new Error('an address of ours')
    const bytes = concatBytes(
      utf8('qudag/v1/message\0'),
      bytesOf(node.info.chainId),
      bytesOf('825821'),
      account.value,
      Uint8Array.of(0x6d),
      utf8('a secret plan'),
    )
    expect(last).toMatchObject({
      action: 'message.signed',
      details: { account: alice, sha256: toHex(sha256(bytes)) },
    })
    expect(JSON.stringify(last)).not.toContain('secret')
  })

  it('takes a token that may spend, whatever its limits', async () => {
    const { view } = await node.services.tokens.create({
      label: 'signer',
      scopes: ['spend'],
      limits: { perDayMicroRuv: 1n, recipients: [alice] },
    })
    expect(await verify(await sign(text, 'alice', view.id))).toEqual({ valid: true })
    const reader = await node.services.tokens.create({ label: 'reader', scopes: ['read'] })
    expect(await codeOf(sign(text, 'alice', reader.view.id))).toBe('TOKEN_SCOPE')
    await node.services.tokens.revoke(view.id)
    expect(await codeOf(sign(text, 'alice', view.id))).toBe('TOKEN_REVOKED')
  })
})
