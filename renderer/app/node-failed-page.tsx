import { FileText, Hammer, RotateCw } from 'lucide-react'
import { useState } from 'react'
import { isMessageKey, useT } from '../i18n/index.ts'
import { failureOfCode, useSession } from '../rpc/index.ts'
import { Button, CopyButton } from '../ui/index.ts'
import { FullPage } from './full-page.tsx'
import { sayFailure } from './vault-actions.ts'

/** The network that a machine without a genesis file can always run. */
const developmentNetwork = 'dev'

/** The node of the desktop app could not start, or had to stop: why, whether the money is safe, and what to do. */
export function NodeFailedPage({ code }: { readonly code: string }) {
  const t = useT()
  const { desktop } = useSession().platform
  const [isPending, setPending] = useState(false)
  const { message, hint } = failureOfCode(code)
  // What to do about what has no words is said of payments, and here none was being made.
  const isKnown = isMessageKey(`errors.${code}`)
  // Said of a call, a code tells what became of that call; here the node itself has stopped.
  const ofNode = `app.failed.${code}`
  const run = (work: Promise<unknown>): void => {
    setPending(true)
    work.catch(sayFailure).finally(() => setPending(false))
  }
  return (
    <FullPage
      title={t('app.failed.title')}
      actions={
        // Only the desktop app starts nodes.
        desktop !== null && (
          <>
            <Button variant="primary" icon={RotateCw} isPending={isPending} onPress={() => run(desktop.startNode({}))}>
              {t('app.failed.again')}
            </Button>
            {code === 'NO_GENESIS' && (
              <Button icon={Hammer} onPress={() => run(desktop.startNode({ network: developmentNetwork }))}>
                {t('app.failed.development')}
              </Button>
            )}
            <Button icon={FileText} onPress={() => run(desktop.openLogs())}>
              {t('app.failed.logs')}
            </Button>
            <Button variant="quiet" onPress={() => run(desktop.quit())}>
              {t('app.failed.quit')}
            </Button>
          </>
        )
      }
    >
      <p role="alert">{isMessageKey(ofNode) ? t(ofNode) : message}</p>
      {hint !== undefined && isKnown && <p>{hint}</p>}
      <p className="muted">{t('app.failed.money')}</p>
      <p className="row muted small">
        {t('app.failed.code')} <code>{code}</code>
        <CopyButton text={code} label={t('app.failed.copyCode')} />
      </p>
    </FullPage>
  )
}
