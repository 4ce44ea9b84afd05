import type { Transaction } from '../../../../node/api/contract/index.ts'
import { useFormat, useT } from '../../../i18n/index.ts'
import { type Step, Stepper, type StepState } from '../../../ui/index.ts'
import { stateKeys, stateMeanings } from '../components/transaction-words.ts'
import { lifecycleOf, type StepStatus } from '../model/lifecycle.ts'
import { votesText } from '../model/votes.ts'

const stepStates: Readonly<Record<StepStatus, StepState>> = {
  done: 'done',
  good: 'done',
  now: 'current',
  next: 'upcoming',
  bad: 'failed',
}

/** The way of a transaction over the protocol's states: when each came, and by which record of the node. */
export function Lifecycle({ transaction }: { readonly transaction: Transaction }) {
  const t = useT()
  const format = useFormat()
  const steps = lifecycleOf(transaction).map(({ state, status, at, sinceStartMs, record, support }): Step => {
    const isFailed = state === 'Finalized' && status === 'bad'
    return {
      id: state,
      label: isFailed ? t('wallet.state.failed') : t(stateKeys[state]),
      state: stepStates[status],
      ...(at === undefined
        ? {}
        : {
            time: (
              <>
                {record !== undefined && (
                  <code className="tx-record" title={record}>
                    {shortRecord(record)}
                  </code>
                )}
                <time dateTime={at} title={format.time(at)}>
                  {sinceStartMs === 0 || sinceStartMs === undefined
                    ? format.clock(at)
                    : `+${format.duration(sinceStartMs)}`}
                </time>
              </>
            ),
          }),
      ...detailOf(
        status === 'now' || (status === 'good' && transaction.checkpoint === undefined)
          ? t(stateMeanings[state])
          : undefined,
        support === undefined ? undefined : votesText(support, t, format),
      ),
    }
  })
  return <Stepper label={t('wallet.lifecycle')} steps={steps} />
}

function detailOf(meaning: string | undefined, votes: string | undefined): Pick<Step, 'detail'> {
  if (meaning === undefined && votes === undefined) return {}
  return {
    detail: (
      <>
        {votes !== undefined && <span className="lifecycle-votes num">{votes}</span>}
        {meaning}
      </>
    ),
  }
}

/** Records named by a hash are told by its beginning here; the whole is in the export. */
function shortRecord(record: string): string {
  return record.replace(/([0-9a-f]{8})[0-9a-f]{6,}/g, '$1…')
}
