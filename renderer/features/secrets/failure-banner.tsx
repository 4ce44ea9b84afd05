import type { Failure } from '../../rpc/index.ts'
import { Banner } from '../../ui/index.ts'

/** What went wrong, what it means, what to do. Nothing while nothing is wrong. */
export function FailureBanner({ failure }: { readonly failure: Failure | undefined }) {
  if (failure === undefined) return null
  return (
    <Banner tone="bad" title={failure.message}>
      {failure.hint}
    </Banner>
  )
}
