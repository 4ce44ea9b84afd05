/** What is told of a peer in a row: how it is reached, and what its channel is good for. */
import { Cable, Laptop, type LucideIcon, Router, ShieldAlert, ShieldCheck, ShieldOff, Waypoints } from 'lucide-react'
import type { Peer } from '../../../node/api/contract/index.ts'
import type { MessageKey } from '../../i18n/index.ts'
import type { Tone } from '../../ui/index.ts'

export interface PeerWord {
  readonly text: MessageKey
  readonly icon: LucideIcon
  readonly tone: Tone
}

const paths: Readonly<Record<Peer['path'], LucideIcon>> = {
  direct: Cable,
  relayed: Waypoints,
  lan: Router,
  loopback: Laptop,
}

export function pathWord({ path }: Pick<Peer, 'path'>): PeerWord {
  return { text: `network.peer.path.${path}`, icon: paths[path], tone: 'neutral' }
}

const channels: Readonly<Record<Peer['channel'], { readonly icon: LucideIcon; readonly tone: Tone }>> = {
  hybrid: { icon: ShieldCheck, tone: 'good' },
  classical: { icon: ShieldAlert, tone: 'warn' },
  none: { icon: ShieldOff, tone: 'neutral' },
}

export function channelWord({ channel }: Pick<Peer, 'channel'>): PeerWord {
  return { text: `network.peer.channel.${channel}`, ...channels[channel] }
}

/** The number in `Validator 12`; undefined for a peer that is none of this epoch. */
export function validatorNumber({ validatorName }: Pick<Peer, 'validatorName'>): number | undefined {
  const digits = /^Validator ([1-9]\d{0,5})$/.exec(validatorName ?? '')?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/** How long a ban may last, as it is offered. */
export const banTimes = ['hour', 'day', 'week', 'lasting'] as const
export type BanTime = (typeof banTimes)[number]

const hours: Readonly<Record<BanTime, number | null>> = { hour: 1, day: 24, week: 168, lasting: null }

/** Null: until it is lifted. */
export function hoursOf(time: BanTime): number | null {
  return hours[time]
}
