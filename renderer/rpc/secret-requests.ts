/** In a browser the secret form is a dialog of the page: who asks for it, and what came of it. One at a time. */
import { create } from 'zustand'
import type { SecretPurpose } from '../../node/api/contract/index.ts'

interface SecretRequestState {
  readonly purpose: SecretPurpose | null
  /** Which hardware key it is about. */
  readonly pairing: string | undefined
}

export const useSecretRequest = create<SecretRequestState>(() => ({ purpose: null, pairing: undefined }))

let answer: ((done: boolean) => void) | undefined

/** Opens the dialog. One that is open already is left as it is, and the newcomer gets no. */
export function requestSecret(purpose: SecretPurpose, pairing?: string): Promise<boolean> {
  if (answer !== undefined) return Promise.resolve(false)
  return new Promise((resolve) => {
    answer = resolve
    useSecretRequest.setState({ purpose, pairing })
  })
}

export function answerSecretRequest(done: boolean): void {
  const resolve = answer
  answer = undefined
  useSecretRequest.setState({ purpose: null, pairing: undefined })
  resolve?.(done)
}
