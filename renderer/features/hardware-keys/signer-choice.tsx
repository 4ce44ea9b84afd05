import type { HardwareKey } from '../../../node/api/contract/index.ts'
import { useT } from '../../i18n/index.ts'
import { RadioGroup } from '../../ui/index.ts'
import { useHardwareKeys } from './store.ts'

/** The key that a new account signs with is of the wallet. No id of a key: those are hex. */
export const ofVault = 'vault'

/** Whether an account can sign with it. */
export function canSign({ use }: Pick<HardwareKey, 'use'>): boolean {
  return use !== 'seals'
}

export interface SignerChoiceProps {
  /** Id of a key, or `ofVault`. */
  readonly value: string
  readonly onChange: (signer: string) => void
}

/** What a new account signs with, where a key of a token is paired that could. Nothing where none is. */
export function SignerChoice({ value, onChange }: SignerChoiceProps) {
  const t = useT()
  const keys = useHardwareKeys((state) => state.keys) ?? []
  const signing = keys.filter(canSign)
  if (signing.length === 0) return null
  return (
    <RadioGroup
      label={t('hsm.account.signer')}
      items={[
        { id: ofVault, label: t('hsm.account.vault'), description: t('hsm.account.vault.text') },
        ...signing.map(({ id, label, use }) => ({
          id,
          label: t('hsm.account.token', { name: label }),
          description: t(use === 'co-signs' ? 'hsm.account.composite.text' : 'hsm.account.token.text'),
        })),
      ]}
      value={value}
      onChange={onChange}
    />
  )
}
