/** Somebody is at the page: the vault does not lock under their hands. Only what a person does counts, not what a program fakes. */
import type { VaultStatusShape } from '../../../node/api/contract/index.ts'
import { limits } from './limits.ts'

export interface ActivityDeps {
  readonly keepOpen: () => Promise<VaultStatusShape>
  readonly isUnlocked: () => boolean
  readonly onStatus: (vault: VaultStatusShape) => void
  readonly nowMs: () => number
}

/** @returns to be told of each event of the person */
export function createActivity({
  keepOpen,
  isUnlocked,
  onStatus,
  nowMs,
}: ActivityDeps): (event: { isTrusted: boolean }) => void {
  let saidMs = Number.NEGATIVE_INFINITY
  return ({ isTrusted }) => {
    if (!isTrusted || !isUnlocked() || nowMs() - saidMs < limits.keepOpenMs) return
    saidMs = nowMs()
    // Where it fails the vault locks in its time, which is the safe side.
    keepOpen().then(onStatus, () => undefined)
  }
}

const personEvents = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const

export function listenForActivity(listener: (event: Event) => void): () => void {
  for (const type of personEvents) addEventListener(type, listener, { capture: true, passive: true })
  return () => {
    for (const type of personEvents) removeEventListener(type, listener, { capture: true })
  }
}
