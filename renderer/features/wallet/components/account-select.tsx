import { useT } from '../../../i18n/index.ts'
import { type Choice, Select } from '../../../ui/index.ts'
import { useAmount } from '../hooks/use-amount.ts'
import { useWallet } from '../hooks/use-wallet.ts'

const all = '*'

export interface AccountSelectProps {
  readonly label: string
  readonly isLabelHidden?: boolean
  /** Address; undefined for all accounts. */
  readonly value: string | undefined
  readonly onChange: (address: string | undefined) => void
  /** Offers all accounts together too. */
  readonly hasAll?: boolean
  /** Leaves out what is only watched. */
  readonly isPaying?: boolean
  readonly description?: string
  readonly isDisabled?: boolean
  readonly className?: string
}

/** One of the accounts here, with what it has. */
export function AccountSelect({ value, onChange, hasAll = false, isPaying = false, ...rest }: AccountSelectProps) {
  const t = useT()
  const show = useAmount()
  const accounts = useWallet((state) => state.accounts)
  const items: Choice[] = accounts
    .filter(({ kind }) => !isPaying || kind === 'vault')
    .map(({ address, kind, label, balance }) => ({
      id: address,
      label: label ?? address,
      description:
        kind === 'watched'
          ? t('wallet.account.watchedHas', { amount: show(balance.available) })
          : t('wallet.account.has', { amount: show(balance.available) }),
    }))
  if (hasAll) items.unshift({ id: all, label: t('wallet.account.all') })
  return (
    <Select
      {...rest}
      items={items}
      value={value ?? (hasAll ? all : null)}
      onChange={(id) => onChange(id === all ? undefined : id)}
    />
  )
}
