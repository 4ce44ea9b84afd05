import { useEffect, useState } from 'react'
import type { Account } from '../../../node/api/contract/index.ts'
import { useFormat, useT } from '../../i18n/index.ts'
import { useSession } from '../../rpc/index.ts'
import { Address, Button, Skeleton, TextField } from '../../ui/index.ts'
import { FailureBanner } from '../secrets/failure-banner.tsx'
import { useSubmission } from '../secrets/use-submission.ts'
import { useSessionStore } from '../session/store.ts'
import { isAccountName, maxNameCharacters } from './account-name.ts'
import type { Start } from './flow.ts'
import { StepFrame } from './step-frame.tsx'
import { UnlockNote } from './unlock-note.tsx'

export interface RestoredStepProps {
  readonly start: Exclude<Start, 'watch' | 'create'>
  readonly onDone: (address: string) => void
}

/** What came back, to be named. A name can be left out: the wallet then shows the address. */
export function RestoredStep({ start, onDone }: RestoredStepProps) {
  const t = useT()
  const { api } = useSession()
  const { amount } = useFormat()
  const isLocked = useSessionStore(({ vault }) => vault?.locked === true)
  const [accounts, setAccounts] = useState<readonly Account[]>()
  const [names, setNames] = useState<Readonly<Record<string, string>>>({})
  const [isAsked, setAsked] = useState(false)
  const loading = useSubmission()
  const { isPending, failure, run } = useSubmission()
  const { run: load } = loading

  useEffect(() => {
    void load(async () => {
      const all = await api.accounts.list()
      setAccounts(all.filter(({ kind }) => kind === 'vault'))
    })
  }, [api, load])

  const nameOf = (account: Account) => (names[account.address] ?? account.label ?? '').normalize('NFC').trim()
  const changed = accounts?.filter((account) => nameOf(account) !== '' && nameOf(account) !== account.label) ?? []
  const submit = async () => {
    setAsked(true)
    const first = accounts?.[0]
    if (first === undefined || changed.some((account) => !isAccountName(nameOf(account)))) return
    const isNamed = await run(async () => {
      for (const account of changed) await api.accounts.rename({ account: account.address, label: nameOf(account) })
    })
    if (isNamed) onDone(first.address)
  }
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <StepFrame
        title={t('onboarding.restored.title', { count: accounts?.length ?? 0 })}
        text={start === 'restore' ? t('onboarding.restored.text') : t('onboarding.restored.backupText')}
        actions={
          <Button
            type="submit"
            variant="primary"
            size="large"
            isPending={isPending}
            isDisabled={accounts === undefined || (isLocked && changed.length > 0)}
          >
            {t('onboarding.restored.submit')}
          </Button>
        }
      >
        {accounts === undefined && !loading.failure && <Skeleton height={56} />}
        <ul className="stack-tight">
          {accounts?.map((account, index) => (
            <li key={account.address} className="restored-account">
              <TextField
                label={t('onboarding.restored.name', { address: account.address })}
                isLabelHidden
                placeholder={t('onboarding.restored.unnamed', { number: index + 1 })}
                value={names[account.address] ?? account.label ?? ''}
                maxLength={2 * maxNameCharacters}
                onChange={(name) => {
                  setNames({ ...names, [account.address]: name })
                  setAsked(false)
                }}
                error={
                  isAsked && nameOf(account) !== '' && !isAccountName(nameOf(account))
                    ? t('onboarding.name.invalid')
                    : undefined
                }
              />
              <div className="restored-account-facts">
                <span className="num">
                  {amount(account.balance.available)} {t('ui.unit')}
                </span>
                <Address value={account.address} isElided />
              </div>
            </li>
          ))}
        </ul>
        {isLocked && changed.length > 0 && <UnlockNote />}
        <FailureBanner failure={loading.failure ?? failure} />
      </StepFrame>
    </form>
  )
}
