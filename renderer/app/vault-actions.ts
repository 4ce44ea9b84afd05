/** Locking and unlocking from wherever it is asked for. What fails is said in a toast. */
import { requestPassword } from '../features/hardware-keys/sealed-wallet.ts'
import { failureOf, type Session } from '../rpc/index.ts'
import { toast } from '../ui/index.ts'

export function sayFailure(error: unknown): void {
  const { message, hint } = failureOf(error)
  toast({ tone: 'bad', title: message, ...(hint === undefined ? {} : { text: hint }) })
}

export async function lockVault({ api }: Session): Promise<void> {
  try {
    await api.vault.lock()
  } catch (error) {
    sayFailure(error)
  }
}

export async function unlockVault(session: Session): Promise<void> {
  try {
    await requestPassword(session, 'unlock')
  } catch (error) {
    sayFailure(error)
  }
}
