/** The page of a secret window of the desktop app: one form, and nothing else that could see what is typed. */
import { Suspense, useEffect } from 'react'
import { I18nProvider } from 'react-aria-components'
import { createRoot } from 'react-dom/client'
import { type TokenPurpose, tokenPurpose } from '../../node/api/contract/index.ts'
import '../ui/base.css'
import { useLocaleStore, useT } from '../i18n/index.ts'
import { connectDesktopSession } from '../rpc/connect.ts'
import { type Session, SessionContext } from '../rpc/index.ts'
import { Spinner } from '../ui/index.ts'
import { applyLanguage } from './language.ts'
import './secret-window.css'
import { type SecretFragment, secretFragment } from './secret-fragment.ts'
import { applyTheme } from './theme.ts'
import { SecretForm, TokenForm } from './views.ts'

function SecretWindow({ session, asked }: { readonly session: Session; readonly asked: SecretFragment }) {
  const { purpose, pairing } = asked
  const t = useT()
  const tag = useLocaleStore((state) => state.tag)
  const title = t(`app.secret.${purpose}`)
  useEffect(() => {
    document.title = title
  }, [title])
  const close = (done: boolean): void => {
    // The shell closes the window; where it cannot, the person can.
    session.platform.desktop?.closeSecret({ done }).catch(() => window.close())
  }
  return (
    <I18nProvider locale={tag}>
      <main className="secret-window">
        <h1>{title}</h1>
        <Suspense fallback={<Spinner label={t('app.starting.view')} />}>
          {isTokenPurpose(purpose) ? (
            <SessionContext value={session}>
              <TokenForm purpose={purpose} pairing={pairing} onDone={close} />
            </SessionContext>
          ) : (
            <SecretForm
              purpose={purpose}
              pairing={pairing}
              api={session.api}
              platform={session.platform}
              onDone={close}
            />
          )}
        </Suspense>
      </main>
    </I18nProvider>
  )
}

function isTokenPurpose(purpose: SecretFragment['purpose']): purpose is TokenPurpose {
  return tokenPurpose.safeParse(purpose).success
}

async function start(): Promise<void> {
  const asked = secretFragment(location.hash)
  const root = document.getElementById('root')
  if (asked === undefined || root === null) return
  const { appearance } = asked
  applyTheme(appearance.theme)
  const [{ session }] = await Promise.all([
    connectDesktopSession(() => appearance),
    applyLanguage(appearance.language).catch(() => undefined),
  ])
  createRoot(root).render(<SecretWindow session={session} asked={asked} />)
}

start().catch((error: unknown) => reportError(error))
