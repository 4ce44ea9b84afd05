/**
 * Policies of accounts: who signs, how much the key alone may spend in a day, and who takes over. Shown for any account; changed
 * for those whose keys the open vault has. What would fail now is said before anybody pays a fee for it.
 * Rules: docs/protocol.md, "Account policies".
 */
import { NodeError } from '../core/node-error.ts'
import { signatureSuites } from '../crypto/suites.ts'
import {
  type AccountChange,
  type AccountId,
  type AccountKey,
  accountIdOf,
  accountOf,
  allowanceMicroRuv,
  type ConsentingKey,
  changeAccount,
  consentToSign,
  type KeyRole,
  type LedgerState,
  type Operation,
  recoverAccount,
  spentMicroRuv,
} from '../ledger/index.ts'
import type { Vault, VaultAccount } from '../vault/index.ts'
import type { AccountServices } from './accounts.ts'
import type { Chain } from './chain.ts'
import { ledgerError } from './ledger-errors.ts'
import type { Payments, Sent } from './payments.ts'
import type { TransactionViews } from './transaction-views.ts'
import type { AccountPolicyView, KeyView, NodeServices, PolicyOrder, TransactionView } from './types.ts'

export function createPolicyServices(deps: {
  readonly chain: Chain
  readonly state: LedgerState
  readonly accounts: AccountServices
  readonly payments: Payments
  readonly views: TransactionViews
  readonly vault: Pick<Vault, 'signer'>
  /** The later of ledger time and local time, in ms. */
  readonly nowMs: () => number
}): NodeServices['policies'] {
  const { chain, state, accounts, payments, views, vault, nowMs } = deps

  const keyView = async (key: AccountKey): Promise<KeyView> => {
    const holder = await accounts.holderOf(key)
    const address = chain.format(accountIdOf(key.suite, key.publicKey))
    return { address, suite: key.suite, label: holder?.label ?? null, isInVault: holder !== undefined }
  }

  const show = async (name: string): Promise<AccountPolicyView> => {
    const id = await accounts.resolve(name)
    const { key, policy } = accountOf(state, id)
    const { limit = null, recovery = null } = policy ?? {}
    return {
      address: chain.format(id),
      key: key === null ? null : await keyView(key),
      limit:
        limit === null
          ? null
          : {
              key: await keyView(limit.key),
              dailyLimitMicroRuv: limit.dailyLimitMicroRuv,
              spentMicroRuv: spentMicroRuv(limit, nowMs()),
              allowanceMicroRuv: allowanceMicroRuv(policy, nowMs()) ?? 0n,
            },
      recovery:
        recovery === null
          ? null
          : { key: await keyView(recovery.key), delayMs: recovery.delayMs, takesOverAtMs: recovery.takesOverAtMs },
    }
  }

  /** The vault signs for the key with what it agrees to. */
  const consentOf = async (
    holder: VaultAccount,
    role: KeyRole,
    { account, sender, nonce }: { account: AccountId; sender: AccountId; nonce: number },
  ): Promise<ConsentingKey> => {
    const { suite, publicKey } = holder
    const message = consentToSign(suite, chain.chainId, { account, role, sender, nonce })
    const proof = await vault.signer(holder.address).sign(message)
    return { suite: signatureSuites[suite].wire, publicKey, proof }
  }

  const viewOf = (sent: Sent): Promise<TransactionView> | TransactionView =>
    sent.entry === 'ended' ? views.show(sent.txId) : views.ofEntry(sent.entry)

  const refuseToken = ({ tokenId }: PolicyOrder): void => {
    if (tokenId === undefined) return
    throw new NodeError('TOKEN_SCOPE', 'keys and policies of accounts are for the owner to change', {
      hint: 'Nothing was sent. Use the command line or the app on the machine of the node.',
    })
  }

  /** @param changeAt the change, made for the nonce that the transaction will have */
  const update = async (
    order: PolicyOrder & { readonly account?: string | undefined },
    request: readonly string[],
    changeAt: (id: AccountId, nonce: number) => Promise<AccountChange> | AccountChange,
  ): Promise<TransactionView> => {
    refuseToken(order)
    const from = await accounts.own(order.account)
    const id = chain.parse(from.address)
    const account = accountOf(state, id)
    const operationsAt = async (nonce: number): Promise<readonly Operation[]> => {
      const change = await changeAt(id, nonce)
      const changed = changeAccount({ ...account, key: account.key ?? from }, change)
      if (!changed.ok) throw ledgerError(changed.error)
      return [{ kind: 'account.update', change }]
    }
    const isCancel = request[1] === 'cancelRecovery'
    const coSigned = account.policy?.limit != null && !isCancel ? ({ coSigned: true } as const) : {}
    return viewOf(await payments.send({ ...order, ...coSigned, from, operations: operationsAt, request }))
  }

  return {
    show,
    async setKey({ key: name, ...order }) {
      const holder = await accounts.own(name)
      return update(order, ['policy', 'key', holder.address], async (account, nonce) => ({
        kind: 'key',
        key: await consentOf(holder, 'key', { account, sender: account, nonce }),
      }))
    },
    async setLimit({ key: name, dailyLimitMicroRuv, ...order }) {
      const from = await accounts.own(order.account)
      const present = accountOf(state, chain.parse(from.address)).policy?.limit?.key
      const holder = name === undefined && present !== undefined ? await accounts.holderOf(present) : undefined
      if (name === undefined && holder === undefined) {
        throw new NodeError('INPUT_INVALID', 'a limit needs a second key', {
          hint: 'Name the account of the vault whose key it is.',
          details: { field: 'key' },
        })
      }
      const second = holder ?? (await accounts.own(name))
      const request = ['policy', 'limit', `${second.address} ${dailyLimitMicroRuv}`]
      return update(order, request, async (account, nonce) => ({
        kind: 'limit',
        key: await consentOf(second, 'limit', { account, sender: account, nonce }),
        dailyLimitMicroRuv,
      }))
    },
    async setRecovery({ key: name, delayMs, ...order }) {
      const holder = await accounts.own(name)
      return update(order, ['policy', 'recovery', `${holder.address} ${delayMs}`], async (account, nonce) => ({
        kind: 'recovery',
        key: await consentOf(holder, 'recovery', { account, sender: account, nonce }),
        delayMs,
      }))
    },
    clear: ({ part, ...order }) =>
      update(order, ['policy', 'clear', part], () => ({ kind: part === 'limit' ? 'clearLimit' : 'clearRecovery' })),
    cancelRecovery: (order) => update(order, ['policy', 'cancelRecovery', ''], () => ({ kind: 'cancelRecovery' })),
    async recover({ account: name, from: asked, ...order }) {
      refuseToken(order)
      const account = await accounts.resolve(name)
      const recovery = accountOf(state, account).policy?.recovery ?? null
      if (recovery === null) throw ledgerError({ code: 'RECOVERY_NOT_SET' })
      const isStart = recovery.takesOverAtMs === null
      const holder = await accounts.holderOf(recovery.key)
      const from = asked === undefined && holder !== undefined ? holder : await accounts.own(asked)
      const sender = chain.parse(from.address)
      const operationsAt = async (nonce: number): Promise<readonly Operation[]> => {
        if (isStart && holder === undefined) {
          throw new NodeError('KEY_NOT_IN_VAULT', 'the recovery key is not in this vault', {
            hint: 'Nothing was sent and nothing was charged. Restore the vault that has it.',
          })
        }
        const key =
          isStart && holder !== undefined ? await consentOf(holder, 'recover', { account, sender, nonce }) : null
        const operation = { kind: 'account.recover', account, key } as const
        const recovered = recoverAccount(accountOf(state, account), operation, nowMs())
        if (!recovered.ok) throw ledgerError(recovered.error)
        return [operation]
      }
      const request = ['policy', isStart ? 'start' : 'finish', chain.format(account)]
      return viewOf(await payments.send({ ...order, from, operations: operationsAt, request }))
    },
  }
}
