import type { TokenPurpose } from '../../../node/api/contract/index.ts'
import { ChangePinForm } from './change-pin-form.tsx'
import { PairForm } from './pair-form.tsx'
import { PinForm } from './pin-form.tsx'
import { TestForm } from './test-form.tsx'

export interface TokenFormProps {
  readonly purpose: TokenPurpose
  /** Id of the key it is about; none where one is paired. */
  readonly pairing: string | undefined
  /** Once, when it did what it was opened for (true) or was left (false). */
  onDone(done: boolean): void
}

/** What a window for a hardware key shows, without a heading. */
export function TokenForm({ purpose, pairing = '', onDone }: TokenFormProps) {
  switch (purpose) {
    case 'pin':
      return <PinForm pairing={pairing} onDone={onDone} />
    case 'pair-key':
      return <PairForm onDone={onDone} />
    case 'test-key':
      return <TestForm pairing={pairing} onDone={onDone} />
    case 'change-pin':
      return <ChangePinForm pairing={pairing} onDone={onDone} />
  }
}
