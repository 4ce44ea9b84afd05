import { useEffect, useRef, useState } from 'react'
import { contractLimits } from '../../../../node/api/contract/index.ts'
import { useFormat, useT } from '../../../i18n/index.ts'
import { type Failure, failureOf, useSession } from '../../../rpc/index.ts'
import { Banner, Button, Dialog, ProgressBar, RadioGroup, toast } from '../../../ui/index.ts'
import { FailureBanner } from '../components/failure-banner.tsx'
import { useMine, useNames, useWallet } from '../hooks/use-wallet.ts'
import { type ExportFormat, exportHistory } from '../model/history-export.ts'
import { type HistoryFilter, queryOf } from '../model/history-filter.ts'
import { selectNotes } from '../store/selectors.ts'

type Phase =
  | { readonly kind: 'choosing' }
  | { readonly kind: 'reading'; readonly rows: number; readonly reachedAt: string | undefined }
  | { readonly kind: 'too-large'; readonly rows: number }

/** Writes what the list shows, all of it, to a file. */
export function ExportDialog({
  filter,
  isOpen,
  onClose,
}: {
  readonly filter: HistoryFilter
  readonly isOpen: boolean
  readonly onClose: () => void
}) {
  const t = useT()
  const format = useFormat()
  const { api, platform } = useSession()
  const names = useNames()
  const all = useMine()
  const notes = useWallet(selectNotes)
  const [fileFormat, setFileFormat] = useState<ExportFormat>('csv')
  const [phase, setPhase] = useState<Phase>({ kind: 'choosing' })
  const [failure, setFailure] = useState<Failure | undefined>()
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])

  const cancel = (): void => {
    running.current?.abort()
    running.current = null
    setPhase({ kind: 'choosing' })
    setFailure(undefined)
  }
  const close = (): void => {
    cancel()
    onClose()
  }

  const run = async (): Promise<void> => {
    const controller = new AbortController()
    running.current = controller
    setFailure(undefined)
    setPhase({ kind: 'reading', rows: 0, reachedAt: undefined })
    try {
      const result = await exportHistory({
        format: fileFormat,
        query: queryOf(filter, Date.now()),
        list: (query) => api.transactions.list(query, { signal: controller.signal }),
        mine: filter.account === undefined ? all : new Set([filter.account]),
        names,
        notes,
        signal: controller.signal,
        maxBytes: contractLimits.maxSavedFileBytes,
        onProgress: (rows, reachedAt) => {
          if (!controller.signal.aborted) setPhase({ kind: 'reading', rows, reachedAt })
        },
      })
      if (controller.signal.aborted || result.kind === 'cancelled') return
      if (result.kind === 'too-large') {
        setPhase(result)
        return
      }
      const day = new Date().toISOString().slice(0, 10)
      if (await platform.saveFile(`qudag-history-${day}.${fileFormat}`, result.bytes)) {
        toast({ tone: 'good', title: t('wallet.export.done', { count: result.rows }) })
        close()
      } else setPhase({ kind: 'choosing' })
    } catch (error) {
      if (controller.signal.aborted) return
      setPhase({ kind: 'choosing' })
      setFailure(failureOf(error))
    }
  }

  return (
    <Dialog
      title={t('wallet.export.title')}
      isOpen={isOpen}
      onClose={close}
      keepsOnOutsidePress={phase.kind === 'reading'}
      actions={
        phase.kind === 'reading' ? (
          <Button onPress={cancel}>{t('wallet.export.cancel')}</Button>
        ) : (
          <>
            <Button onPress={close}>{t('ui.cancel')}</Button>
            <Button variant="primary" onPress={() => void run()}>
              {t('wallet.export.save')}
            </Button>
          </>
        )
      }
    >
      <div className="stack">
        <FailureBanner failure={failure} />
        {phase.kind === 'too-large' && (
          <Banner tone="warn" title={t('wallet.export.tooLarge')}>
            {t('wallet.export.tooLargeText', { count: phase.rows })}
          </Banner>
        )}
        {phase.kind === 'reading' ? (
          <ProgressBar
            label={t('wallet.export.reading')}
            text={
              phase.reachedAt === undefined
                ? t('wallet.export.rows', { count: phase.rows })
                : t('wallet.export.rowsBackTo', { count: phase.rows, time: format.day(phase.reachedAt) })
            }
          />
        ) : (
          <>
            <p>{t('wallet.export.text')}</p>
            <RadioGroup<ExportFormat>
              label={t('wallet.export.format')}
              value={fileFormat}
              onChange={setFileFormat}
              items={[
                { id: 'csv', label: t('wallet.export.csv'), description: t('wallet.export.csvText') },
                { id: 'json', label: t('wallet.export.json'), description: t('wallet.export.jsonText') },
              ]}
            />
          </>
        )}
      </div>
    </Dialog>
  )
}
