/** What stands behind a state, in words: "3 of 4 validators, 75 % of the stake". */
import type { Transaction } from '../../../../node/api/contract/index.ts'
import type { Format, Translate } from '../../../i18n/index.ts'

type Support = NonNullable<Transaction['states'][number]['support']>

/** 0 to 1, to four digits: stakes are beyond what a number holds exactly. */
function shareOf({ stake, totalStake }: Support): number {
  const whole = BigInt(totalStake)
  return whole === 0n ? 0 : Number((BigInt(stake) * 10_000n) / whole) / 10_000
}

/** A network of one has nobody to count. Where only the stake is known, nobody is counted either. */
export function votesText(support: Support, t: Translate, format: Pick<Format, 'percent'>): string {
  const { supporters, validators, stake } = support
  const share = format.percent(shareOf(support))
  if (stake === '0') return t(validators === 1 ? 'wallet.votes.ownAlone' : 'wallet.votes.own')
  if (validators === 1) return t('wallet.votes.alone')
  return supporters === 0
    ? t('wallet.votes.stake', { share })
    : t('wallet.votes.some', { supporters, validators, share })
}
