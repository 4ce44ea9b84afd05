/** Words, tones and icons for what a transaction is and how far it has got. */
import {
  ArrowDownLeft,
  ArrowLeftRight,
  ArrowUpRight,
  Ban,
  CircleCheck,
  CircleDashed,
  CircleDot,
  CircleX,
  Droplets,
  Gavel,
  GitFork,
  KeyRound,
  Lock,
  LockOpen,
  type LucideIcon,
  ShieldCheck,
} from 'lucide-react'
import type { Transaction, TransactionStateName } from '../../../../node/api/contract/index.ts'
import type { MessageKey } from '../../../i18n/index.ts'
import type { Tone } from '../../../ui/index.ts'
import type { MovementKind } from '../model/movement.ts'

export const stateKeys: Readonly<Record<TransactionStateName, MessageKey>> = {
  Created: 'wallet.state.Created',
  Signed: 'wallet.state.Signed',
  Broadcast: 'wallet.state.Broadcast',
  Validating: 'wallet.state.Validating',
  Voting: 'wallet.state.Voting',
  Confirming: 'wallet.state.Confirming',
  Confirmed: 'wallet.state.Confirmed',
  Finalized: 'wallet.state.Finalized',
  Rejected: 'wallet.state.Rejected',
}

/** What each state means for the money. */
export const stateMeanings: Readonly<Record<TransactionStateName, MessageKey>> = {
  Created: 'wallet.stateMeaning.Created',
  Signed: 'wallet.stateMeaning.Signed',
  Broadcast: 'wallet.stateMeaning.Broadcast',
  Validating: 'wallet.stateMeaning.Validating',
  Voting: 'wallet.stateMeaning.Voting',
  Confirming: 'wallet.stateMeaning.Confirming',
  Confirmed: 'wallet.stateMeaning.Confirmed',
  Finalized: 'wallet.stateMeaning.Finalized',
  Rejected: 'wallet.stateMeaning.Rejected',
}

export interface StateLook {
  readonly tone: Tone
  readonly icon: LucideIcon
  readonly text: MessageKey
}

export function lookOf({
  state,
  outcome,
  checkpoint,
  contested,
}: Pick<Transaction, 'state' | 'outcome' | 'checkpoint' | 'contested'>): StateLook {
  if (state === 'Rejected') return { tone: 'bad', icon: CircleX, text: 'wallet.state.Rejected' }
  if (state === 'Finalized') {
    if (outcome === 'failed') return { tone: 'bad', icon: CircleX, text: 'wallet.state.failed' }
    if (outcome === undefined) return { tone: 'warn', icon: CircleDashed, text: 'wallet.state.unseen' }
    return checkpoint === undefined
      ? { tone: 'good', icon: CircleCheck, text: 'wallet.state.Finalized' }
      : { tone: 'good', icon: ShieldCheck, text: 'wallet.state.provable' }
  }
  if (contested !== undefined) return { tone: 'warn', icon: GitFork, text: 'wallet.contested' }
  const icon = state === 'Confirmed' || state === 'Confirming' ? CircleDot : CircleDashed
  return { tone: 'pending', icon, text: stateKeys[state] }
}

export const movementIcons: Readonly<Record<MovementKind, LucideIcon>> = {
  sent: ArrowUpRight,
  received: ArrowDownLeft,
  internal: ArrowLeftRight,
  faucet: Droplets,
  cancel: Ban,
  bond: Lock,
  unbond: LockOpen,
  evidence: Gavel,
  policy: KeyRound,
}
