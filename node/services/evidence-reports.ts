/**
 * Brings evidence that this node has found to the ledger, without a person: as a transaction that the validator's owner pays
 * for, once the vault is open. What was found is kept on disk until the ledger has the offence or takes it no more. Validators
 * take turns in an order that the offence gives, so that one of them pays. Source: docs/protocol.md, "Evidence".
 */
import { bytesKey, compareBytes, toHex, utf8 } from '../core/bytes.ts'
import { canonicalDecode, canonicalEncode } from '../core/canonical.ts'
import type { Scheduler } from '../core/clock.ts'
import { bytesUpTo, listOf } from '../core/codec.ts'
import { NodeError } from '../core/node-error.ts'
import { sha256 } from '../crypto/index.ts'
import {
  type LedgerState,
  ledgerLimits,
  type Offence,
  oldestEvidenceEpoch,
  type ReadEvidence,
  stakeOf,
} from '../ledger/index.ts'
import type { StorageReader, StorageWriter } from '../storage/index.ts'
import type { Vault, VaultAccount } from '../vault/index.ts'
import type { Chain } from './chain.ts'
import { serviceLimits } from './limits.ts'
import type { Payments } from './payments.ts'

export interface EvidenceReports {
  /** This node has evidence. Resolves once it is durable. */
  found(evidence: Uint8Array): Promise<void>
  /** Hands in what waits and may be handed in: the vault was opened. */
  submit(): Promise<void>
  /** Pieces that wait. */
  readonly waiting: number
  stop(): void
}

export interface EvidenceReportDeps {
  readonly chain: Pick<Chain, 'format' | 'rules'>
  readonly state: LedgerState
  /** Id of this node's validator. */
  readonly self: Uint8Array
  readonly vault: Pick<Vault, 'status' | 'accounts'>
  readonly payments: Pick<Payments, 'send'>
  readonly read: Pick<StorageReader, 'meta'>
  readonly write: Pick<StorageWriter, 'setMeta'>
  readonly scheduler: Scheduler
  readonly audit: (action: string, details: Readonly<Record<string, string | number | boolean>>) => Promise<void>
  /** A fault of our own: the evidence stays, and is tried again. */
  readonly reportFault: (fault: unknown, where: string) => void
}

/** Where the store keeps what waits. */
const metaKey = 'evidence'
const waitingCodec = listOf(bytesUpTo(ledgerLimits.maxEvidenceBytes), { max: serviceLimits.maxWaitingEvidence })
const maxWaitingBytes = serviceLimits.maxWaitingEvidence * (ledgerLimits.maxEvidenceBytes + 5) + 5

interface Waiting extends ReadEvidence {
  readonly evidence: Uint8Array
  /** Its turn has come. */
  isDue: boolean
}

