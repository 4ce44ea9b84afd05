/**
 * Where a node under test is killed: at the boundaries between making a record, making it durable and telling somebody.
 * A plan is drawn from a seed and names for each kill the boundary and at which of its passings the process ends.
 */
import { randomBelow, seededRng } from '../../node/core/rng.ts'

/** Every boundary that has to be hit, with the places in the program that stand for it. */
export const boundaries = {
  'intent recorded: before commit': ['storage.putIntent.beforeCommit'],
  'intent recorded: after commit': ['storage.putIntent.afterCommit'],
  'intent recorded: before ack': ['storage.putIntent.beforeAck'],
  'intent signed': ['storage.signIntent.beforeCommit', 'storage.signIntent.afterCommit', 'ack.signIntent'],
  'admission: before commit': ['storage.admit.beforeCommit'],
  'admission: after commit, before ack': ['storage.admit.afterCommit', 'storage.admit.beforeAck'],
  'admission: after ack, before the engine hears': ['ack.admit', 'engine.transactions'],
  'vertex journal: before commit': ['storage.vertex.beforeCommit'],
  'vertex journal: after commit': ['storage.vertex.afterCommit'],
  'vertex journal: after ack, before it is followed': ['engine.journalled.vertex'],
  'commit batch: before commit': ['storage.commit.beforeCommit'],
  'commit batch: after commit': ['storage.commit.afterCommit'],
  'commit batch: before ack': ['storage.commit.beforeAck'],
  'commit batch: after ack, before announce': ['ack.commit'],
  'checkpoint journal': [
    'storage.checkpointJournal.beforeCommit',
    'storage.checkpointJournal.afterCommit',
    'engine.journalled.checkpoint',
  ],
  'checkpoint batch: before commit': ['storage.checkpoint.beforeCommit'],
  'checkpoint batch: after commit': ['storage.checkpoint.afterCommit'],
  'audit append': ['file.audit.torn', 'file.audit.beforeSync', 'file.audit.afterSync'],
  'vault file': ['file.vault.torn', 'file.vault.beforeRename', 'file.vault.afterRename'],
  'random moment': ['random'],
} as const

export type Boundary = keyof typeof boundaries
export const boundaryNames = Object.keys(boundaries) as Boundary[]

/** A place in the program that reports each passing to the kill switch. `random` is the only one outside the process. */
export type KillPlace =
  | (typeof boundaries)[Boundary][number]
  | 'file.genesis.beforeRename'
  | 'file.genesis.afterRename'
  | 'file.validatorKey.beforeRename'
  | 'file.validatorKey.afterRename'
  | 'storage.setMeta.beforeCommit'

export interface Kill {
  readonly boundary: Boundary
  readonly place: KillPlace
  /** The passing at which the process ends, from 1; for `random` the delay after the start in ms. */
  readonly nth: number
  /** Goes on at once after the restart, while what was recovered is still under way; else waits until all is final. */
  readonly goOnAtOnce: boolean
}

/** Passings until the kill, at most: few for what happens every two seconds, many for what happens with each payment. */
function mostPassings(place: KillPlace): number {
  if (place.startsWith('storage.checkpoint') || place === 'engine.journalled.checkpoint') return 2
  if (place.startsWith('file.vault')) return 2
  if (place.startsWith('storage.vertex') || place === 'engine.journalled.vertex') return 12
  if (place.startsWith('storage.commit') || place === 'ack.commit') return 12
  return 30
}

/** @param kills how many; every boundary gets its share, in an order that the seed decides */
export function planKills(seed: number, kills: number): Kill[] {
  const rng = seededRng(seed)
  const plan: Kill[] = []
  for (let index = 0; index < kills; index++) {
    const boundary = boundaryNames[index % boundaryNames.length] as Boundary
    const places = boundaries[boundary]
    const place = places[Math.floor(index / boundaryNames.length) % places.length] as KillPlace
    // A start takes some 300 ms: about a third of the random moments fall into it.
    const nth = place === 'random' ? 50 + randomBelow(rng, 1_200) : 1 + randomBelow(rng, mostPassings(place))
    plan.push({ boundary, place, nth, goOnAtOnce: randomBelow(rng, 2) === 0 })
  }
  for (let last = plan.length - 1; last > 0; last--) {
    const other = randomBelow(rng, last + 1)
    const held = plan[last] as Kill
    plan[last] = plan[other] as Kill
    plan[other] = held
  }
  return plan
}
