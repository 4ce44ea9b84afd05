import { Crown } from 'lucide-react'
import type { NetworkStatus, Validator } from '../../../../node/api/contract/index.ts'
import { useNow } from '../../../app/use-now.ts'
import { useFormat, useT } from '../../../i18n/index.ts'
import { Address, Badge, Card, Skeleton, StateChip } from '../../../ui/index.ts'
import { useNetworkStore } from '../store.ts'
import { validatorHealth } from '../validator-health.ts'

const wholePpm = 1_000_000
const tickMs = 5_000

/** Who orders in this epoch: what each counts, how far it is, and who leads. */
export function ValidatorsCard() {
  const t = useT()
  const status = useNetworkStore((state) => state.status)
  if (status === null) {
    return (
      <Card title={t('network.validators')}>
        <Skeleton height={160} />
      </Card>
    )
  }
  return (
    <Card title={t('network.validators')} aside={<Epoch epoch={status.epoch} />}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard (WCAG 2.1.1) */}
      <div className="validators-scroll" tabIndex={0}>
        <table className="data-table validators">
          <thead>
            <tr>
              <th scope="col">{t('network.validator')}</th>
              <th scope="col">{t('network.validator.stake')}</th>
              <th scope="col" className="right">
                {t('network.validator.round')}
              </th>
              <th scope="col" className="right">
                {t('network.validator.lag')}
              </th>
              <th scope="col">{t('network.validator.state')}</th>
              <th scope="col">{t('network.validator.id')}</th>
            </tr>
          </thead>
          <tbody>
            {status.committee.map((validator) => (
              <Row
                key={validator.id}
                validator={validator}
                leader={status.leader}
                isAwaited={status.standstill?.reason === 'no-quorum'}
              />
            ))}
          </tbody>
        </table>
      </div>
      <p className="card-foot small muted">
        {t('network.validators.quorum', {
          validators: status.committee.length,
          faults: status.toleratedFaults,
        })}
      </p>
    </Card>
  )
}

function Epoch({ epoch }: { readonly epoch: NetworkStatus['epoch'] }) {
  const t = useT()
  const format = useFormat()
  const nowMs = useNow(tickMs)
  const leftMs = epoch.endsAt === null ? undefined : Math.max(0, Date.parse(epoch.endsAt) - nowMs)
  return (
    <span className="faint small num">
      {leftMs === undefined
        ? t('network.epoch', { epoch: epoch.number })
        : t('network.epoch.ends', { epoch: epoch.number, duration: format.duration(leftMs) })}
    </span>
  )
}

function Row({
  validator,
  leader,
  isAwaited,
}: {
  readonly validator: Validator
  readonly leader: number
  readonly isAwaited: boolean
}) {
  const t = useT()
  const format = useFormat()
  const { index, id, stake, sharePpm, round, lag, isSelf } = validator
  const { text, tone, icon } = validatorHealth(validator, isAwaited)
  return (
    <tr>
      <th scope="row">
        <span className="row">
          {t('network.validator.name', { number: index + 1 })}
          {isSelf && <Badge tone="good">{t('network.validator.self')}</Badge>}
          {index === leader && (
            <Badge tone="neutral" icon={Crown}>
              {t('network.validator.leads')}
            </Badge>
          )}
        </span>
      </th>
      <td>
        <span className="stake">
          <span className="stake-bar" aria-hidden>
            <span style={{ width: `${(100 * sharePpm) / wholePpm}%` }} />
          </span>
          <span>
            {t('network.validator.stakeOf', {
              amount: format.amount(stake),
              share: format.percent(sharePpm / wholePpm),
            })}
          </span>
        </span>
      </td>
      <td className="right">{format.number(round)}</td>
      <td className="right">{lag === 0 ? '–' : format.number(lag)}</td>
      <td>
        <StateChip tone={tone} icon={icon}>
          {t(text)}
        </StateChip>
      </td>
      <td>
        <Address value={id} isElided hasCopyButton copyLabel={t('network.validator.copy', { number: index + 1 })} />
      </td>
    </tr>
  )
}
