import { useState } from 'react'
import { useT } from '../../../i18n/index.ts'
import { Banner, Button } from '../../../ui/index.ts'
import { useNames, useWallet } from '../hooks/use-wallet.ts'
import { type NonceProblem, StuckDialog } from './stuck-dialog.tsx'

/** For each account whose transactions wait for one that is missing: what that means, and the way out. */
export function StuckBanners({ account }: { readonly account: string | undefined }) {
  const t = useT()
  const names = useNames()
  const nonces = useWallet((state) => state.nonces)
  const [open, setOpen] = useState<NonceProblem | undefined>()
  const stuck = [...nonces].filter(
    ([address, { missing }]) => missing.length > 0 && (account === undefined || address === account),
  )
  return (
    <>
      {stuck.map(([address, { missing, taken }]) => {
        const first = missing[0] ?? 0
        const waiting = taken.filter(({ nonce }) => nonce > first)
        return (
          <Banner
            key={address}
            tone="warn"
            title={t('wallet.stuck.title', {
              count: waiting.length,
              name: names.of(address)?.name ?? address,
              nonce: first,
            })}
            actions={
              <Button size="small" onPress={() => setOpen({ account: address, nonce: first, waiting })}>
                {t('wallet.stuck.solve')}
              </Button>
            }
          >
            {t('wallet.stuck.text', { nonce: first })}
          </Banner>
        )
      })}
      {open !== undefined && <StuckDialog problem={open} onClose={() => setOpen(undefined)} />}
    </>
  )
}
