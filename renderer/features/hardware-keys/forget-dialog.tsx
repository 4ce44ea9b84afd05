import { useEffect, useState } from 'react'
import type { HardwareKey } from '../../../node/api/contract/index.ts'
import { useT } from '../../i18n/index.ts'
import { failureOf, useSession } from '../../rpc/index.ts'
import { AlertDialog, toast } from '../../ui/index.ts'
import { useSessionStore } from '../session/store.ts'

export interface ForgetDialogProps {
  readonly hardwareKey: HardwareKey
  readonly onClose: () => void
}

/** What is forgotten and what is not, and which accounts sign with the key. */
export function ForgetDialog({ hardwareKey: { id, label }, onClose }: ForgetDialogProps) {
  const t = useT()
  const { api } = useSession()
  const isSealing = useSessionStore(({ vault }) => vault?.sealedBy?.pairing === id)
  const [accounts, setAccounts] = useState<readonly string[] | undefined>()
  useEffect(() => {
    let isHere = true
    api.accounts.list().then(
      (all) => {
        const own = all.filter(({ pairing }) => pairing === id)
        if (isHere) setAccounts(own.map((account) => account.label ?? account.address))
      },
      () => undefined,
    )
    return () => {
      isHere = false
    }
  }, [api, id])
  const forget = async (): Promise<void> => {
    onClose()
    try {
      await api.hsm.forget({ pairing: id })
      toast({ tone: 'good', title: t('hsm.forgotten', { name: label }) })
    } catch (error) {
      toast({ tone: 'bad', title: failureOf(error).message })
    }
  }
  return (
    <AlertDialog
      title={t('hsm.forget.title')}
      isOpen
      confirmLabel={t('hsm.forget')}
      onCancel={onClose}
      onConfirm={() => void forget()}
    >
      <p>{t('hsm.forget.text')}</p>
      {isSealing && <p>{t('hsm.forget.seals')}</p>}
      {accounts !== undefined && accounts.length > 0 && (
        <p>{t('hsm.forget.accounts', { count: accounts.length, names: accounts.join(', ') })}</p>
      )}
    </AlertDialog>
  )
}
