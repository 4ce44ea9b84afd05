/** Crashes of honest validators: planned ones, and kills between any two effects. */
import type { EngineEffect } from '../consensus/types.ts'
import type { Host } from './host.ts'
import { simLimits } from './limits.ts'
import { happenings, type World } from './world.ts'

export interface Faults {
  start(hosts: readonly Host[]): void
  /** No more crashes; those that are down come back. */
  stop(): void
  crashesAfter(effect: EngineEffect): boolean
  /** How long the validator that just crashed stays down. */
  downMs(): number
  readonly kills: number
  /** Random kills by the effect they followed. */
  readonly killsAfter: ReadonlyMap<EngineEffect['type'], number>
}

/**
 * Effects after which a kill says something: what was to be durable may be, or not; a message has gone to some; a commit
 * has been executed and not recorded. A validator has about this many a second.
 */
const telling: ReadonlySet<EngineEffect['type']> = new Set(['sign', 'journal', 'send', 'store', 'commit', 'certified'])
const tellingASecond = 60

export function createFaults(world: World): Faults {
  const { crashes, randomCrashes } = world.options
  const chance = world.chanceOf('crashes')
  const share = randomCrashes === null ? 0 : 1_000 / (randomCrashes.meanIntervalMs * tellingASecond)
  let isStopped = false
  let kills = 0
  const killsAfter = new Map<EngineEffect['type'], number>()
  let plannedDownMs: number | null = null
  return {
    start(hosts) {
      for (const { node, atMs, downMs, damagesJournal } of crashes) {
        world.after(atMs, node, happenings.crash, () => {
          const host = hosts.find(({ validator }) => validator.index === node)
          if (host === undefined || !host.isUp) return
          if (damagesJournal) host.damageJournal()
          plannedDownMs = downMs
          kills += 1
          host.crash()
        })
      }
    },
    stop() {
      isStopped = true
    },
    crashesAfter(effect) {
      if (isStopped || share === 0 || !telling.has(effect.type)) return false
      if (randomCrashes !== null && randomCrashes.maxKills !== null && kills >= randomCrashes.maxKills) return false
      if (randomCrashes?.onlyAfterSending === true && effect.type !== 'send') return false
      if (!chance.happens(share)) return false
      kills += 1
      killsAfter.set(effect.type, (killsAfter.get(effect.type) ?? 0) + 1)
      return true
    },
    downMs() {
      const downMs = plannedDownMs ?? chance.between(simLimits.minDownMs, simLimits.maxDownMs)
      plannedDownMs = null
      return downMs
    },
    killsAfter,
    get kills() {
      return kills
    },
  }
}
