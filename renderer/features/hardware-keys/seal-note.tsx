import { Usb } from 'lucide-react'
import type { HardwareKey, VaultStatusShape } from '../../../node/api/contract/index.ts'
import { useT } from '../../i18n/index.ts'
import { StateChip } from '../../ui/index.ts'
import { Commands } from './commands.tsx'
import { stateTones } from './state-tones.ts'
import './hardware-keys.css'

export interface SealNoteProps {
  readonly sealedBy: NonNullable<VaultStatusShape['sealedBy']>
  /** The key of it, where it is paired here. */
  readonly hardwareKey: HardwareKey | undefined
}

/** On the lock screen: which token the wallet needs, how it stands, and what is wrong with it where something is. */
export function SealNote({ sealedBy: { label, serial }, hardwareKey: key }: SealNoteProps) {
  const t = useT()
  const state = key?.state
  const isMissing = state === 'absent' || state === 'module-changed' || state === 'module-missing'
  return (
    <section className="hsm-seal" aria-label={t('hsm.seal.needs')}>
      <Usb size={20} aria-hidden />
      <div className="stack-tight">
        <div className="hsm-seal-name">
          {label === null ? t('hsm.seal.needsToken') : t('hsm.seal.needs.key', { name: label })}
        </div>
        <p className="muted small">
          {key !== undefined && (
            <>
              <bdi>{key.token.label}</bdi>,{' '}
            </>
          )}
          {t('hsm.serial')} <span className="num">{serial}</span>
        </p>
        {state !== undefined && <StateChip tone={stateTones[state]}>{t(`hsm.state.${state}`)}</StateChip>}
        {isMissing && <p className="small">{t(`hsm.state.${state}.text`)}</p>}
        {label === null && <p className="small">{t('hsm.seal.notPaired')}</p>}
      </div>
    </section>
  )
}

/** In a browser: where the token that seals is unlocked, or its key paired anew. The page goes on by itself. */
export function SealElsewhere({ hardwareKey }: Pick<SealNoteProps, 'hardwareKey'>) {
  const t = useT()
  return (
    <div className="stack-tight">
      <p className="small">{t('hsm.elsewhere.text')}</p>
      <Commands
        lines={
          hardwareKey === undefined
            ? ['qudag hsm pair --seal --module FILE', 'qudag hsm unlock']
            : [`qudag hsm unlock ${hardwareKey.id}`]
        }
      />
      <p className="muted small" role="status">
        {t('hsm.seal.waits')}
      </p>
    </div>
  )
}
