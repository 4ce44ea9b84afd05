/** What a promise is refused with, for tests. */
import { NodeError } from '../../core/node-error.ts'

/** The NodeError a promise ends in; fails where it does not. */
export async function refusal(promise: Promise<unknown>): Promise<NodeError> {
  const outcome = await promise.then(
    () => 'nothing was refused',
    (error: unknown) => error,
  )
  if (outcome instanceof NodeError) return outcome
  throw outcome instanceof Error ? outcome : new Error(String(outcome))
}

/** Its code. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  return (await refusal(promise)).code
}
