/** The page of the interface: connects, then shows. */
import { createRoot } from 'react-dom/client'
import '../ui/base.css'
import { codeInFragment } from '../rpc/browser-session.ts'
import { connectBrowserSession, connectDesktopSession, isDesktop } from '../rpc/connect.ts'
import type { SessionControl } from '../rpc/session.ts'
import { App } from './app.tsx'
import { applyLanguage } from './language.ts'
import { usePreferences, watchPreferences } from './preferences.ts'
import { currentRoute } from './routes.ts'
import type { SignedOutReason } from './signed-out-page.tsx'
import { startSession } from './start-session.ts'
import { applyTheme } from './theme.ts'
import { preloadView } from './views.ts'

async function connect(): Promise<{ control: SessionControl; signedOut: SignedOutReason | undefined }> {
  if (!isDesktop()) return connectBrowserSession()
  const appearance = () => {
    const { theme, language } = usePreferences.getState()
    return { theme, language }
  }
  return { control: await connectDesktopSession(appearance), signedOut: undefined }
}

/** A new link in the tab of an old session differs in the fragment alone, for which a browser loads nothing by itself. */
function watchForLinks(): void {
  addEventListener('hashchange', () => {
    if (codeInFragment(location.hash) !== undefined) location.reload()
  })
}

async function start(): Promise<void> {
  const { theme, language } = usePreferences.getState()
  applyTheme(theme)
  watchPreferences()
  if (!isDesktop()) watchForLinks()
  preloadView(currentRoute().view)
  const [{ control, signedOut }] = await Promise.all([connect(), applyLanguage(language).catch(() => undefined)])
  if (signedOut === undefined) startSession(control)
  const root = document.getElementById('root')
  if (root !== null) createRoot(root).render(<App session={control.session} signedOut={signedOut} />)
}

start().catch((error: unknown) => {
  // Where not even this page could be made there is nothing left to show it with.
  reportError(error)
})
