import { useEffect, useState } from 'react'
import { useSessionStore } from '../features/session/store.ts'
import { useFormat, useT } from '../i18n/index.ts'
import { Banner } from '../ui/index.ts'
import { limits } from './limits.ts'

/** The connection is lost, for longer than a blink: what shows is old, and nothing can be sent. */
export function ConnectionBanner() {
  const t = useT()
  const format = useFormat()
  const isLost = useSessionStore(({ connection }) => connection !== 'open')
  const asOf = useSessionStore((state) => state.asOf)
  const [isSaid, setSaid] = useState(false)
  useEffect(() => {
    if (!isLost) {
      setSaid(false)
      return
    }
    const timer = setTimeout(() => setSaid(true), limits.lossNoticeMs)
    return () => clearTimeout(timer)
  }, [isLost])
  if (!isSaid) return null
  return (
    <div className="connection-banner">
      <Banner tone="warn" title={t('app.lost.title')}>
        {t('app.lost.text', { time: asOf === null ? '–' : format.clock(asOf) })}
      </Banner>
    </div>
  )
}
