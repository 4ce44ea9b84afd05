import type { ReactNode } from 'react'
import { useT } from '../i18n/index.ts'
import { Logo } from './logo.tsx'

/** A page in place of everything: starting, failed, signed out. */
export function FullPage({
  title,
  children,
  actions,
}: {
  readonly title?: string
  readonly children: ReactNode
  readonly actions?: ReactNode
}) {
  const t = useT()
  return (
    <main className="full-page">
      <div className="full-page-box">
        <div className="full-page-brand">
          <Logo size={28} />
          {t('app.name')}
        </div>
        {title !== undefined && (
          <h1 tabIndex={-1} data-page-heading>
            {title}
          </h1>
        )}
        {children}
        {actions !== undefined && <div className="row-wrap">{actions}</div>}
      </div>
    </main>
  )
}
