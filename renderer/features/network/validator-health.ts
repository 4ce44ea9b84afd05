/** How a validator does, by how far it is behind and what is proven of it. */
import { Check, CircleDashed, Hourglass, type LucideIcon, TriangleAlert } from 'lucide-react'
import type { Validator } from '../../../node/api/contract/index.ts'
import type { MessageKey } from '../../i18n/index.ts'
import type { Tone } from '../../ui/index.ts'

/** Rounds that a distant validator may be behind in ordinary traffic: those that are under way at a time. */
const ordinaryLag = 3
/** Rounds beyond which it is no more on its way but silent: it catches up from 10 behind in turn. Source: docs/protocol.md, "Conduct". */
const silentLag = 30

export interface ValidatorHealth {
  readonly text: MessageKey
  readonly tone: Tone
  readonly icon: LucideIcon
}

/** @param isAwaited the chain stands still for want of a quorum: then nobody gets further ahead of who is missing */
export function validatorHealth(
  { isEquivocator, round, lag }: Pick<Validator, 'isEquivocator' | 'round' | 'lag'>,
  isAwaited: boolean,
): ValidatorHealth {
  if (isEquivocator) return { text: 'network.validator.equivocates', tone: 'bad', icon: TriangleAlert }
  if (round === 0 && lag > 0) return { text: 'network.validator.unseen', tone: 'warn', icon: CircleDashed }
  if (lag > (isAwaited ? 0 : silentLag)) return { text: 'network.validator.silent', tone: 'bad', icon: CircleDashed }
  if (lag > ordinaryLag) return { text: 'network.validator.behind', tone: 'warn', icon: Hourglass }
  return { text: 'network.validator.up', tone: 'good', icon: Check }
}
