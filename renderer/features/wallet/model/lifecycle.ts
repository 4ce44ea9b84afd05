/** The way of a transaction as a row of steps: which are done, which is now, which are still to come. Times are the node's. */
import { type Transaction, type TransactionStateName, transactionState } from '../../../../node/api/contract/index.ts'

/** `done` and past; `now` reached and not the last; `next` to come; `good` and `bad` are ends. */
export type StepStatus = 'done' | 'now' | 'next' | 'good' | 'bad'

export interface LifecycleStep {
  readonly state: TransactionStateName
  readonly status: StepStatus
  /** RFC 3339; undefined for what has not happened. */
  readonly at?: string
  /** After the first step. */
  readonly sinceStartMs?: number
  /** The persisted record that caused it; undefined where the node has not told it yet. */
  readonly record?: string
  /** The validators' stake behind it when it came so far; undefined where that was not recorded. */
  readonly support?: NonNullable<Transaction['states'][number]['support']>
}

const order: readonly TransactionStateName[] = transactionState.options

/** Larger is later; Rejected ends any. */
export function rankOf(state: TransactionStateName): number {
  return order.indexOf(state)
}

/**
 * @returns the steps that happened, then those to come. A rejected one has no steps to come, and nothing stands between
 * where it got to and its rejection.
 */
export function lifecycleOf({
  state,
  outcome,
  states,
}: Pick<Transaction, 'state' | 'outcome' | 'states'>): readonly LifecycleStep[] {
  const startMs = states[0] === undefined ? 0 : Date.parse(states[0].at)
  const reached = states.map(({ state: name, at, record, support }): LifecycleStep => {
    const isLast = name === state
    const status = !isLast
      ? 'done'
      : name === 'Rejected'
        ? 'bad'
        : name === 'Finalized'
          ? outcome === 'failed'
            ? 'bad'
            : 'good'
          : 'now'
    const sinceStartMs = Date.parse(at) - startMs
    return {
      state: name,
      status,
      at,
      sinceStartMs,
      ...(record === '' ? {} : { record }),
      ...(support === undefined ? {} : { support }),
    }
  })
  if (state === 'Rejected' || state === 'Finalized') return reached
  const rank = rankOf(state)
  const toCome = order
    .filter((name) => name !== 'Rejected' && rankOf(name) > rank)
    .map((name): LifecycleStep => ({ state: name, status: 'next' }))
  return [...reached, ...toCome]
}

/** From the first step to the last; undefined before it has ended. */
export function durationMs({ state, states }: Pick<Transaction, 'state' | 'states'>): number | undefined {
  const [first, last] = [states[0], states.at(-1)]
  if ((state !== 'Finalized' && state !== 'Rejected') || first === undefined || last === undefined) return undefined
  return Date.parse(last.at) - Date.parse(first.at)
}
