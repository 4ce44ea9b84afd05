/** Keys that work everywhere. Views have their own besides; none of theirs works while something is typed. */
import type { Session } from '../rpc/index.ts'
import { navigate } from './routes.ts'
import { openPalette, openShortcuts, useShellStore } from './shell-store.ts'
import { lockVault } from './vault-actions.ts'

/** In the notation of Kbd, with the key of its description. */
export const shortcutList = [
  {
    group: 'app.shortcuts.everywhere',
    items: [
      { keys: 'Mod+K', text: 'app.shortcuts.palette' },
      { keys: '?', text: 'app.shortcuts.list' },
      { keys: 'Alt+1', text: 'app.shortcuts.wallet' },
      { keys: 'Alt+2', text: 'app.shortcuts.network' },
      { keys: 'Alt+3', text: 'app.shortcuts.settings' },
      { keys: 'Mod+Shift+L', text: 'app.shortcuts.lock' },
      { keys: 'Esc', text: 'app.shortcuts.close' },
    ],
  },
  {
    group: 'app.shortcuts.inWallet',
    items: [
      { keys: 'S', text: 'app.shortcuts.send' },
      { keys: 'R', text: 'app.shortcuts.receive' },
      { keys: '/', text: 'app.shortcuts.search' },
      { keys: 'J', text: 'app.shortcuts.next' },
      { keys: 'K', text: 'app.shortcuts.previous' },
      { keys: 'Enter', text: 'app.shortcuts.open' },
    ],
  },
] as const

export type KeyAction = 'palette' | 'shortcuts' | 'wallet' | 'network' | 'settings' | 'lock'

export interface PressedKey {
  readonly key: string
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

/** @param isTyping the focus is where letters are text */
export function actionOf(
  { key, code, ctrlKey, metaKey, altKey, shiftKey }: PressedKey,
  isTyping: boolean,
): KeyAction | undefined {
  const mod = ctrlKey || metaKey
  if (mod && !altKey) {
    if (code === 'KeyK' && !shiftKey) return 'palette'
    if (code === 'KeyL' && shiftKey) return 'lock'
    if (key === ',') return 'settings'
    return undefined
  }
  if (altKey && !shiftKey && !mod) {
    if (code === 'Digit1') return 'wallet'
    if (code === 'Digit2') return 'network'
    if (code === 'Digit3') return 'settings'
    return undefined
  }
  return key === '?' && !isTyping && !altKey ? 'shortcuts' : undefined
}

export function isTypingIn(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type=checkbox]):not([type=radio]), textarea, select'))
  )
}

/** @returns ends it */
export function listenForShortcuts(session: Session): () => void {
  const receive = (event: KeyboardEvent): void => {
    const action = actionOf(event, isTypingIn(event.target))
    if (action === undefined) return
    // Below a dialog nothing moves; the palette may open over all but itself.
    if (document.querySelector('[role="dialog"], [role="alertdialog"]') !== null) return
    if (useShellStore.getState().overlay !== null) return
    event.preventDefault()
    switch (action) {
      case 'palette':
        openPalette()
        return
      case 'shortcuts':
        openShortcuts()
        return
      case 'lock':
        lockVault(session).catch(() => undefined)
        return
      default:
        navigate(action)
    }
  }
  addEventListener('keydown', receive)
  return () => removeEventListener('keydown', receive)
}
