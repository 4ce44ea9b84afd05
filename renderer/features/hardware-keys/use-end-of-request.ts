import { useEffect, useRef } from 'react'
import type { PinRequest } from '../../../node/api/contract/index.ts'
import { useSession } from '../../rpc/index.ts'

/**
 * Tells when nobody waits for the PIN any more: the vault was locked, or the signature that waited was given up or has its
 * PIN from elsewhere.
 */
export function useEndOfRequest(
  pairing: string,
  purpose: NonNullable<PinRequest['pin']>['purpose'] | undefined,
  isPending: boolean,
  onEnd: () => void,
): void {
  const { api, follow } = useSession()
  const now = useRef({ purpose, isPending, onEnd })
  useEffect(() => {
    now.current = { purpose, isPending, onEnd }
  })
  useEffect(() => {
    let wasOpen: boolean | undefined
    const look = async (): Promise<void> => {
      const [keys, { locked }] = await Promise.all([api.hsm.list(), api.vault.status()])
      const { purpose: asked, isPending: isBusy, onEnd: end } = now.current
      const state = keys.find(({ id }) => id === pairing)?.state
      const isLockedNow = wasOpen === true && locked
      wasOpen = !locked
      if (isBusy || asked === undefined) return
      const isOver = asked === 'login' ? state === 'unlocked' : state !== 'waiting'
      if (isOver || isLockedNow) end()
    }
    return follow(
      {
        snapshot: look,
        batch: () => void look().catch(() => undefined),
      },
      ['hardware-key.changed', 'vault.changed'],
    )
  }, [api, follow, pairing])
}
