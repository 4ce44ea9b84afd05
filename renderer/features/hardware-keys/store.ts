/** The paired keys and how they stand, as the node told last; and, in a browser, the token that somebody has to unlock elsewhere. */
import { create } from 'zustand'
import type { HardwareKey } from '../../../node/api/contract/index.ts'

export interface HardwareKeysState {
  /** Null before the first answer. */
  readonly keys: readonly HardwareKey[] | null
  /** Id of the key that is waited for, in a browser. */
  readonly awaited: string | null
}

export const useHardwareKeys = create<HardwareKeysState>(() => ({ keys: null, awaited: null }))

export function keyOf(state: HardwareKeysState, pairing: string | undefined): HardwareKey | undefined {
  return state.keys?.find(({ id }) => id === pairing)
}
