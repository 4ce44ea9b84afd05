/** Evidence comes to the ledger once the vault is open, once for an offence, and outlasts the process. */
import { describe, expect, it } from 'vitest'
import { bytesKey, toHex } from '../core/bytes.ts'
import { ManualClock } from '../core/clock.ts'
import { NodeError } from '../core/node-error.ts'
import { genesisState, type LedgerState, type Offence, type Operation } from '../ledger/index.ts'
import { evidence, rulesOf, testAccount, testGenesis, testValidator } from '../ledger/test-support.ts'
import type { VaultAccount } from '../vault/index.ts'
import { createEvidenceReports, type EvidenceReports } from './evidence-reports.ts'
import { serviceLimits } from './limits.ts'

const [owner, other] = [testAccount(1), testAccount(2)]
const [mine, guilty, third] = [1, 2, 3].map(testValidator) as [Validator, Validator, Validator]
type Validator = ReturnType<typeof testValidator>

const genesis = {
  ...testGenesis([[owner, 1_000_000n]]),
  validators: [
    { publicKey: mine.publicKey, stakeMicroRuv: 5n, owner: owner.id },
    { publicKey: guilty.publicKey, stakeMicroRuv: 5n },
    { publicKey: third.publicKey, stakeMicroRuv: 5n },
  ],
}
const rules = rulesOf(genesis)
const addressOf = (id: Uint8Array): string => toHex(id)
const accountsOf = (...list: readonly (typeof owner)[]): VaultAccount[] =>
  list.map(({ id }) => ({ address: addressOf(id) }) as unknown as VaultAccount)

const offence: Offence = { kind: 'vertex', epoch: 0, position: 7 }
const proof = (of: Offence = offence): Uint8Array => evidence(guilty, of).evidence

interface Setting {
  readonly reports: EvidenceReports
  readonly clock: ManualClock
  readonly state: LedgerState
  /** What was sent, and from where. */
  readonly sent: { readonly from: string; readonly evidence: string }[]
  readonly actions: string[]
  readonly faults: unknown[]
  unlock(): Promise<void>
}

/** What a node keeps on disk, from one process to the next. */
type Store = Map<string, Uint8Array>

async function setting({
  store = new Map(),
  locked = false,
  self = mine,
  accounts = accountsOf(other, owner),
  state = genesisState(genesis),
  refuse = () => undefined,
}: {
  store?: Store
  locked?: boolean
  self?: Validator
  accounts?: VaultAccount[]
  state?: LedgerState
  refuse?: (from: string) => unknown
} = {}): Promise<Setting> {
  const clock = new ManualClock()
  const sent: Setting['sent'][number][] = []
  const actions: string[] = []
  const faults: unknown[] = []
  let isLocked = locked
  const reports = await createEvidenceReports({
    chain: { rules, format: addressOf },
    state,
    self: self.id,
    vault: {
      status: async () => ({
        exists: true,
        locked: isLocked,
        accounts: 0,
        seal: null,
        retryAtMs: null,
        autoLockAtMs: null,
      }),
      accounts: async () => accounts,
    },
    payments: {
      async send({ from, operations }) {
        const refused = refuse(from.address)
        if (refused !== undefined) throw refused
        const [operation] = operations as [Extract<Operation, { kind: 'evidence.submit' }>]
        sent.push({ from: from.address, evidence: toHex(operation.evidence) })
        return { txId: Uint8Array.of(1), entry: 'ended' }
      },
    },
    read: { meta: async (key) => store.get(key) ?? null },
    write: { setMeta: async (key, value) => void store.set(key, value) },
    scheduler: clock,
    audit: async (action) => void actions.push(action),
    reportFault: (fault) => void faults.push(fault),
  })
  const unlock = async (): Promise<void> => {
    isLocked = false
    await reports.submit()
  }
  return { reports, clock, state, sent, actions, faults, unlock }
}

/** Lets every turn come, and what it sends go. */
async function pass({ clock, reports }: Setting, ms: number = serviceLimits.maxEvidenceTurnMs): Promise<void> {
  clock.advance(ms)
  await reports.found(new Uint8Array(0))
}

/** The ledger has it: somebody's transaction was executed. */
function punish(state: LedgerState, of: Offence = offence): void {
  const key = bytesKey(guilty.id)
  const record = state.stakes.get(key)
  if (record === undefined) throw new Error('the validator has stake')
  state.stakes.set(key, { ...record, offences: [...record.offences, of] })
}

