/** Where a node listens for others, once its network is known. */
import { p2pPorts } from './p2p-options.ts'

/**
 * @param configured the option `p2pListen`
 * @param isAlone a development network of one validator, which has nobody to listen for: no question of a firewall at first start
 */
export function listenAddresses(
  configured: readonly string[] | undefined,
  { isAlone }: { readonly isAlone: boolean },
): readonly string[] {
  if (configured !== undefined) return configured
  if (isAlone) return []
  return ['/ip4/0.0.0.0', '/ip6/::'].flatMap((host) => [
    `${host}/tcp/${p2pPorts.tcp}`,
    `${host}/tcp/${p2pPorts.webSocket}/ws`,
  ])
}

/** The options as a host's caps: bytes a second, null for none. */
export function capBytesPerSecond(kilobytesPerSecond: number): number | null {
  return kilobytesPerSecond === 0 ? null : kilobytesPerSecond * 1_000
}
