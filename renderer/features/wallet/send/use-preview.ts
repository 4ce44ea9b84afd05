/** What a draft would cost, as the node reckons it: asked when typing pauses, and again when the account changes. */
import { useEffect, useState } from 'react'
import { type Failure, failureOf, useSession } from '../../../rpc/index.ts'
import { useWallet } from '../hooks/use-wallet.ts'
import { walletLimits as limits } from '../limits.ts'
import type { DraftReading } from '../model/draft.ts'
import type { Preview } from '../model/send-flow.ts'

export type PreviewState =
  | { readonly kind: 'none' }
  | { readonly kind: 'asking' }
  /** `intent` is the one that was asked about: what is reviewed must be that one. */
  | { readonly kind: 'ready'; readonly preview: Preview; readonly intent: NonNullable<DraftReading['intent']> }
  | { readonly kind: 'failed'; readonly failure: Failure }

export function usePreview(intent: DraftReading['intent'], isActive: boolean): PreviewState {
  const { api } = useSession()
  const key = intent === undefined || !isActive ? '' : JSON.stringify(intent)
  // Another payment or what comes in changes what remains.
  const held = useWallet((state) => {
    const account = state.accounts.find(({ address }) => address === intent?.from)
    return account === undefined ? '' : `${account.nonce} ${account.balance.available}`
  })
  const [answer, setAnswer] = useState<{ readonly key: string; readonly state: PreviewState }>({
    key: '',
    state: { kind: 'none' },
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the intent; asked again when the account changed
  useEffect(() => {
    if (key === '' || intent === undefined) return
    let isLatest = true
    const timer = setTimeout(() => {
      api.transactions.preview(intent).then(
        (preview) => isLatest && setAnswer({ key, state: { kind: 'ready', preview, intent } }),
        (error: unknown) => isLatest && setAnswer({ key, state: { kind: 'failed', failure: failureOf(error) } }),
      )
    }, limits.previewDelayMs)
    return () => {
      isLatest = false
      clearTimeout(timer)
    }
  }, [api, key, held])
  if (key === '') return { kind: 'none' }
  return answer.key === key ? answer.state : { kind: 'asking' }
}
