/** One question to the node, asked when somebody presses: its answer, or its failure. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { type Failure, failureOf } from '../../rpc/index.ts'

export type Asked<T> =
  | { readonly kind: 'not-yet' }
  | { readonly kind: 'pending'; readonly sinceMs: number }
  | { readonly kind: 'answered'; readonly value: T; readonly at: string }
  | { readonly kind: 'failed'; readonly failure: Failure }

export function useAsked<T>(ask: (signal: AbortSignal) => Promise<T>): {
  readonly asked: Asked<T>
  readonly run: () => void
  readonly cancel: () => void
} {
  const [asked, setAsked] = useState<Asked<T>>({ kind: 'not-yet' })
  const over = useRef<AbortController>(null)
  useEffect(() => () => over.current?.abort(), [])
  const run = useCallback(() => {
    over.current?.abort()
    const own = new AbortController()
    over.current = own
    setAsked({ kind: 'pending', sinceMs: Date.now() })
    ask(own.signal).then(
      (value) => {
        if (!own.signal.aborted) setAsked({ kind: 'answered', value, at: new Date().toISOString() })
      },
      (error: unknown) => {
        if (!own.signal.aborted) setAsked({ kind: 'failed', failure: failureOf(error) })
      },
    )
  }, [ask])
  const cancel = useCallback(() => {
    over.current?.abort()
    setAsked({ kind: 'not-yet' })
  }, [])
  return { asked, run, cancel }
}
