import { Suspense, useEffect } from 'react'
import { I18nProvider } from 'react-aria-components'
import { ElsewhereDialog } from '../features/hardware-keys/elsewhere-dialog.tsx'
import { needsOnboarding, useOnboardingStore } from '../features/onboarding/flow.ts'
import { type Screen, screenOf } from '../features/session/selectors.ts'
import { useSessionStore } from '../features/session/store.ts'
import { useLocaleStore, useT } from '../i18n/index.ts'
import { type Session, SessionContext } from '../rpc/index.ts'
import { Button, Spinner, ToastRegion } from '../ui/index.ts'
import { applyLanguage } from './language.ts'
import { NodeFailedPage } from './node-failed-page.tsx'
import { usePreferences } from './preferences.ts'
import { SecretDialog } from './secret-dialog.tsx'
import { Shell } from './shell.tsx'
import { SignedOutPage, type SignedOutReason } from './signed-out-page.tsx'
import { StartingPage } from './starting-page.tsx'
import { applyTheme } from './theme.ts'
import { LockScreen, Onboarding } from './views.ts'

export interface AppProps {
  readonly session: Session
  /** Why there was no session to begin with; undefined where there was one. */
  readonly signedOut: SignedOutReason | undefined
}

export function App({ session, signedOut }: AppProps) {
  const tag = useLocaleStore((state) => state.tag)
  const { theme, language } = usePreferences()
  useEffect(() => applyTheme(theme), [theme])
  useEffect(() => {
    // English shows where another language cannot be loaded.
    applyLanguage(language).catch(() => undefined)
  }, [language])
  return (
    <SessionContext value={session}>
      <I18nProvider locale={tag}>
        <CurrentScreen signedOut={signedOut} />
        {session.platform.kind === 'browser' && (
          <>
            <SecretDialog />
            <ElsewhereDialog />
          </>
        )}
        <ToastRegion />
      </I18nProvider>
    </SessionContext>
  )
}

function useScreen(signedOut: SignedOutReason | undefined): Screen {
  const state = useSessionStore()
  const onboarding = useOnboardingStore()
  if (signedOut !== undefined) return 'signed-out'
  return screenOf(state, needsOnboarding(state.vault, state.watchedAccounts ?? 0, onboarding))
}

function CurrentScreen({ signedOut }: { readonly signedOut: SignedOutReason | undefined }) {
  const t = useT()
  const screen = useScreen(signedOut)
  const nodeState = useSessionStore((state) => state.nodeState)
  switch (screen) {
    case 'signed-out':
      return <SignedOutPage reason={signedOut ?? 'ended'} />
    case 'node-failed':
      return <NodeFailedPage code={nodeState?.kind === 'failed' ? nodeState.code : 'INTERNAL'} />
    case 'connecting':
    case 'node-starting':
      return <StartingPage isNodeStarting={screen === 'node-starting'} />
    case 'onboarding':
      return (
        <Suspense fallback={<StartingPage isNodeStarting={false} />}>
          <Onboarding />
        </Suspense>
      )
    case 'locked':
      return (
        <div className="lock-page">
          <Suspense fallback={<Spinner label={t('app.starting.view')} />}>
            <LockScreen />
          </Suspense>
          <div className="lock-foot">
            <Button variant="quiet" onPress={() => useSessionStore.setState({ viewsWhileLocked: true })}>
              {t('app.lock.view')}
            </Button>
          </div>
        </div>
      )
    case 'views':
      return <Shell />
  }
}
