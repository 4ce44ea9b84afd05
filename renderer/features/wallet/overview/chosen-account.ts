/** The account that the overview and the history show: the same in both, for as long as the page is there. */
import { create } from 'zustand'
import { useWallet } from '../hooks/use-wallet.ts'

const useChosen = create<{ readonly address: string | undefined }>(() => ({ address: undefined }))

export function chooseAccount(address: string | undefined): void {
  useChosen.setState({ address })
}

/** Address; undefined for all, also where the chosen one is gone. */
export function useChosenAccount(): readonly [string | undefined, (address: string | undefined) => void] {
  const address = useChosen((state) => state.address)
  const isThere = useWallet((state) => state.accounts.some((account) => account.address === address))
  return [isThere ? address : undefined, chooseAccount]
}
