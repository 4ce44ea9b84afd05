import type { LabelEntry } from '../../../node/api/contract/index.ts'
import { useFormat, useT } from '../../i18n/index.ts'
import { Banner, Button } from '../../ui/index.ts'
import type { LabelFile } from './labels-file.ts'

export interface LabelFileReportProps {
  readonly name: string
  readonly file: LabelFile | { readonly kind: 'unreadable' }
  readonly isPending: boolean
  readonly onImport: (items: readonly LabelEntry[]) => void
  readonly onCancel: () => void
}

/** What a chosen file holds, before anything is imported; or line by line why nothing is. */
export function LabelFileReport({ name, file, isPending, onImport, onCancel }: LabelFileReportProps) {
  const t = useT()
  const { bytes, number } = useFormat()
  const none = t('settings.labels.import.none')
  switch (file.kind) {
    case 'labels': {
      const count = file.items.length
      const passedOver =
        file.passedOver > 0 ? t('settings.labels.import.passedOver', { count: file.passedOver }) : undefined
      if (count === 0) {
        return (
          <Banner tone="warn" title={t('settings.labels.import.nothing')} onDismiss={onCancel}>
            {passedOver}
          </Banner>
        )
      }
      return (
        <Banner
          tone="info"
          title={t('settings.labels.import.ready', { name, count })}
          actions={
            <>
              <Button size="small" variant="primary" isPending={isPending} onPress={() => onImport(file.items)}>
                {t('settings.labels.import.confirm')}
              </Button>
              <Button size="small" variant="quiet" isDisabled={isPending} onPress={onCancel}>
                {t('settings.labels.import.cancel')}
              </Button>
            </>
          }
        >
          {passedOver}
        </Banner>
      )
    }
    case 'faulty':
      return (
        <Banner tone="bad" title={t('settings.labels.import.faulty', { count: file.faultyLines })} onDismiss={onCancel}>
          <ul className="label-faults num">
            {file.problems.map(({ line, fault }) => (
              <li key={line}>
                {t('settings.labels.import.line', { line: number(line), fault: t(`settings.labels.fault.${fault}`) })}
              </li>
            ))}
            {file.faultyLines > file.problems.length && (
              <li>{t('settings.labels.import.more', { count: file.faultyLines - file.problems.length })}</li>
            )}
          </ul>
        </Banner>
      )
    case 'too-large':
      return (
        <Banner tone="bad" title={none} onDismiss={onCancel}>
          {t('settings.labels.import.tooLarge', { size: bytes(file.maxBytes) })}
        </Banner>
      )
    case 'too-many':
      return (
        <Banner tone="bad" title={none} onDismiss={onCancel}>
          {t('settings.labels.import.tooMany', { count: number(file.maxLabels) })}
        </Banner>
      )
    case 'not-text':
      return (
        <Banner tone="bad" title={none} onDismiss={onCancel}>
          {t('settings.labels.import.notText')}
        </Banner>
      )
    case 'unreadable':
      return (
        <Banner tone="bad" title={none} onDismiss={onCancel}>
          {t('settings.labels.import.unreadable')}
        </Banner>
      )
  }
}
