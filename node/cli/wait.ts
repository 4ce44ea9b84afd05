/**
 * Following a transaction to a state. Whatever ends the wait, the transaction goes on without this program: the view of
 * it is always given back, and with it why the wait ended.
 */
import { InvalidArgumentError } from 'commander'
import type { NodeClient } from '../api/client/index.ts'
import type { Transaction } from '../api/contract/index.ts'
import { showAmount } from './amount.ts'
import { isUncertain } from './context.ts'
import { CliError } from './errors.ts'
import { cliLimits } from './limits.ts'
import type { Output } from './output.ts'

const ranked = [
  'created',
  'signed',
  'broadcast',
  'validating',
  'voting',
  'confirming',
  'confirmed',
  'finalized',
] as const

/** What `--wait` takes: submitted is reached by the node's answer alone, provable by a checkpoint over it. */
export const waitStates = ['submitted', ...ranked.slice(3), 'provable'] as const
export type WaitState = (typeof waitStates)[number]

export function parseWaitSeconds(text: string): number {
  const seconds = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || seconds <= 0 || seconds > cliLimits.maxWaitSeconds) {
    throw new InvalidArgumentError(`Seconds, above 0 and at most ${cliLimits.maxWaitSeconds}.`)
  }
  return seconds
}

/** Nothing more will happen to it that a wait is for. */
function isOver(view: Transaction): boolean {
  return view.state === 'Rejected' || (view.state === 'Finalized' && view.outcome === 'failed')
}

export function hasReached(view: Transaction, target: WaitState): boolean {
  if (target === 'submitted' || isOver(view)) return true
  if (target === 'provable') return view.checkpoint !== undefined
  const rank = ranked.indexOf(view.state.toLowerCase() as (typeof ranked)[number])
  return rank >= ranked.indexOf(target)
}

export interface Waiting {
  readonly until: WaitState
  readonly timeoutSeconds: number
}

export interface Waited {
  readonly view: Transaction
  /** Why the wait ended before its time; undefined where the state was reached. */
  readonly cutShort: CliError | undefined
}

/** @param interrupt fires at Ctrl-C, with the error to end in */
export async function follow(
  client: NodeClient,
  first: Transaction,
  { until, timeoutSeconds }: Waiting,
  out: Output,
  interrupt: AbortSignal,
): Promise<Waited> {
  let view = first
  if (hasReached(view, until)) return { view, cutShort: undefined }
  const timeout = AbortSignal.timeout(Math.ceil(timeoutSeconds * 1_000))
  const signal = AbortSignal.any([interrupt, timeout])
  const stopProgress = showProgress(out, () => view)
  try {
    for await (const next of await client.transactions.watch({ txId: view.txId }, { signal })) {
      view = next
      if (hasReached(view, until)) break
    }
    while (!hasReached(view, until)) {
      await pause(cliLimits.checkpointPollMs, signal)
      view = await client.transactions.show({ txId: view.txId }, { signal })
    }
    return { view, cutShort: undefined }
  } catch (error) {
    return { view, cutShort: cutShort(error, view, until, timeoutSeconds, interrupt, timeout) }
  } finally {
    stopProgress()
  }
}

function cutShort(
  error: unknown,
  view: Transaction,
  until: WaitState,
  timeoutSeconds: number,
  interrupt: AbortSignal,
  timeout: AbortSignal,
): CliError {
  const goesOn = `The transaction goes on without this program; it is ${view.state} now.`
  const hint = `Look again with: qudag tx show ${view.txId}`
  if (interrupt.aborted) return new CliError('INTERRUPTED', `Interrupted. ${goesOn}`, { hint, kind: 'interrupted' })
  if (timeout.aborted) {
    return new CliError('WAIT_TIMEOUT', `It is not ${until} after ${timeoutSeconds} s. ${goesOn}`, {
      hint,
      kind: 'timeout',
    })
  }
  if (isUncertain(error)) {
    return new CliError('CONNECTION_LOST', `The connection to the node ended. ${goesOn}`, { hint, kind: 'unreachable' })
  }
  throw error
}

/** Rejected, or final and failed: exit code 5, told apart because one has paid its fee. */
export function ledgerFailure(view: Transaction): CliError | undefined {
  if (!isOver(view)) return undefined
  const code = view.code ?? 'REJECTED'
  const paid = view.fee === '0' ? 'It cost nothing.' : `Its network fee of ${showAmount(view.fee)} was paid.`
  const message =
    view.state === 'Finalized'
      ? `The transaction failed on the ledger (${code}). Its network fee of ${showAmount(view.fee)} was paid; nothing else was moved.`
      : code === 'SIBLING_WON'
        ? `Another transaction with nonce ${view.nonce} came first, so this one was rejected (${code}). Nothing was transferred by it. ${paid}`
        : `The ledger rejected the transaction (${code}). Nothing was transferred.`
  return new CliError(code, message, { hint: `See its steps with: qudag tx show ${view.txId}`, kind: 'rejected' })
}

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    }, delayMs)
    const onAbort = (): void => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    signal.addEventListener('abort', onAbort, { once: true })
  })
}

/** One line that tells the state and the time, redrawn while somebody watches. */
function showProgress(out: Output, view: () => Transaction): () => void {
  if (!out.interactive) return () => undefined
  const startedMs = performance.now()
  const draw = (): void => {
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1)
    out.progress(`${view().state}, ${seconds} s  (Ctrl-C stops waiting, not the transaction)`)
  }
  draw()
  const timer = setInterval(draw, cliLimits.progressIntervalMs)
  return () => {
    clearInterval(timer)
    out.clearProgress()
  }
}
