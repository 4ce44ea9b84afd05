/** One call at a time, and what became of it. */
import { useCallback, useRef, useState } from 'react'
import { type Failure, failureOf } from '../../rpc/index.ts'
import { retryAtOf } from './retry.ts'

export interface Submission {
  readonly isPending: boolean
  /** Of the last call; undefined while one is under way, and after one that went well. */
  readonly failure: Failure | undefined
  /** Until when the node takes no password, ms since the epoch. */
  readonly retryAtMs: number | null
  /** True where it went well. A second call while one is under way does nothing and is false. */
  run(work: () => Promise<void>): Promise<boolean>
  /** The wait that the vault's status tells, before anything was tried. */
  waitUntil(retryAtMs: number | null): void
  clear(): void
}

export function useSubmission(): Submission {
  const [state, setState] = useState<Pick<Submission, 'isPending' | 'failure' | 'retryAtMs'>>({
    isPending: false,
    failure: undefined,
    retryAtMs: null,
  })
  const isBusy = useRef(false)

  const run = useCallback(async (work: () => Promise<void>) => {
    if (isBusy.current) return false
    isBusy.current = true
    setState({ isPending: true, failure: undefined, retryAtMs: null })
    try {
      await work()
      setState({ isPending: false, failure: undefined, retryAtMs: null })
      return true
    } catch (error) {
      const failure = failureOf(error)
      setState({ isPending: false, failure, retryAtMs: retryAtOf(failure, Date.now()) })
      return false
    } finally {
      isBusy.current = false
    }
  }, [])

  const waitUntil = useCallback((retryAtMs: number | null) => setState((now) => ({ ...now, retryAtMs })), [])
  const clear = useCallback(() => setState((now) => ({ ...now, failure: undefined })), [])
  return { ...state, run, waitUntil, clear }
}
