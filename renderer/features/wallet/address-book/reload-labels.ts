import type { NodeClient } from '../../../rpc/index.ts'
import { useWallet } from '../hooks/use-wallet.ts'

/** After a change made here: the event says so too, a moment later. */
export async function reloadLabels(api: NodeClient): Promise<void> {
  useWallet.setState({ labels: (await api.labels.list({})).items })
}
