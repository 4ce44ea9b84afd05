/** Keeps the list of paired keys in step with the node, and opens the PIN window where a signature waits for its PIN. */
import type { Session } from '../../rpc/index.ts'
import { useHardwareKeys } from './store.ts'

export interface KeysSyncDeps {
  readonly session: {
    readonly api: { readonly hsm: Pick<Session['api']['hsm'], 'list'> }
    readonly platform: Pick<Session['platform'], 'tokens'>
    readonly follow: Session['follow']
  }
}

/** @returns ends it */
export function startKeysSync({ session: { api, platform, follow } }: KeysSyncDeps): () => void {
  /** Of these a window is open. */
  const asked = new Set<string>()
  const look = async (): Promise<void> => {
    const keys = await api.hsm.list()
    useHardwareKeys.setState({ keys })
    const { tokens } = platform
    if (tokens === null) return
    for (const { id } of keys.filter(({ id, state }) => state === 'waiting' && !asked.has(id))) {
      asked.add(id)
      const end = (): void => void asked.delete(id)
      tokens.request('pin', id).then(end, end)
    }
  }
  return follow(
    {
      snapshot: look,
      // What fails is asked for again with the next of these.
      batch: () => void look().catch(() => undefined),
    },
    ['hardware-key.changed', 'vault.changed'],
  )
}
