import { FlaskConical, KeyRound, Link2, Lock, LockOpen, Pencil, Trash2, Usb } from 'lucide-react'
import { useState } from 'react'
import type { HardwareKey } from '../../../node/api/contract/index.ts'
import { useT } from '../../i18n/index.ts'
import { failureOf, type Session, useSession } from '../../rpc/index.ts'
import { Button, Card, EmptyState, Menu, StateChip, toast } from '../../ui/index.ts'
import { SettingRow } from '../settings/setting-row.tsx'
import { Commands } from './commands.tsx'
import { ForgetDialog } from './forget-dialog.tsx'
import { RenameKeyDialog } from './rename-key-dialog.tsx'
import { SealingCard } from './sealing-card.tsx'
import { stateTones } from './state-tones.ts'
import { useHardwareKeys } from './store.ts'
import './hardware-keys.css'

type Open = { readonly kind: 'rename' | 'forget'; readonly key: HardwareKey }

async function orSay(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const { message, hint } = failureOf(error)
    toast({ tone: 'bad', title: message, ...(hint === undefined ? {} : { text: hint }) })
  }
}

/** Paired keys of tokens: how they stand, and what can be done with them. */
export function HardwareKeysSettings() {
  const t = useT()
  const { platform } = useSession()
  const keys = useHardwareKeys((state) => state.keys)
  const [open, setOpen] = useState<Open | undefined>()
  const close = (): void => setOpen(undefined)
  const { tokens } = platform
  const pair = (): Promise<void> =>
    orSay(async () => {
      if (await tokens?.request('pair-key')) toast({ tone: 'good', title: t('hsm.paired') })
    })
  const pairButton = tokens !== null && (
    <Button icon={Link2} variant={keys?.length === 0 ? 'primary' : 'secondary'} onPress={() => void pair()}>
      {t('hsm.pair')}
    </Button>
  )
  return (
    <div className="stack">
      <Card title={t('hsm.list')}>
        <p className="muted small">{t('hsm.intro')}</p>
        {keys?.length === 0 && (
          <EmptyState
            icon={Usb}
            title={t('hsm.none')}
            text={t('hsm.none.text')}
            {...(pairButton === false ? {} : { action: pairButton })}
          />
        )}
        {keys?.map((key) => (
          <KeyRow key={key.id} hardwareKey={key} onOpen={setOpen} />
        ))}
        {keys !== null && keys.length > 0 && pairButton !== false && <div className="hsm-actions">{pairButton}</div>}
      </Card>
      <SealingCard />
      {tokens === null && (
        <Card title={t('hsm.elsewhere')}>
          <div className="stack">
            <p>{t('hsm.elsewhere.text')}</p>
            <Commands lines={['qudag hsm unlock']} />
            <p>{t('hsm.elsewhere.pair')}</p>
            <Commands lines={['qudag hsm pair --module FILE --generate', 'qudag hsm test']} />
          </div>
        </Card>
      )}
      <Card title={t('hsm.protects')}>
        <div className="stack">
          <p>{t('hsm.protects.signs')}</p>
          <p>{t('hsm.protects.co-signs')}</p>
          <p>{t('hsm.protects.seals')}</p>
          <p>{t('hsm.protects.screen')}</p>
        </div>
      </Card>
      {open?.kind === 'rename' && <RenameKeyDialog hardwareKey={open.key} onClose={close} />}
      {open?.kind === 'forget' && <ForgetDialog hardwareKey={open.key} onClose={close} />}
    </div>
  )
}

interface KeyRowProps {
  readonly hardwareKey: HardwareKey
  readonly onOpen: (open: Open) => void
}

function KeyRow({ hardwareKey: key, onOpen }: KeyRowProps) {
  const t = useT()
  const session = useSession()
  const { tokens } = session.platform
  const { id, label, state, use, token } = key
  const isThere = state === 'locked' || state === 'absent' || state === 'waiting'
  const isMissing = state === 'absent' || state === 'module-changed' || state === 'module-missing'
  const ask = (purpose: 'test-key' | 'change-pin'): Promise<void> =>
    orSay(async () => {
      if ((await tokens?.request(purpose, id)) && purpose === 'change-pin')
        toast({ tone: 'good', title: t('hsm.pinChanged') })
    })
  const ofApp =
    tokens === null
      ? []
      : [
          { id: 'test', label: t('hsm.test'), icon: FlaskConical, onAction: () => void ask('test-key') },
          { id: 'pin', label: t('hsm.changePin'), icon: KeyRound, onAction: () => void ask('change-pin') },
        ]
  return (
    <SettingRow
      title={label}
      text={
        <>
          {t(`hsm.use.${use}`)} · <bdi>{token.label}</bdi>, <span className="num">{token.serial}</span>
          <span className="hsm-module">{key.module}</span>
        </>
      }
      note={
        <>
          <StateChip tone={stateTones[state]}>{t(`hsm.state.${state}`)}</StateChip>
          {isMissing && <p className="muted small">{t(`hsm.state.${state}.text`)}</p>}
        </>
      }
    >
      <div className="row">
        {tokens !== null && isThere && (
          <Button
            icon={LockOpen}
            onPress={() => void orSay(() => unlock(session, key, t('hsm.unlocked', { name: label })))}
          >
            {t('hsm.unlock')}
          </Button>
        )}
        {state === 'unlocked' && (
          <Button
            icon={Lock}
            onPress={() => void orSay(async () => void (await session.api.hsm.lock({ pairing: id })))}
          >
            {t('hsm.lock')}
          </Button>
        )}
        <Menu
          label={t('hsm.more', { name: label })}
          items={[
            ...ofApp,
            { id: 'rename', label: t('hsm.rename'), icon: Pencil, onAction: () => onOpen({ kind: 'rename', key }) },
            {
              id: 'forget',
              label: t('hsm.forget'),
              icon: Trash2,
              startsGroup: true,
              onAction: () => onOpen({ kind: 'forget', key }),
            },
          ]}
        />
      </div>
    </SettingRow>
  )
}

async function unlock({ platform }: Session, { id }: HardwareKey, said: string): Promise<void> {
  if (await platform.tokens?.request('pin', id)) toast({ tone: 'good', title: said })
}
