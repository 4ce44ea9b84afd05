/** Words, tones and icons for how far a vertex has come, and what stands behind it. */
import { CheckCheck, Circle, CircleDashed, CircleDot, Diamond, type LucideIcon, X } from 'lucide-react'
import type { Validator, VertexState } from '../../../../node/api/contract/index.ts'
import type { Format, MessageKey, Translate } from '../../../i18n/index.ts'
import type { Tone } from '../../../ui/index.ts'

export interface VertexWords {
  readonly text: MessageKey
  readonly meaning: MessageKey
  readonly tone: Tone
  readonly icon: LucideIcon
}

export const vertexWords: Readonly<Record<VertexState, VertexWords>> = {
  stored: { text: 'network.vertex.stored', meaning: 'network.vertex.storedWhat', tone: 'neutral', icon: Circle },
  voting: { text: 'network.vertex.voting', meaning: 'network.vertex.votingWhat', tone: 'pending', icon: CircleDashed },
  confirming: {
    text: 'network.vertex.confirming',
    meaning: 'network.vertex.confirmingWhat',
    tone: 'pending',
    icon: CircleDot,
  },
  confirmed: {
    text: 'network.vertex.confirmed',
    meaning: 'network.vertex.confirmedWhat',
    tone: 'pending',
    icon: Diamond,
  },
  committed: {
    text: 'network.vertex.committed',
    meaning: 'network.vertex.committedWhat',
    tone: 'good',
    icon: CheckCheck,
  },
  skipped: { text: 'network.vertex.skipped', meaning: 'network.vertex.skippedWhat', tone: 'warn', icon: X },
}

/** "3 of 4 validators, 75 % of the stake". */
export function supportText(
  { stake, totalStake, supporters, validators }: SupportFigures,
  t: Translate,
  format: Pick<Format, 'percent'>,
): string {
  if (validators === 1) return t(supporters === 0 ? 'network.support.noneAlone' : 'network.support.alone')
  if (supporters === 0) return t('network.support.none')
  return t('network.support.some', { supporters, validators, share: format.percent(fractionOf(stake, totalStake)) })
}

export interface SupportFigures {
  readonly stake: bigint
  readonly totalStake: bigint
  readonly supporters: number
  readonly validators: number
}

/** 0 to 1, to four digits: stakes are beyond what a number holds exactly. */
export function fractionOf(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number((part * 10_000n) / whole) / 10_000
}

/** The validator's name of this epoch, and whether it is this node's. */
export function validatorName(validators: readonly Validator[], index: number, t: Translate): string {
  const isSelf = validators[index]?.isSelf === true
  return t(isSelf ? 'network.validator.nameSelf' : 'network.validator.name', { number: index + 1 })
}
