/** The desktop shell's settings, as the session store has them, and changing them. */
import { useState } from 'react'
import type { DesktopSettings, DesktopState } from '../../../node/api/contract/index.ts'
import { type Failure, failureOf, useSession } from '../../rpc/index.ts'
import { useSessionStore } from '../session/store.ts'

export interface DesktopSettingsHandle {
  /** Null in a browser, and before the shell has said its state. */
  readonly state: DesktopState | null
  readonly failure: Failure | undefined
  change(part: Partial<DesktopSettings>): void
}

export function useDesktopSettings(): DesktopSettingsHandle {
  const { desktop } = useSession().platform
  const state = useSessionStore((session) => session.desktop)
  const [failure, setFailure] = useState<Failure>()
  const change = (part: Partial<DesktopSettings>) => {
    if (desktop === null) return
    setFailure(undefined)
    // The switch shows what the shell says afterwards, not what was asked of it.
    desktop.set(part).then(
      (settings) => {
        const { desktop: now } = useSessionStore.getState()
        if (now !== null) useSessionStore.setState({ desktop: { ...now, settings } })
      },
      (error: unknown) => setFailure(failureOf(error)),
    )
  }
  return { state, failure, change }
}
