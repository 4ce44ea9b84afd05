/** Locks the vault when the machine sleeps, its screen is locked, or nobody has touched it for a while. */
import type { DesktopSettings } from '../../node/api/contract/index.ts'
import { shellLimits } from './limits.ts'
import type { Timer } from './timer.ts'

/** The part of Electron's powerMonitor that is used. */
export interface PowerMonitor {
  on(event: 'suspend' | 'lock-screen', listener: () => void): unknown
  /** Seconds since the last key or mouse anywhere on the machine. */
  getSystemIdleTime(): number
}

export interface PowerDeps {
  readonly monitor: PowerMonitor
  readonly settings: () => DesktopSettings
  readonly lock: () => void
  readonly timer: Timer
}

/** Starts watching. Returns what stops looking at idleness. */
export function lockWithMachine({ monitor, settings, lock, timer }: PowerDeps): () => void {
  const lockIfWanted = (): void => {
    if (settings().lockOnSuspend) lock()
  }
  monitor.on('suspend', lockIfWanted)
  monitor.on('lock-screen', lockIfWanted)

  let isIdle = false
  let cancel: () => void
  const look = (): void => {
    const minutes = settings().lockWhenIdleMinutes
    const wasIdle = isIdle
    isIdle = minutes > 0 && monitor.getSystemIdleTime() >= minutes * 60
    // Once: whoever opens the vault from elsewhere meanwhile meant to.
    if (isIdle && !wasIdle) lock()
    cancel = timer.after(shellLimits.idlePollMs, look)
  }
  cancel = timer.after(shellLimits.idlePollMs, look)
  return () => cancel()
}
