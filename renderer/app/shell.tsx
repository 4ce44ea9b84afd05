import { Suspense, useEffect, useRef } from 'react'
import { networkKind } from '../features/session/selectors.ts'
import { useSessionStore } from '../features/session/store.ts'
import { type MessageKey, useT } from '../i18n/index.ts'
import { Spinner } from '../ui/index.ts'
import { CommandPalette } from './command-palette.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { ErrorBoundary } from './error-boundary.tsx'
import { Rail } from './rail.tsx'
import { type Route, routeTo, useRoute, type View } from './routes.ts'
import './shell.css'
import { ShortcutsDialog } from './shortcuts-dialog.tsx'
import { StatusStrip } from './status-strip.tsx'
import { NetworkView, SettingsView, WalletView } from './views.ts'

const titles: Readonly<Record<View, MessageKey>> = {
  wallet: 'app.place.wallet',
  network: 'app.place.network',
  settings: 'app.place.settings',
}

/** The window with its views: rail, the view that is gone to, status strip. */
export function Shell() {
  const t = useT()
  const route = useRoute()
  const network = useSessionStore(({ node }) => node?.network)
  const main = useRef<HTMLElement>(null)
  const place = routeTo(route.view, route.path)
  useTitle(`${t(titles[route.view])} – ${t('app.name')}`)
  useFocusOnArrival(main, place)
  return (
    <div className="app" data-network={network === undefined ? undefined : networkKind(network)}>
      <button type="button" className="skip-link" onClick={() => main.current?.focus()}>
        {t('app.skip')}
      </button>
      <Rail />
      <main ref={main} id="main" className="app-main" tabIndex={-1}>
        <ConnectionBanner />
        <ErrorBoundary place={place}>
          <Suspense
            fallback={
              <div className="app-loading">
                <Spinner label={t('app.starting.view')} />
              </div>
            }
          >
            <ViewOf route={route} />
          </Suspense>
        </ErrorBoundary>
      </main>
      <StatusStrip />
      <CommandPalette />
      <ShortcutsDialog />
    </div>
  )
}

function ViewOf({ route }: { readonly route: Route }) {
  switch (route.view) {
    case 'wallet':
      return <WalletView route={route} />
    case 'network':
      return <NetworkView />
    case 'settings':
      return <SettingsView />
  }
}

function useTitle(title: string): void {
  useEffect(() => {
    document.title = title
  }, [title])
}

/** How long a view may take to show its heading after it was gone to, ms; later, the focus stays where it is. */
const headingWaitMs = 5_000

/**
 * Somebody who went somewhere by keyboard or screen reader begins at its heading; not at the first place, and not where the
 * view has put the focus itself.
 */
function useFocusOnArrival(main: { readonly current: HTMLElement | null }, place: string): void {
  const lastPlace = useRef(place)
  useEffect(() => {
    const target = main.current
    if (lastPlace.current === place || target === null) return
    lastPlace.current = place
    target.scrollTo(0, 0)
    const isFree = (): boolean => {
      const active = document.activeElement
      return (
        active === null || active === document.body || active === target || !document.contains(active) || isLink(active)
      )
    }
    // Views are loaded when they are first gone to: their heading comes later.
    const focusHeading = (): boolean => {
      const heading = target.querySelector<HTMLElement>('[data-page-heading]')
      // The view before stays in the page, hidden, until the next one is there.
      if (heading === null || !heading.checkVisibility()) return false
      if (isFree()) heading.focus({ preventScroll: true })
      return true
    }
    const watcher = new MutationObserver(() => {
      if (focusHeading()) stop()
    })
    const timer = setTimeout(() => stop(), headingWaitMs)
    const stop = (): void => {
      watcher.disconnect()
      clearTimeout(timer)
    }
    watcher.observe(target, { childList: true, subtree: true })
    const frame = requestAnimationFrame(() => {
      if (focusHeading()) stop()
      else if (isFree()) target.focus({ preventScroll: true })
    })
    return () => {
      cancelAnimationFrame(frame)
      stop()
    }
  }, [main, place])
}

/** The link that led here: the person has left it. */
function isLink(element: Element): boolean {
  return element.matches('a[href^="#/"]')
}
