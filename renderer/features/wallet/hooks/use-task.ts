/** A call to the node made at a press: whether it is under way, and what went wrong last. */
import { useCallback, useRef, useState } from 'react'
import { type Failure, failureOf, useSession } from '../../../rpc/index.ts'
import { requestPassword } from '../../hardware-keys/sealed-wallet.ts'
import { lockedTokenOf, unlockToken } from '../../hardware-keys/unlock-token.ts'

export interface Task {
  readonly isPending: boolean
  readonly failure: Failure | undefined
  /**
   * Runs it, unless it is running. Where the vault is locked, has the owner unlock it and runs it again: every call given
   * here must be one that may be asked twice.
   */
  run(work: () => Promise<void>): void
  clear(): void
}

export function useTask(): Task {
  const session = useSession()
  const [isPending, setPending] = useState(false)
  const [failure, setFailure] = useState<Failure | undefined>()
  const isRunning = useRef(false)
  const run = useCallback(
    (work: () => Promise<void>) => {
      if (isRunning.current) return
      isRunning.current = true
      setPending(true)
      setFailure(undefined)
      const attempt = async (mayUnlock: boolean): Promise<void> => {
        try {
          await work()
        } catch (error) {
          const failed = failureOf(error)
          if (
            failed.code === 'VAULT_LOCKED' &&
            mayUnlock &&
            (await requestPassword(session, 'unlock').catch(() => false))
          ) {
            return attempt(false)
          }
          const token = lockedTokenOf(failed)
          if (token !== undefined && mayUnlock && (await unlockToken(session.platform, token).catch(() => false))) {
            return attempt(false)
          }
          setFailure(failed)
        }
      }
      void attempt(true).finally(() => {
        isRunning.current = false
        setPending(false)
      })
    },
    [session],
  )
  const clear = useCallback(() => setFailure(undefined), [])
  return { isPending, failure, run, clear }
}
