/** What of the shell is open. */
import { create } from 'zustand'

export interface ShellState {
  readonly overlay: 'palette' | 'shortcuts' | null
}

export const useShellStore = create<ShellState>(() => ({ overlay: null }))

export function openPalette(): void {
  useShellStore.setState({ overlay: 'palette' })
}

export function openShortcuts(): void {
  useShellStore.setState({ overlay: 'shortcuts' })
}

export function closeOverlay(): void {
  useShellStore.setState({ overlay: null })
}
