import { Address } from '../../../ui/index.ts'
import { useNames } from '../hooks/use-wallet.ts'

/** Who an address is: the name it has here, or both its ends. */
export function Party({ address }: { readonly address: string }) {
  const name = useNames().of(address)?.name
  return name === undefined ? <Address value={address} isElided /> : <bdi>{name}</bdi>
}
