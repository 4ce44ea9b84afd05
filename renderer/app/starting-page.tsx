import { useEffect, useState } from 'react'
import { useT } from '../i18n/index.ts'
import { Spinner } from '../ui/index.ts'
import { FullPage } from './full-page.tsx'
import { limits } from './limits.ts'

/** Before there is anything to show. After a while it says what takes so long. */
export function StartingPage({ isNodeStarting }: { readonly isNodeStarting: boolean }) {
  const t = useT()
  const [isLong, setLong] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), limits.longStartMs)
    return () => clearTimeout(timer)
  }, [])
  return (
    <FullPage>
      <div className="row muted">
        <Spinner />
        <span role="status">{isNodeStarting ? t('app.starting.node') : t('app.starting.connecting')}</span>
      </div>
      {isLong && <p className="muted small">{t('app.starting.long')}</p>}
    </FullPage>
  )
}
