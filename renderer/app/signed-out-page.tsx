import { useT } from '../i18n/index.ts'
import { CopyButton } from '../ui/index.ts'
import { FullPage } from './full-page.tsx'

export type SignedOutReason = 'no-session' | 'code-invalid' | 'unreachable' | 'ended'

const openCommand = 'qudag node open'

/** A page in a browser without a session: why, and how to get one. */
export function SignedOutPage({ reason }: { readonly reason: SignedOutReason }) {
  const t = useT()
  return (
    <FullPage title={t('app.signedOut.title')}>
      <p>{t(`app.signedOut.${reason}`)}</p>
      <p className="muted">{t('app.signedOut.how')}</p>
      <div className="command-line">
        <code>{openCommand}</code>
        <CopyButton text={openCommand} label={t('app.signedOut.copy')} />
      </div>
      <p className="muted small">{t('app.signedOut.why')}</p>
    </FullPage>
  )
}
