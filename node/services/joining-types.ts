/** Other networks than the one that this node takes part in. */
import type { NetworkOfferView } from './join-network.ts'

/** The text of a genesis file, or a link. */
export type JoinSource = { readonly genesis: string } | { readonly link: string }

export interface KnownNetworkView extends Pick<NetworkOfferView, 'chainId' | 'name' | 'kind'> {
  readonly dataDir: string
  readonly isCurrent: boolean
}

export interface JoiningServices {
  /** That have a data folder beside this node's. */
  known(): Promise<readonly KnownNetworkView[]>
  /** @throws NodeError as offerOfFile and offerOfLink */
  inspect(source: JoinSource): Promise<NetworkOfferView & { readonly dataDir: string; readonly isCurrent: boolean }>
  /** @param chainId hex of the one that was agreed to @throws NodeError as inspect, GENESIS_MISMATCH, NETWORK_MISMATCH, CONFIG_INVALID */
  join(
    source: JoinSource,
    chainId: string,
  ): Promise<{ chainId: string; dataDir: string; isNew: boolean; peersLeft: readonly string[] }>
}
