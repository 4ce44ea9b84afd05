/**
 * A Byzantine validator that runs the real engine and is unfaithful around it: mute, slow, forgetful, or lying in polls.
 */
import type { Message } from '../../consensus/messages.ts'
import type { Execution } from '../execution.ts'
import { createHost } from '../host.ts'
import type { SimValidator } from '../identities.ts'
import { simLimits } from '../limits.ts'
import type { AdversaryName } from '../options.ts'
import { happenings, type World } from '../world.ts'
import type { Cabal } from './cabal.ts'
import type { Participant } from './participant.ts'
import { lyingReply, type Preferences } from './preferences.ts'

export function isUnfaithfulTrait(name: AdversaryName): boolean {
  return name === 'silent' || name === 'slow' || name === 'amnesia' || name === 'lie'
}

export interface UnfaithfulDeps {
  readonly world: World
  readonly cabal: Cabal
  readonly validator: SimValidator
  readonly execution: Execution
  readonly preferences: Preferences
  readonly connectedPeers: () => readonly SimValidator[]
}

const minMemoryMs = 2_000
const maxMemoryMs = 8_000

export function createUnfaithful(deps: UnfaithfulDeps): Participant {
  const { world, cabal, validator, execution, preferences, connectedPeers } = deps
  const { index } = validator
  const chance = world.chanceOf(`unfaithful ${index}`)
  const named = new Set(world.options.adversaries)
  const isMixed = named.has('mixed')
  const lies = isMixed || named.has('lie')
  const forgets = isMixed ? chance.happens(0.5) : named.has('amnesia')
  /** Falls silent at some moment, at times from the start. */
  const silentFromMs = chance.happens(0.5) ? 0 : chance.below(20_000)

  const isSilent = (): boolean =>
    isMixed ? cabal.traitsOf(index).has('silent') : named.has('silent') && world.nowMs >= silentFromMs
  const isSlow = (): boolean => cabal.traitsOf(index).has('slow')

  const send = (to: number, message: Message): void => {
    if (isSilent()) return
    world.send(index, to, message, isSlow() ? chance.between(200, 2_000) : 0)
  }

  const restart = (): void => {
    if (host.isUp) return
    host.start()
    for (const { peer } of connectedPeers()) host.feed({ type: 'connected', peer })
  }

  /** Comes back with what the disk held at some earlier time. */
  const forget = (): void => {
    world.after(chance.between(minMemoryMs, maxMemoryMs), index, happenings.adversary, () => {
      host.crash()
      host.disk.rewind(chance.below(host.disk.records.length + 1))
      forget()
    })
  }

  const host = createHost({
    world,
    validator,
    execution,
    skewMs: 0,
    hooks: {
      send(to, message) {
        if (to !== null) return send(to, message)
        for (const other of world.validators) if (other.index !== index) send(other.index, message)
      },
      committed: () => undefined,
      certified: () => undefined,
      effect: () => undefined,
      crashesAfter: () => false,
      crashed: () => world.after(simLimits.byzantineRestartMs, index, happenings.restart, restart),
      // Its own engine may find that nothing fits together any more: it starts anew.
      failed: () => undefined,
    },
  })

  return {
    start() {
      restart()
      for (const other of world.validators) {
        if (other.index !== index) host.feed({ type: 'connected', peer: other.peer })
      }
      if (forgets) forget()
    },
    deliver(from, message) {
      if (lies && message.kind === 'poll') return send(from, lyingReply(message, cabal, preferences))
      if (lies && message.kind === 'transactions') cabal.hear(message.transactions)
      const sender = world.validators[from]
      if (sender !== undefined) host.deliver(sender.peer, message)
    },
    connected(peer) {
      const other = world.validators[peer]
      if (other !== undefined) host.feed({ type: 'connected', peer: other.peer })
    },
    disconnected(peer) {
      const other = world.validators[peer]
      if (other !== undefined) host.feed({ type: 'disconnected', peer: other.peer })
    },
  }
}