export async function createEvidenceReports(deps: EvidenceReportDeps): Promise<EvidenceReports> {
  const { chain, state, self, vault, payments, read, write, scheduler, audit, reportFault } = deps
  const waiting = new Map<string, Waiting>()
  const cancels = new Set<() => void>()
  let isStopped = false
  let isRetrying = false
  /** One after the other: what is written is what waits. */
  let work = Promise.resolve()

  const inTurn = (job: () => Promise<void>): Promise<void> => {
    work = work.then(job).catch((cause: unknown) => reportFault(cause, 'evidence'))
    return work
  }

  const later = (delayMs: number, run: () => void): void => {
    const cancel = scheduler.after(delayMs, () => {
      cancels.delete(cancel)
      run()
    })
    cancels.add(cancel)
  }

  /** Whether nobody needs to hand it in any more: the ledger has it, or would refuse it. */
  const isSettled = ({ validatorId, offence }: ReadEvidence): boolean => {
    const record = stakeOf(state, validatorId)
    if (record === undefined || offence.epoch < oldestEvidenceEpoch(state.epoch.epoch, chain.rules.parameters))
      return true
    return (
      record.offences.length >= ledgerLimits.maxOffencesPerValidator ||
      record.offences.some((known) => offenceKey(validatorId, known) === offenceKey(validatorId, offence))
    )
  }

  const take = (evidence: Uint8Array, isDue: boolean): Waiting | undefined => {
    const told = chain.rules.readEvidence(evidence)
    if (!told.ok || isSettled(told.value)) return undefined
    const key = offenceKey(told.value.validatorId, told.value.offence)
    if (waiting.has(key) || waiting.size >= serviceLimits.maxWaitingEvidence) return undefined
    const entry: Waiting = { ...told.value, evidence, isDue }
    waiting.set(key, entry)
    return entry
  }

  const keep = (): Promise<void> =>
    write.setMeta(
      metaKey,
      canonicalEncode(
        waitingCodec,
        [...waiting.values()].map(({ evidence }) => evidence),
      ),
    )

  /** How long the validators before this one have, in the order that the offence gives. */
  const turnMs = ({ validatorId, offence }: ReadEvidence): number => {
    const key = utf8(offenceKey(validatorId, offence))
    const place = (id: Uint8Array): Uint8Array => sha256(key, id)
    const own = place(self)
    const before = state.epoch.committee.filter(({ id }) => compareBytes(place(id), own) < 0).length
    return Math.min(before * serviceLimits.evidenceTurnMs, serviceLimits.maxEvidenceTurnMs)
  }

  /** Whoever owns this validator; where its genesis names nobody, any account of the vault beside it. A wallet that only follows pays nothing. */
  const payers = async (): Promise<readonly VaultAccount[]> => {
    const record = stakeOf(state, self)
    if (record === undefined) return []
    const { owner } = record
    const accounts = await vault.accounts()
    return owner === null ? accounts : accounts.filter(({ address }) => address === chain.format(owner))
  }

  /** True once some account has paid for it. */
  const handIn = async ({ evidence, validatorId, offence }: Waiting): Promise<boolean> => {
    const digest = toHex(sha256(evidence))
    for (const from of await payers()) {
      try {
        const { txId } = await payments.send({
          from,
          operations: [{ kind: 'evidence.submit', evidence }],
          request: ['evidence', digest],
          // The same transaction again, should the node end between the two records.
          idempotencyKey: `evidence-${digest}-${from.address}`,
        })
        const { kind, epoch, position } = offence
        await audit('evidence.submitted', {
          ...{ validator: toHex(validatorId), kind, epoch, position },
          ...{ account: from.address, txId: toHex(txId) },
        })
        return true
      } catch (cause) {
        // Another account may have what this one lacks; all else comes right by itself, or with the next try.
        if (!(cause instanceof NodeError)) throw cause
      }
    }
    return false
  }

  const submit = (): Promise<void> =>
    inTurn(async () => {
      if (isStopped || waiting.size === 0) return
      const isOpen = !(await vault.status()).locked
      let isChanged = false
      for (const [key, entry] of [...waiting]) {
        const isDone = isSettled(entry) || (isOpen && entry.isDue && (await handIn(entry)))
        if (isDone) isChanged = waiting.delete(key) || isChanged
      }
      if (isChanged) await keep()
      // A locked vault says when it opens; an empty account does not say when it is filled.
      if (isOpen && [...waiting.values()].some(({ isDue }) => isDue)) retry()
    })

  const retry = (): void => {
    if (isRetrying || isStopped) return
    isRetrying = true
    later(serviceLimits.evidenceRetryMs, () => {
      isRetrying = false
      void submit()
    })
  }

  const stored = await read.meta(metaKey)
  const list = stored === null ? undefined : canonicalDecode(waitingCodec, stored, maxWaitingBytes)
  // Its turn is long over.
  if (list?.ok === true) for (const evidence of list.value) take(evidence, true)

  return {
    found: (evidence) =>
      inTurn(async () => {
        const entry = take(evidence, false)
        if (entry === undefined || isStopped) return
        await keep()
        later(turnMs(entry), () => {
          entry.isDue = true
          void submit()
        })
      }),
    submit,
    get waiting() {
      return waiting.size
    },
    stop() {
      isStopped = true
      for (const cancel of cancels) cancel()
      cancels.clear()
    },
  }
}

function offenceKey(validatorId: Uint8Array, { kind, epoch, position }: Offence): string {
  return `${bytesKey(validatorId)} ${kind} ${epoch} ${position}`
}
