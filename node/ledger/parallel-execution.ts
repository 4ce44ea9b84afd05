/**
 * Execution by read and write sets: the steps of a commit that touch nothing in common fall into groups, each of which can be
 * run by itself. What comes out is exactly what executing them one after the other gives, down to the order of entries.
 *
 * What a step may touch is known before it runs, from its bytes and from what its sender has parked; it may touch less. Two
 * things belong to everybody and so join whatever touches them: the faucet's cap, and stake.
 * Source: docs/protocol.md, "Execution"; the union is R. E. Tarjan's (JACM 22, 1975).
 */
import { bytesKey } from '../core/bytes.ts'
import { assemble, planCommit, type Step } from './commit-plan.ts'
import { CommitRun, type StepOutput } from './commit-run.ts'
import type { Commit, Execution } from './execution.ts'
import type { ChainRules } from './rules.ts'
import type { LedgerState } from './state.ts'
import type { Operation } from './transaction.ts'

/** Steps that have to be run in their order, by one runner. Groups of a commit touch nothing in common. */
export interface ExecutionGroup {
  /** Places in the plan, ascending. */
  readonly places: readonly number[]
  readonly steps: readonly Step[]
}

/** Beside the accounts, whose names are byte keys of 33 characters. */
const faucetResource = 'faucet'
const stakeResource = 'stake'

/** In place of executeCommit: the same result, by groups. They are run in turn here; each could be run elsewhere. */
export function executeInGroups(state: LedgerState, commit: Commit, chain: ChainRules): Execution {
  const plan = planCommit(state, commit)
  const outputs = new Array<StepOutput>(plan.length)
  const runs: CommitRun[] = []
  for (const { places, steps } of groupSteps(state, plan)) {
    const run = new CommitRun(state, commit, chain)
    steps.forEach((step, index) => {
      outputs[places[index] as number] = run.take(step)
    })
    runs.push(run)
  }
  return assemble(state, commit, outputs, runs)
}

/** The finest grouping that keeps apart only what cannot meet, in the order of each group's first step. */
export function groupSteps(state: LedgerState, plan: readonly Step[]): ExecutionGroup[] {
  const sets = createDisjointSets()
  const touched = plan.map((step) => touchedBy(state, step))
  for (const [first, ...rest] of touched) for (const other of rest) sets.join(first, other)
  const groups = new Map<string, { places: number[]; steps: Step[] }>()
  for (const [place, step] of plan.entries()) {
    const root = sets.rootOf((touched[place] as Touched)[0])
    const group = groups.get(root)
    if (group === undefined) groups.set(root, { places: [place], steps: [step] })
    else {
      group.places.push(place)
      group.steps.push(step)
    }
  }
  return [...groups.values()]
}

type Touched = readonly [string, ...string[]]

function touchedBy(state: LedgerState, step: Step): Touched {
  switch (step.type) {
    case 'expire':
      return [step.account]
    case 'release': {
      const owners = step.stakes.map((key) => state.stakes.get(key)?.owner ?? null)
      return [stakeResource, ...owners.filter((owner) => owner !== null).map(bytesKey)]
    }
    case 'closeEpoch':
      return [stakeResource]
    case 'candidate': {
      const { account, operations } = step.candidate.transaction
      const sender = bytesKey(account)
      // Its parked successors run right after it.
      const parked = state.accounts.get(sender)?.parked.flatMap((waiting) => waiting.operations) ?? []
      return [sender, ...operations.flatMap(touchedByOperation), ...parked.flatMap(touchedByOperation)]
    }
  }
}

/** Its sender apart. */
function touchedByOperation(operation: Operation): string[] {
  switch (operation.kind) {
    case 'transfer':
      return [bytesKey(operation.to)]
    case 'faucet':
      return [faucetResource]
    case 'stake.bond':
    case 'stake.unbond':
    case 'evidence.submit':
      return [stakeResource]
    case 'account.recover':
      return [bytesKey(operation.account)]
    case 'account.update':
    case 'noop':
      return []
  }
}

/** Disjoint sets with path halving; the first of two joined gives the name. */
function createDisjointSets() {
  const parents = new Map<string, string>()
  const rootOf = (name: string): string => {
    let at = name
    for (;;) {
      const parent = parents.get(at)
      if (parent === undefined) return at
      const above = parents.get(parent)
      if (above !== undefined) parents.set(at, above)
      at = parent
    }
  }
  return {
    rootOf,
    join(a: string, b: string): void {
      const [first, second] = [rootOf(a), rootOf(b)]
      if (first !== second) parents.set(second, first)
    },
  }
}
