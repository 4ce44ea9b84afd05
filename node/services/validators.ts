/** Validators and their stake, for reading; bonding and unbonding, as transactions that the open vault signs. */
import { bytesKey, bytesOfKey, fromHex, toHex } from '../core/bytes.ts'
import { NodeError } from '../core/node-error.ts'
import { signatureSuites } from '../crypto/suites.ts'
import {
  type AccountId,
  type BondOperation,
  bond as bondRecord,
  type LedgerState,
  possessionMessage,
  type StakeRecord,
  stakeOf,
  type UnbondOperation,
  unbond as unbondRecord,
  validatorIdOf,
} from '../ledger/index.ts'
import type { AccountServices } from './accounts.ts'
import type { Chain } from './chain.ts'
import { ledgerError } from './ledger-errors.ts'
import type { Payments } from './payments.ts'
import type { TransactionViews } from './transaction-views.ts'
import type { NodeServices, StakedValidatorView } from './types.ts'

export function createValidatorServices(deps: {
  readonly chain: Chain
  readonly state: LedgerState
  readonly accounts: AccountServices
  readonly payments: Payments
  readonly views: TransactionViews
  /** The key that this node validates with. */
  readonly validator: { readonly publicKey: Uint8Array; sign(message: Uint8Array): Promise<Uint8Array> }
}): NodeServices['validators'] {
  const { chain, state, accounts, payments, views, validator } = deps
  const self = validatorIdOf(validator.publicKey)

  const viewOf = (key: string, record: StakeRecord, counted: ReadonlyMap<string, bigint>): StakedValidatorView => ({
    id: toHex(bytesOfKey(key)),
    publicKey: toHex(record.publicKey),
    owner: record.owner === null ? null : chain.format(record.owner),
    bondedMicroRuv: record.bondedMicroRuv,
    countedMicroRuv: counted.get(key) ?? 0n,
    unbonding: record.unbonding,
    isJailed: record.jailedFromEpoch !== null,
    isSelf: key === bytesKey(self),
  })

  /** The key in the request with its proof, or this node's own. */
  const witnessOf = async (
    account: AccountId,
    given: { readonly publicKey: string; readonly proof: string } | undefined,
  ): Promise<Pick<BondOperation, 'publicKey' | 'proof'>> => {
    if (given === undefined) {
      const proof = await validator.sign(possessionMessage(chain.chainId, account))
      return { publicKey: validator.publicKey, proof }
    }
    const { publicKeyBytes, signatureBytes } = signatureSuites['ML-DSA-65']
    const [publicKey, proof] = [fromHex(given.publicKey), fromHex(given.proof)]
    if (publicKey?.length !== publicKeyBytes || proof?.length !== signatureBytes) {
      throw new NodeError('INPUT_INVALID', 'key and proof of a validator are hex of ML-DSA-65', {
        details: { publicKeyBytes, proofBytes: signatureBytes },
      })
    }
    return { publicKey, proof }
  }

  /** What would fail now is said now, before anybody pays a fee for it. */
  const refuse = (checked: ReturnType<typeof bondRecord>): void => {
    if (!checked.ok) throw ledgerError(checked.error)
  }

  return {
    async list() {
      const { epoch, startMs, endsAtMs, committee } = state.epoch
      const counted = new Map(committee.map(({ id, stakeMicroRuv }) => [bytesKey(id), stakeMicroRuv]))
      const records = [...state.stakes].sort(([a], [b]) => (a < b ? -1 : 1))
      return {
        epoch,
        startMs,
        endsAtMs,
        totalMicroRuv: committee.reduce((sum, { stakeMicroRuv }) => sum + stakeMicroRuv, 0n),
        items: records.map(([key, record]) => viewOf(key, record, counted)),
      }
    },
    async bond({ from: asked, validator: given, amountMicroRuv, ...order }) {
      const from = await accounts.own(asked)
      const account = chain.parse(from.address)
      const operation: BondOperation = { kind: 'stake.bond', ...(await witnessOf(account, given)), amountMicroRuv }
      const before = stakeOf(state, validatorIdOf(operation.publicKey))
      refuse(bondRecord(before, account, operation, state.commitTimeMs, chain.rules.parameters))
      // The proof is another each time it is made, and the request the same.
      const request = [toHex(operation.publicKey), amountMicroRuv.toString()]
      const sent = await payments.send({ ...order, from, operations: [operation], request: ['bond', ...request] })
      return sent.entry === 'ended' ? views.show(sent.txId) : views.ofEntry(sent.entry)
    },
    async unbond({ from: asked, validator: given, amountMicroRuv, ...order }) {
      const from = await accounts.own(asked)
      const validatorId = given === undefined ? self : fromHex(given)
      if (validatorId?.length !== self.length) throw new NodeError('INPUT_INVALID', 'a validator id is 64 hex digits')
      const operation: UnbondOperation = { kind: 'stake.unbond', validatorId, amountMicroRuv }
      const before = stakeOf(state, validatorId)
      refuse(unbondRecord(before, chain.parse(from.address), operation, state.commitTimeMs, chain.rules.parameters))
      const request = [toHex(validatorId), amountMicroRuv.toString()]
      const sent = await payments.send({ ...order, from, operations: [operation], request: ['unbond', ...request] })
      return sent.entry === 'ended' ? views.show(sent.txId) : views.ofEntry(sent.entry)
    },
  }
}
