/** Saving a backup from a view: the secret form does it, and that it was done is remembered. */
import { useState } from 'react'
import { type Failure, failureOf, useSession } from '../../rpc/index.ts'
import { requestPassword } from '../hardware-keys/sealed-wallet.ts'
import { useRecovery } from './use-recovery.ts'

export interface BackupAction {
  readonly isPending: boolean
  readonly isSaved: boolean
  readonly failure: Failure | undefined
  save(): Promise<void>
}

export function useBackup(): BackupAction {
  const session = useSession()
  const recovery = useRecovery()
  const [state, setState] = useState<Omit<BackupAction, 'save'>>({
    isPending: false,
    isSaved: false,
    failure: undefined,
  })
  const save = async () => {
    setState({ isPending: true, isSaved: false, failure: undefined })
    try {
      const isSaved = await requestPassword(session, 'backup')
      if (isSaved) recovery?.noteBackup()
      setState({ isPending: false, isSaved, failure: undefined })
    } catch (error) {
      setState({ isPending: false, isSaved: false, failure: failureOf(error) })
    }
  }
  return { ...state, save }
}
