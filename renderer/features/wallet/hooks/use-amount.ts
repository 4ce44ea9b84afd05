/** Amounts as they are shown: in the language of the person, or as dots where balances are hidden. */
import { usePreferences } from '../../../app/preferences.ts'
import { useFormat } from '../../../i18n/index.ts'

const hidden = '••••••'

export type ShowAmount = (
  microRuv: bigint | string,
  options?: { readonly sign?: 'auto' | 'always'; readonly minDecimals?: number },
) => string

/** For balances and the history. A form shows what it is about to do whether or not balances are hidden: `useFormat`. */
export function useAmount(): ShowAmount {
  const format = useFormat()
  const isHidden = usePreferences((state) => state.hideBalances)
  return isHidden ? () => hidden : format.amount
}
