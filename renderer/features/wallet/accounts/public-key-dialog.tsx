import { Download } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Account, ExportedAccount } from '../../../../node/api/contract/index.ts'
import { useT } from '../../../i18n/index.ts'
import { type Failure, failureOf, useSession } from '../../../rpc/index.ts'
import { Button, CopyButton, Dialog, Facts, Skeleton, toast } from '../../../ui/index.ts'
import { FailureBanner } from '../components/failure-banner.tsx'
import { TextBox } from '../components/text-box.tsx'

/** The public half of an account's key: for watching it elsewhere, and for checking what it signs. */
export function PublicKeyDialog({ account, onClose }: { readonly account: Account; readonly onClose: () => void }) {
  const t = useT()
  const { api, platform } = useSession()
  const [exported, setExported] = useState<ExportedAccount | undefined>()
  const [failure, setFailure] = useState<Failure | undefined>()
  useEffect(() => {
    let isLatest = true
    api.accounts.exportPublic({ account: account.address }).then(
      (answer) => isLatest && setExported(answer),
      (error: unknown) => isLatest && setFailure(failureOf(error)),
    )
    return () => {
      isLatest = false
    }
  }, [api, account.address])
  const save = async (file: ExportedAccount): Promise<void> => {
    const text = `${JSON.stringify(file, null, 2)}\n`
    await platform.saveFile(`qudag-public-key-${file.address.slice(-8)}.json`, new TextEncoder().encode(text))
  }
  return (
    <Dialog
      title={t('wallet.publicKey.title')}
      isOpen
      onClose={onClose}
      actions={
        exported !== undefined && (
          <>
            <CopyButton text={exported.publicKey} label={t('wallet.publicKey.copy')} isWordy copy={platform.copy} />
            <Button
              icon={Download}
              size="small"
              onPress={() =>
                void save(exported).catch((error: unknown) => toast({ tone: 'bad', title: failureOf(error).message }))
              }
            >
              {t('wallet.publicKey.save')}
            </Button>
          </>
        )
      }
    >
      <div className="stack">
        <p className="muted">{t('wallet.publicKey.text')}</p>
        <FailureBanner failure={failure} />
        {exported === undefined ? (
          failure === undefined && <Skeleton height={120} />
        ) : (
          <>
            <Facts items={[{ label: t('wallet.publicKey.suite'), value: exported.suite }]} />
            <TextBox label={t('wallet.publicKey.title')} text={exported.publicKey} isCode />
          </>
        )}
      </div>
    </Dialog>
  )
}
