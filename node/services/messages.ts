/** Messages that a person signs with an account of the vault, and whether somebody else's are what they claim to be. */
import { equalBytes, fromHex, toHex } from '../core/bytes.ts'
import { NodeError } from '../core/node-error.ts'
import { type SignatureSuite, sha256, signatureSuites, type Verifier } from '../crypto/index.ts'
import {
  type AccountId,
  type AccountKey,
  accountIdOf,
  accountOf,
  isSameKey,
  type LedgerState,
  messageToSign,
} from '../ledger/index.ts'
import type { Vault } from '../vault/index.ts'
import type { AccountServices } from './accounts.ts'
import type { Chain } from './chain.ts'
import { type PersonalMessage, signedMessageBytes } from './signed-message.ts'
import type { TokenGuard } from './token-guard.ts'
import type { NodeServices } from './types.ts'

export interface MessageDeps {
  readonly chain: Chain
  readonly state: LedgerState
  readonly accounts: Pick<AccountServices, 'own' | 'holderOf'> & {
    readonly api: Pick<AccountServices['api'], 'exportPublic'>
  }
  readonly vault: Pick<Vault, 'signer'>
  /** A token must have the scope `spend`. Its limits are about rUv, and a message moves none. */
  readonly guard: Pick<TokenGuard, 'checkMaySpend'>
  readonly verifier: Pick<Verifier, 'verify'>
  /** A signature is about to leave the vault: recorded before it does. */
  readonly audit: (action: string, details: Readonly<Record<string, string | number | boolean>>) => Promise<void>
}

const suites = Object.keys(signatureSuites) as SignatureSuite[]
/** What says no more than that nobody here knows a key of the account. */
const keyless = new Set(['ACCOUNT_UNKNOWN', 'ACCOUNT_WATCHED', 'VAULT_MISSING', 'PUBLIC_KEY_REQUIRED'])

export function createMessageServices(deps: MessageDeps): NodeServices['messages'] {
  const { chain, state, accounts, vault, guard, verifier, audit } = deps

  const bytesOf = (message: PersonalMessage): Uint8Array => {
    const bytes = signedMessageBytes(chain.chainId, message)
    if (bytes.ok) return bytes.value
    const { error } = bytes
    if (error.code === 'MESSAGE_INVALID') {
      throw new NodeError('MESSAGE_INVALID', 'the message is not text that can be read back as it was written', {
        hint: 'Write it again as plain text.',
      })
    }
    const { maxBytes } = error
    throw new NodeError('MESSAGE_TOO_LONG', 'the message is longer than can be signed', { details: { maxBytes } })
  }

  /** Of the ledger, this vault, or what is watched. */
  const knownKeyOf = async (account: AccountId): Promise<AccountKey | null> => {
    const { key } = accountOf(state, account)
    if (key !== null) return key
    try {
      const { suite, publicKey } = await accounts.api.exportPublic(chain.format(account))
      return { suite, publicKey: fromHex(publicKey) ?? new Uint8Array() }
    } catch (cause) {
      if (cause instanceof NodeError && keyless.has(cause.code)) return null
      throw cause
    }
  }

  return {
    async sign({ account: name, message: text, tokenId }) {
      if (tokenId !== undefined) await guard.checkMaySpend(tokenId)
      const own = await accounts.own(name)
      const { address } = own
      const id = chain.parse(address)
      // The one that signs for the account now, where that was replaced.
      const holder = await accounts.holderOf(accountOf(state, id).key ?? own)
      if (holder === undefined) {
        throw new NodeError('KEY_NOT_IN_VAULT', "the account's key is not in this vault", {
          hint: 'Nothing was signed. See `account policy show`.',
        })
      }
      const { suite, publicKey } = holder
      const bytes = bytesOf({ account: id, text })
      const signed = messageToSign(suite, { chainId: chain.chainId, account: id, message: bytes })
      const signature = await vault.signer(holder.address).sign(signed, { what: 'message', text })
      await audit('message.signed', {
        account: address,
        // Enough to recognise the message by, and no copy of it.
        sha256: toHex(sha256(bytes)),
        ...(tokenId === undefined ? {} : { token: tokenId }),
      })
      return { address, suite, publicKey: toHex(publicKey), message: text, signature: toHex(signature) }
    },

    async verify({ address, message: text, signature, publicKey, suite }) {
      const account = chain.parse(address)
      const message = bytesOf({ account, text })
      const key = publicKey === undefined ? await knownKeyOf(account) : givenKey(publicKey, suite)
      if (key === null)
        return { valid: false, reason: publicKey === undefined ? 'PUBLIC_KEY_REQUIRED' : 'PUBLIC_KEY_LENGTH' }
      const isOther = suite !== undefined && suite !== key.suite
      // An account that has replaced its key keeps the address of its first.
      const { key: stored } = accountOf(state, account)
      const isOfAccount =
        stored === null ? equalBytes(accountIdOf(key.suite, key.publicKey), account) : isSameKey(stored, key)
      if (isOther || !isOfAccount) {
        return { valid: false, reason: 'PUBLIC_KEY_MISMATCH' }
      }
      if (signature.length !== signatureSuites[key.suite].signatureBytes)
        return { valid: false, reason: 'SIGNATURE_LENGTH' }
      const signed = messageToSign(key.suite, { chainId: chain.chainId, account, message })
      const [valid] = await verifier.verify([{ ...key, message: signed, signature }])
      return valid === true ? { valid: true } : { valid: false, reason: 'SIGNATURE_INVALID' }
    },
  }
}

/** The suite says how long its keys are, and the length of a key which suite it is of. Null where they do not fit. */
function givenKey(publicKey: Uint8Array, wanted: SignatureSuite | undefined): AccountKey | null {
  const fits = (suite: SignatureSuite): boolean => signatureSuites[suite].publicKeyBytes === publicKey.length
  const suite = suites.find((candidate) => (wanted === undefined || candidate === wanted) && fits(candidate))
  return suite === undefined ? null : { suite, publicKey }
}