describe('evidence that a node has found', () => {
  it('is handed in by the account that owns its validator, once, and let go of', async () => {
    const node = await setting()
    await node.reports.found(proof())
    await node.reports.found(proof())
    expect([node.reports.waiting, node.sent]).toEqual([1, []])
    await pass(node)
    expect(node.sent).toEqual([{ from: addressOf(owner.id), evidence: toHex(proof()) }])
    expect([node.reports.waiting, node.actions, node.faults]).toEqual([0, ['evidence.submitted'], []])
    await pass(node)
    expect(node.sent).toHaveLength(1)
  })

  it('waits for the vault, also over a restart, and no longer', async () => {
    const store: Store = new Map()
    const before = await setting({ store, locked: true })
    await before.reports.found(proof())
    await pass(before)
    expect([before.reports.waiting, before.sent]).toEqual([1, []])
    before.reports.stop()
    const after = await setting({ store, locked: true })
    expect(after.reports.waiting).toBe(1)
    await after.unlock()
    expect(after.sent).toHaveLength(1)
    expect((await setting({ store })).reports.waiting).toBe(0)
  })

  it('is handed in by one validator alone where the ledger has it before the next one’s turn', async () => {
    const state = genesisState(genesis)
    const nodes = await Promise.all([mine, third].map((self) => setting({ state, self })))
    for (const node of nodes) await node.reports.found(proof())
    // Time passes for both before either sees what the other did.
    for (let i = 0; i < 4; i++) {
      for (const { clock } of nodes) clock.advance(serviceLimits.evidenceTurnMs - 1)
      for (const node of nodes) await pass(node, 0)
      const hasSent = nodes.some(({ sent }) => sent.length > 0)
      if (hasSent && state.stakes.get(bytesKey(guilty.id))?.offences.length === 0) punish(state)
    }
    expect(nodes.map(({ sent }) => sent.length).sort()).toEqual([0, 1])
    expect(nodes.map(({ reports }) => reports.waiting)).toEqual([0, 0])
  })

  it('is not kept where the ledger has it, would take it no more, or knows no such validator', async () => {
    const node = await setting()
    punish(node.state)
    await node.reports.found(proof())
    await node.reports.found(evidence(testValidator(9), offence).evidence)
    await node.reports.found(Uint8Array.of(1, 2, 3))
    expect(node.reports.waiting).toBe(0)
    const late = await setting()
    late.state.epoch = { ...late.state.epoch, epoch: 1_000_000 }
    await late.reports.found(proof())
    expect(late.reports.waiting).toBe(0)
  })

  it('is tried again while nobody can pay, and by any account where nobody owns the validator', async () => {
    let refusals = 3
    const poor = await setting({
      refuse: () => (refusals-- > 0 ? new NodeError('INSUFFICIENT_BALANCE', 'not enough') : undefined),
    })
    await poor.reports.found(proof())
    await pass(poor)
    for (let i = 0; i < 2; i++) await pass(poor, serviceLimits.evidenceRetryMs)
    expect([poor.sent.length, poor.reports.waiting]).toEqual([0, 1])
    await pass(poor, serviceLimits.evidenceRetryMs)
    expect([poor.sent.length, poor.reports.waiting, poor.faults]).toEqual([1, 0, []])
    const unowned = await setting({
      self: third,
      refuse: (from) =>
        from === addressOf(other.id) ? new NodeError('INSUFFICIENT_BALANCE', 'not enough') : undefined,
    })
    await unowned.reports.found(proof())
    await pass(unowned)
    expect(unowned.sent.map(({ from }) => from)).toEqual([addressOf(owner.id)])
  })

  it('is nobody’s where the owner’s account is elsewhere', async () => {
    const node = await setting({ accounts: accountsOf(other) })
    await node.reports.found(proof())
    await pass(node)
    expect([node.sent, node.reports.waiting]).toEqual([[], 1])
  })

  it('is bounded, and a fault of our own loses none of it', async () => {
    const node = await setting({ refuse: () => new Error('ours') })
    for (let position = 1; position <= serviceLimits.maxWaitingEvidence + 5; position++) {
      await node.reports.found(proof({ ...offence, position }))
    }
    expect(node.reports.waiting).toBe(serviceLimits.maxWaitingEvidence)
    await pass(node)
    expect(node.faults.length).toBeGreaterThan(0)
    expect(node.reports.waiting).toBe(serviceLimits.maxWaitingEvidence)
  })
})
