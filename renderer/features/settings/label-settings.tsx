import { BookUser, Download, Upload } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { LabelEntry } from '../../../node/api/contract/index.ts'
import { navigate } from '../../app/routes.ts'
import { useT } from '../../i18n/index.ts'
import { useSession } from '../../rpc/index.ts'
import { Button, Card, toast } from '../../ui/index.ts'
import { FailureBanner } from '../secrets/failure-banner.tsx'
import { useSubmission } from '../secrets/use-submission.ts'
import { LabelFileReport } from './label-file-report.tsx'
import { type LabelFile, labelFileName, readLabelFile, writeLabelFile } from './labels-file.ts'
import { SettingRow } from './setting-row.tsx'

interface Chosen {
  readonly name: string
  readonly file: LabelFile | { readonly kind: 'unreadable' }
}

/** Names of addresses and notes on payments: where they are, out to a file, and in from one. */
export function LabelSettings() {
  const t = useT()
  const { api, platform } = useSession()
  const [labels, setLabels] = useState<readonly LabelEntry[]>()
  const [chosen, setChosen] = useState<Chosen>()
  const loading = useSubmission()
  const saving = useSubmission()
  const importing = useSubmission()
  const picker = useRef<HTMLInputElement>(null)
  const { run: load } = loading

  const reload = useCallback(
    () =>
      load(async () => {
        const { items } = await api.labels.list({})
        setLabels(items)
      }),
    [api, load],
  )
  useEffect(() => {
    void reload()
  }, [reload])

  const exportLabels = () =>
    saving.run(async () => {
      const [{ items }, { network }] = await Promise.all([api.labels.list({}), api.node.info()])
      const isSaved = await platform.saveFile(labelFileName(network, new Date()), writeLabelFile(items), {
        isPrivate: true,
      })
      if (isSaved) toast({ tone: 'good', title: t('settings.labels.exported', { count: items.length }) })
    })

  const choose = async (file: File | undefined) => {
    if (file === undefined) return
    importing.clear()
    try {
      setChosen({ name: file.name, file: readLabelFile(new Uint8Array(await file.arrayBuffer())) })
    } catch {
      setChosen({ name: file.name, file: { kind: 'unreadable' } })
    }
  }

  const importLabels = async (items: readonly LabelEntry[]) => {
    const isImported = await importing.run(async () => {
      const { imported } = await api.labels.import({ items: [...items] })
      toast({ tone: 'good', title: t('settings.labels.import.done', { count: imported }) })
    })
    if (!isImported) return
    setChosen(undefined)
    void reload()
  }

  const addresses = labels?.filter(({ type }) => type === 'address').length ?? 0
  const notes = (labels?.length ?? 0) - addresses
  return (
    <Card>
      <SettingRow
        title={t('settings.labels.book')}
        text={t('settings.labels.book.text')}
        note={labels !== undefined && <p className="faint tiny">{t('settings.labels.count', { addresses, notes })}</p>}
      >
        <Button icon={BookUser} onPress={() => navigate('wallet', ['address-book'])}>
          {t('settings.labels.book.open')}
        </Button>
      </SettingRow>
      <SettingRow
        title={t('settings.labels.export')}
        text={labels?.length === 0 ? t('settings.labels.export.none') : t('settings.labels.export.text')}
      >
        <Button
          icon={Download}
          isPending={saving.isPending}
          isDisabled={labels === undefined || labels.length === 0}
          onPress={() => void exportLabels()}
        >
          {t('settings.labels.export.save')}
        </Button>
      </SettingRow>
      <SettingRow title={t('settings.labels.import')} text={t('settings.labels.import.text')}>
        <Button icon={Upload} isDisabled={importing.isPending} onPress={() => picker.current?.click()}>
          {t('settings.labels.import.choose')}
        </Button>
        <input
          ref={picker}
          type="file"
          accept=".jsonl,.json,.txt,application/jsonl"
          hidden
          aria-label={t('settings.labels.import')}
          onChange={(event) => {
            void choose(event.currentTarget.files?.[0])
            event.currentTarget.value = ''
          }}
        />
      </SettingRow>
      {chosen !== undefined && (
        <LabelFileReport
          name={chosen.name}
          file={chosen.file}
          isPending={importing.isPending}
          onImport={(items) => void importLabels(items)}
          onCancel={() => setChosen(undefined)}
        />
      )}
      <FailureBanner failure={loading.failure ?? saving.failure ?? importing.failure} />
    </Card>
  )
}
