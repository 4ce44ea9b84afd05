import { useT } from '../../i18n/index.ts'
import { StateChip } from '../../ui/index.ts'
import type { PhraseStatus } from './phrase-check.ts'

export interface PhraseStatusNoteProps {
  readonly status: PhraseStatus
  /** Somebody wanted to go on. */
  readonly isAsked: boolean
  readonly hasTooMany: boolean
}

/** What there is to say about the words so far, in one line that is read out when it changes. */
export function PhraseStatusNote({ status, isAsked, hasTooMany }: PhraseStatusNoteProps) {
  const t = useT()
  return (
    <div className="phrase-status" role="status">
      {status.kind === 'complete' && <StateChip tone="good">{t('secrets.restore.status.complete')}</StateChip>}
      {status.kind === 'checksum' && <StateChip tone="bad">{t('secrets.restore.status.checksum')}</StateChip>}
      {status.kind === 'incomplete' && (
        <StateChip tone={isAsked ? 'bad' : 'neutral'}>
          {isAsked ? t('secrets.restore.words.missing') : t('secrets.restore.status.count', { known: status.known })}
        </StateChip>
      )}
      {status.kind === 'incomplete' && status.unknownAt.length > 0 && (
        <StateChip tone="bad">
          {t('secrets.restore.status.unknown', {
            count: status.unknownAt.length,
            positions: status.unknownAt.join(', '),
          })}
        </StateChip>
      )}
      {hasTooMany && <StateChip tone="warn">{t('secrets.restore.status.tooMany')}</StateChip>}
    </div>
  )
}
