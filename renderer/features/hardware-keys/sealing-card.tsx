import { ShieldCheck, ShieldOff } from 'lucide-react'
import { useT } from '../../i18n/index.ts'
import { useSession } from '../../rpc/index.ts'
import { Button, Card, StateChip, toast } from '../../ui/index.ts'
import { FailureBanner } from '../secrets/failure-banner.tsx'
import { useSubmission } from '../secrets/use-submission.ts'
import { useSessionStore } from '../session/store.ts'
import { SettingRow } from '../settings/setting-row.tsx'
import { requestPassword } from './sealed-wallet.ts'
import { useHardwareKeys } from './store.ts'

/** Whether a token is needed to open the wallet, and the way from one to the other. Nothing where there is no wallet. */
export function SealingCard() {
  const t = useT()
  const session = useSession()
  const vault = useSessionStore((state) => state.vault)
  const keys = useHardwareKeys((state) => state.keys)
  const { isPending, failure, run } = useSubmission()
  if (vault === null || !vault.exists) return null
  const { sealedBy } = vault
  const sealers = keys?.filter(({ use }) => use === 'seals') ?? []
  const seal = (id: string, label: string) =>
    run(async () => {
      if (await requestPassword(session, 'seal', id))
        toast({ tone: 'good', title: t('hsm.seal.done', { name: label }) })
    })
  const unseal = () =>
    run(async () => {
      if (await requestPassword(session, 'unseal')) toast({ tone: 'good', title: t('hsm.seal.undone') })
    })
  return (
    <Card title={t('hsm.seal')}>
      {sealedBy !== null && (
        <SettingRow
          title={t('hsm.seal.on')}
          text={t('hsm.seal.on.text')}
          note={
            <StateChip tone="good">
              {sealedBy.label === null
                ? t('hsm.seal.byToken', { serial: sealedBy.serial })
                : t('hsm.seal.by', { name: sealedBy.label })}
            </StateChip>
          }
        >
          <Button icon={ShieldOff} isPending={isPending} onPress={() => void unseal()}>
            {t('hsm.seal.undo')}
          </Button>
        </SettingRow>
      )}
      {sealedBy === null && (
        <SettingRow
          title={t('hsm.seal.off')}
          text={sealers.length === 0 ? t('hsm.seal.none') : t('hsm.seal.off.text')}
          note={<StateChip tone="neutral">{t('hsm.seal.passwordAlone')}</StateChip>}
        >
          {sealers.length > 0 && (
            <div className="hsm-sealers">
              {sealers.map(({ id, label }) => (
                <Button key={id} icon={ShieldCheck} isPending={isPending} onPress={() => void seal(id, label)}>
                  {t('hsm.seal.with', { name: label })}
                </Button>
              ))}
            </div>
          )}
        </SettingRow>
      )}
      <FailureBanner failure={failure} />
    </Card>
  )
}
