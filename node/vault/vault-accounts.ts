/** Accounts of the vault and their signers. Interface: types.ts. */
import { NodeError } from '../core/node-error.ts'
import { compositeSuite } from '../crypto/suites.ts'
import { deriveAccount } from './account-keys.ts'
import {
  accountOfRequest,
  checkLabel,
  defaultLabel,
  defaultSuite,
  nextIndex,
  signerKindOf,
  unnamedRestored,
} from './accounts.ts'
import { compositeKeyBesideToken } from './composite-key.ts'
import { findAccounts, isUsed } from './discovery.ts'
import { vaultError } from './errors.ts'
import { accountOfStored, contentOf, encodeKeystore, storedOfAccount } from './keystore.ts'
import type { Session } from './session.ts'
import type { AccountRequest, Vault, VaultAccount, VaultDeps } from './types.ts'
import { requireRoom, type VaultCore, valueOrThrow } from './vault-core.ts'

type AccountOperations = Pick<Vault, 'createAccount' | 'renameAccount' | 'discoverAccounts' | 'accounts' | 'signer'>

export function vaultAccounts(core: VaultCore, deps: VaultDeps): AccountOperations {
  const { audit, perform, requireOpen, idle } = core

  const save = async (target: Session, accounts: readonly VaultAccount[]): Promise<void> => {
    const content = { ...target.file.content, accounts: accounts.map(storedOfAccount) }
    const bytes = encodeKeystore('qudag-vault', content, target.secrets, target.key, deps.rng)
    await core.replaceFile(bytes, target.file.bytes)
    target.replaceFile({ bytes, content })
  }

  const saveNamed = async (
    target: Session,
    account: VaultAccount,
    label: string,
    request = account.request,
  ): Promise<VaultAccount> => {
    const named = { ...account, label, restored: false, request }
    await save(
      target,
      target.accounts.map((other) => (other.address === account.address ? named : other)),
    )
    return named
  }

  const labelFor = ({ accounts }: Session, typed: string | undefined): string =>
    valueOrThrow(checkLabel(accounts, typed ?? defaultLabel(accounts)))

  /**
   * The account of a token's key, alone or with one of the vault beside it: of one token key always the same. Nothing is asked of the
   * token: that it signs was seen when it was paired.
   */
  const createByToken = async (
    name: string,
    typed: string | undefined,
    request: AccountRequest | null,
  ): Promise<VaultAccount> => {
    const known = valueOrThrow(accountOfRequest(requireOpen().accounts, request))
    if (known !== undefined) return known
    idle.touch()
    if (deps.hardware === undefined) throw vaultError('ACCOUNT_UNKNOWN')
    const { binding, ...bound } = await deps.hardware.bind(name)
    const target = requireOpen()
    const isHalf = bound.algorithm === 'P-256'
    const suite = isHalf ? compositeSuite : 'ML-DSA-65'
    const publicKey = isHalf
      ? compositeKeyBesideToken(target.secrets.masterSeed, bound.publicKey, deps.keys)
      : bound.publicKey
    const address = deps.addressOf(suite, publicKey)
    const same = target.account(address)
    if (same !== undefined) return same
    requireRoom(target.accounts.length + 1)
    const account: VaultAccount = {
      address,
      suite,
      publicKey,
      index: null,
      path: null,
      hardware: binding,
      createdAtMs: deps.clock.nowMs(),
      label: labelFor(target, typed),
      restored: false,
      request,
    }
    await save(target, [...target.accounts, account])
    audit('account.created', { address, suite, hardware: binding.pairing })
    return account
  }

  return {
    createAccount({ label: typed, suite = defaultSuite, request = null, hardware }) {
      if (hardware !== undefined) return perform('account.create', () => createByToken(hardware, typed, request))
      return perform('account.create', async () => {
        // Only of the open vault: while it is locked the file is what anybody may have written.
        const known = valueOrThrow(accountOfRequest(requireOpen().accounts, request))
        if (known !== undefined) return known
        const candidates = unnamedRestored(requireOpen().accounts, suite)
        idle.touch()
        labelFor(requireOpen(), typed)
        for (const candidate of candidates) {
          if (await isUsed(candidate.address, deps.discover)) continue
          const target = requireOpen()
          const account = await saveNamed(target, candidate, labelFor(target, typed), request)
          audit('account.created', { address: account.address, suite, index: account.index ?? 0 })
          return account
        }
        const target = requireOpen()
        requireRoom(target.accounts.length + 1)
        const index = nextIndex(target.accounts, suite)
        const derived = deriveAccount(target.secrets.masterSeed, suite, index, deps)
        const account = { ...derived, label: labelFor(target, typed), restored: false, request }
        await save(target, [...target.accounts, account])
        audit('account.created', { address: account.address, suite, index })
        return account
      })
    },

    renameAccount({ address, label: typed }) {
      return perform('account.rename', async () => {
        const target = requireOpen()
        idle.touch()
        const account = target.account(address)
        if (account === undefined) throw vaultError('ACCOUNT_UNKNOWN')
        const named = await saveNamed(target, account, valueOrThrow(checkLabel(target.accounts, typed, address)))
        audit('account.renamed', { address })
        return named
      })
    },

    discoverAccounts() {
      return perform('account.discover', async () => {
        const { secrets, accounts } = requireOpen()
        idle.touch()
        // The search waits for the ledger, and a lock meanwhile zeroes the session's seed: it works on a copy.
        const masterSeed = secrets.masterSeed.copy()
        const found = await findAccounts(masterSeed, accounts, 0, deps).finally(() => masterSeed.wipe())
        if (found.length > 0) {
          const target = requireOpen()
          await save(target, [...target.accounts, ...found])
          audit('account.discovered', { accounts: found.length })
        }
        return { found }
      })
    },

    async accounts() {
      const open = core.current()
      if (open !== undefined) return open.accounts
      const stored = await core.file.find()
      return stored === null ? [] : contentOf(stored.document).accounts.map(accountOfStored)
    },

    signer(address) {
      const account = requireOpen().account(address)
      if (account === undefined) throw vaultError('ACCOUNT_UNKNOWN')
      const { suite, publicKey } = account
      return {
        kind: signerKindOf(account),
        address,
        suite,
        publicKey: Uint8Array.from(publicKey),
        async sign(message, approval = { what: 'transaction' }) {
          try {
            const target = requireOpen()
            const known = target.account(address)
            if (known === undefined) throw vaultError('ACCOUNT_UNKNOWN')
            idle.touch()
            const signature = await target.sign(known, message, approval)
            audit('signature.made', { address, suite, messageBytes: message.length })
            return signature
          } catch (error) {
            audit('signature.refused', { address, code: error instanceof NodeError ? error.code : 'INTERNAL' })
            throw error
          }
        },
      }
    },
  }
}
