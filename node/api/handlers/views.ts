/** From the services' views (bigint amounts, millisecond times) to the contract's shapes (decimal strings, RFC 3339). */
import type {
  AccountView,
  AuditEntryView,
  NodeServices,
  NodeStatus,
  OperationView,
  Support,
  TransactionView,
  VaultStatus,
} from '../../services/types.ts'
import type {
  Account,
  AuditEntry,
  BalanceHistory,
  NodeStatusShape,
  Transaction,
  VaultStatusShape,
} from '../contract/index.ts'

/** 1_750_000_000_123 → "2025-06-15T15:06:40.123Z". */
export function timestampOf(ms: number): string {
  return new Date(ms).toISOString()
}

export function accountShape(view: AccountView): Account {
  const { balance } = view
  return {
    address: view.address,
    kind: view.kind,
    label: view.label,
    suite: view.suite,
    signer: view.signer,
    ...(view.pairing === undefined ? {} : { pairing: view.pairing }),
    nonce: view.nonce,
    balance: {
      available: balance.availableMicroRuv.toString(),
      escrowed: balance.escrowedMicroRuv.toString(),
      pending: balance.pendingMicroRuv.toString(),
      staked: balance.stakedMicroRuv.toString(),
    },
  }
}

export function balanceHistoryShape({
  points,
  commitIndex,
}: Awaited<ReturnType<NodeServices['accounts']['balanceHistory']>>): BalanceHistory {
  return {
    points: points.map(({ atMs, balanceMicroRuv }) => ({ at: timestampOf(atMs), balance: balanceMicroRuv.toString() })),
    commitIndex,
  }
}

export function operationShape(view: OperationView): Transaction['operations'][number] {
  return {
    kind: view.kind,
    ...(view.to === undefined ? {} : { to: view.to }),
    ...(view.validator === undefined ? {} : { validator: view.validator }),
    ...(view.change === undefined ? {} : { change: view.change }),
    ...(view.key === undefined ? {} : { key: view.key }),
    ...(view.dailyLimitMicroRuv === undefined ? {} : { dailyLimit: view.dailyLimitMicroRuv.toString() }),
    ...(view.delayMs === undefined ? {} : { delayMs: view.delayMs }),
    amount: view.amountMicroRuv.toString(),
    ...(view.memo === undefined ? {} : { memo: view.memo }),
  }
}

export function transactionShape(view: TransactionView): Transaction {
  return {
    txId: view.txId,
    state: view.state,
    ...(view.outcome === undefined ? {} : { outcome: view.outcome }),
    ...(view.code === undefined ? {} : { code: view.code }),
    account: view.account,
    nonce: view.nonce,
    fee: view.feeMicroRuv.toString(),
    states: view.states.map(({ state, atMs, record, support }) => ({
      state,
      at: timestampOf(atMs),
      record,
      ...(support === undefined ? {} : { support: supportShape(support) }),
    })),
    operations: view.operations.map(operationShape),
    size: view.sizeBytes,
    validUntil: timestampOf(view.validUntilMs),
    ...(view.checkpoint === undefined ? {} : { checkpoint: { ...view.checkpoint } }),
    ...(view.contested === undefined ? {} : { contested: { preferred: view.contested.isPreferred } }),
  }
}

function supportShape({ supportMicroRuv, totalStakeMicroRuv, supporters, validators }: Support) {
  return { stake: supportMicroRuv.toString(), totalStake: totalStakeMicroRuv.toString(), supporters, validators }
}

export function vaultStatusShape(view: VaultStatus): VaultStatusShape {
  return {
    exists: view.exists,
    locked: view.locked,
    accounts: view.accounts,
    retryAt: view.retryAtMs === null ? null : timestampOf(view.retryAtMs),
    autoLockAt: view.autoLockAtMs === null ? null : timestampOf(view.autoLockAtMs),
    sealedBy: view.sealedBy,
    hardwareKeys:
      view.hardwareKeys?.map(({ id, label, use, suite, state }) => ({ id, label, use, suite, state })) ?? null,
  }
}

export function nodeStatusShape(view: NodeStatus): NodeStatusShape {
  return {
    pid: view.pid,
    chainId: view.chainId,
    network: view.network,
    role: view.role,
    commitIndex: view.commitIndex,
    round: view.round,
    stateRoot: view.stateRoot,
    checkpoint: view.checkpoint === null ? null : { ...view.checkpoint },
    validators: view.validators,
    peers: view.peers,
    mempool: view.mempool,
    finalityMs: view.finalityMs === null ? null : { ...view.finalityMs },
    storage: { bytes: view.storage.bytes },
  }
}

export function auditEntryShape(view: AuditEntryView): AuditEntry {
  return {
    seq: view.seq,
    at: timestampOf(view.atMs),
    action: view.action,
    details: { ...view.details },
    hash: view.hash,
  }
}
