import { useState } from 'react'
import { useT } from '../../../i18n/index.ts'
import { Page, Tabs } from '../../../ui/index.ts'
import { WalletNav } from '../components/wallet-nav.tsx'
import { SignForm } from './sign-form.tsx'
import { VerifyForm } from './verify-form.tsx'

/** Showing that an account is one's own without paying anything, and checking what others show. */
export function MessagesView() {
  const t = useT()
  const [tab, setTab] = useState<'sign' | 'verify'>('sign')
  return (
    <Page title={t('wallet.messages')}>
      <WalletNav current="messages" />
      <div className="wallet-narrow">
        <Tabs
          label={t('wallet.messages')}
          selected={tab}
          onSelect={setTab}
          items={[
            { id: 'sign', label: t('wallet.messages.sign'), content: <SignForm /> },
            { id: 'verify', label: t('wallet.messages.verify'), content: <VerifyForm /> },
          ]}
        />
      </div>
    </Page>
  )
}
