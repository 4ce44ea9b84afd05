/**
 * Has the owner unlock a token: in the app in its PIN window; in a browser, where no PIN is typed, at the node's terminal or the
 * token's keypad, which the page waits for.
 */
import type { Platform } from '../../rpc/index.ts'
import { useHardwareKeys } from './store.ts'

let giveUp: (() => void) | undefined

/** @param pairing id of the key. @returns false where they thought better of it */
export async function unlockToken({ tokens }: Pick<Platform, 'tokens'>, pairing: string): Promise<boolean> {
  if (tokens !== null) return tokens.request('pin', pairing)
  giveUp?.()
  return new Promise((resolve) => {
    const end = (isUnlocked: boolean): void => {
      giveUp = undefined
      stop()
      useHardwareKeys.setState({ awaited: null })
      resolve(isUnlocked)
    }
    const stop = useHardwareKeys.subscribe(({ keys }) => {
      if (keys?.find(({ id }) => id === pairing)?.state === 'unlocked') end(true)
    })
    giveUp = () => end(false)
    useHardwareKeys.setState({ awaited: pairing })
  })
}

export function stopWaitingForToken(): void {
  giveUp?.()
}

/** Which key has to be unlocked, where a failure says that one has to. */
export function lockedTokenOf(failure: {
  readonly code: string
  readonly details: Readonly<Record<string, string | number | boolean>>
}): string | undefined {
  const { pairing } = failure.details
  return failure.code === 'HSM_PIN_REQUIRED' && typeof pairing === 'string' ? pairing : undefined
}
