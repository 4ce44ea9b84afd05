/**
 * Has a validator look for the others by the names that their certificates gave them on the wire: one whose address has changed is found
 * through those that know the new one, and nobody edits a list of addresses for it.
 */
import { fromHex } from './core/bytes.ts'
import type { Scheduler } from './core/clock.ts'
import type { ValidatorNames } from './p2p/index.ts'

/** How often it is looked at who has stake, in ms: it changes with an epoch, which no network has more often than this. */
const lookIntervalMs = 60_000

export interface ValidatorSeekerOptions {
  /** Whether this node signs, and has stake, at this moment: only then it looks for the others. */
  readonly isValidator: () => boolean
  readonly hasStake: (validator: Uint8Array) => boolean
  /** Peer id of this node. */
  readonly self: string
}

export interface ValidatorSeekerDeps {
  readonly validators: Pick<ValidatorNames, 'list'>
  readonly want: (ids: readonly string[]) => void
  readonly scheduler: Scheduler
}

export interface ValidatorSeeker {
  /** At the start, and where somebody new has shown who it is; by itself once a minute from then on. */
  seekValidators(): void
  stopSeeking(): void
}

export function createValidatorSeeker(
  { isValidator, hasStake, self }: ValidatorSeekerOptions,
  { validators, want, scheduler }: ValidatorSeekerDeps,
): ValidatorSeeker {
  let wanted = ''
  let cancel: (() => void) | undefined
  let isStopped = false

  const ids = (): readonly string[] => {
    if (!isValidator()) return []
    const found = [...validators.list()].filter(([validator]) => hasStake(fromHex(validator) ?? new Uint8Array()))
    return [...new Set(found.map(([, peer]) => peer))].filter((peer) => peer !== self).sort()
  }

  const seek = (): void => {
    if (isStopped) return
    cancel?.()
    cancel = scheduler.after(lookIntervalMs, seek)
    const now = ids()
    const key = now.join(' ')
    if (key === wanted) return
    wanted = key
    want(now)
  }

  return {
    seekValidators: seek,
    stopSeeking() {
      isStopped = true
      cancel?.()
    },
  }
}
