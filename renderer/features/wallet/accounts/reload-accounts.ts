import type { NodeClient } from '../../../rpc/index.ts'
import { useWallet } from '../hooks/use-wallet.ts'

/** After a change made here: the event says so too, a moment later. */
export async function reloadAccounts(api: NodeClient): Promise<void> {
  useWallet.setState({ accounts: await api.accounts.list() })
}
