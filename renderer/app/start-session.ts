/** What runs beside the page for as long as it is there: the session store, the shell's commands, keys, signs of life. */
import type { DesktopCommand, DesktopEvent } from '../../node/api/contract/index.ts'
import { startKeysSync } from '../features/hardware-keys/keys-sync.ts'
import { openNetworkLink } from '../features/networks/waiting-link.ts'
import { createActivity, listenForActivity } from '../features/session/activity.ts'
import { followDesktop } from '../features/session/desktop-sync.ts'
import { startSessionSync } from '../features/session/session-sync.ts'
import { useSessionStore } from '../features/session/store.ts'
import type { SessionControl } from '../rpc/session.ts'
import { navigate } from './routes.ts'
import { openPalette } from './shell-store.ts'
import { listenForShortcuts } from './shortcuts.ts'
import { lockVault } from './vault-actions.ts'

function after(delayMs: number, callback: () => void): () => void {
  const timer = setTimeout(callback, delayMs)
  return () => clearTimeout(timer)
}

export function startSession({ session, onConnection }: SessionControl): void {
  const { getState, setState } = useSessionStore
  onConnection((connection) => setState({ connection }))
  startSessionSync({
    session,
    getState,
    setState,
    after,
    isVisible: () => document.visibilityState === 'visible',
    nowMs: Date.now,
  })
  startKeysSync({ session })
  listenForShortcuts(session)
  listenForActivity(
    createActivity({
      keepOpen: () => session.api.vault.keepOpen(),
      isUnlocked: () => getState().vault?.locked === false,
      onStatus: (vault) => setState({ vault }),
      nowMs: Date.now,
    }),
  )
  const { desktop } = session.platform
  if (desktop === null) return
  const run = (command: DesktopCommand): void => {
    switch (command) {
      case 'palette':
        return openPalette()
      case 'settings':
        return navigate('settings')
      case 'lock':
        lockVault(session).catch(() => undefined)
        return
      case 'send':
      case 'receive':
      case 'history':
      case 'address-book':
        return navigate('wallet', [command])
    }
  }
  const onEvent = (event: DesktopEvent): void => {
    switch (event.kind) {
      case 'state':
        setState({ desktop: event.state, nodeState: event.state.node })
        return
      case 'command':
        return run(event.command)
      case 'payment-link':
        // Loaded with the wallet. It fills in a form; it neither unlocks nor sends.
        import('../features/wallet/payment-link.ts').then(
          ({ openPaymentLink }) => openPaymentLink(event.link),
          () => undefined,
        )
        return
      case 'network-link':
        openNetworkLink(event.link)
    }
  }
  followDesktop({ desktop, onEvent, after })
}
